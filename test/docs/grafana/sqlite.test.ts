import assert from 'node:assert';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { sqliteWide } from '../../../gateway/io/sinks/sqlite-wide.ts';
import { WideFiles } from '../../../gateway/storage/wide/wide-files.ts';
import { sinkPorts } from '../../io/sinks/sink-ports.ts';
import { faultsOf, variables, type Ask } from './asked-panels.ts';
import { dashboardText, panelQueries, parsedDashboard, variableQueries } from './dashboard.ts';
import { withVariables, type Asking } from './macros.ts';
import { simulatedDays } from './simulated-days.ts';

const days = simulatedDays(Date.UTC(2026, 2, 10));
const { signal } = new AbortController();

/** The file, as the sink writes it, closed. */
async function filled(t: Test): Promise<Sqlite.Database> {
  const files = new WideFiles();
  const tables = {
    write: (...given: Parameters<WideFiles['write']>) => Promise.resolve(files.write(...given)),
    close: (path: string) => {
      files.close(path);
      return Promise.resolve();
    },
  };
  const options = { path: 'monitor.db', readableBy: 'owner' };
  const sources = { energySource: 'p1', weatherSource: 'weather', evohomeSource: 'heating' };
  const ports = sinkPorts({ dataDirectory: t.testdir(), tables });
  const sink = await sqliteWide.open({ ...options, ...sources }, ports, signal);
  for (let at = 0; at < days.rows.length; at += 5_000) {
    const rows = days.rows.slice(at, at + 5_000);
    t.same(await sink.write({ rows, texts: at === 0 ? days.texts : [], isLive: true }, signal), []);
  }
  await sink.close();
  const file = new Sqlite(join(t.testdirName, 'monitor.db'), { readonly: true });
  t.teardown(() => file.close());
  return file;
}

/** The plugin frser-sqlite-datasource replaces variables alone; it knows no macro that is used here. */
function asker(file: Sqlite.Database): Ask {
  return (target, asking) => {
    assert.equal(target['queryText'], target['rawQueryText']);
    const text = withVariables(String(target['rawQueryText']), asking);
    assert(!text.includes('$'), `a macro that nobody knows in ${text}`);
    return rowsOf(file, text);
  };
}

function rowsOf(file: Sqlite.Database, text: string): readonly Readonly<Record<string, unknown>>[] {
  return file.prepare<[], Readonly<Record<string, unknown>>>(text).all();
}

t.test('every panel of the dashboard for SQLite has values, and its variables have devices', async (t) => {
  const file = await filled(t);
  const text = dashboardText('sqlite');
  const dashboard = parsedDashboard(text);
  t.same(await faultsOf(dashboard, days, asker(file)), []);
  const asked = [...variableQueries(dashboard)].map(([name, query]) => [
    name,
    rowsOf(file, query).map((row) => row['name']),
  ]);
  t.same(Object.fromEntries(asked), { meter: ['meter-1', 'p1'], pv: ['inverter-1', 'inverter-2'] });
  const misspelt = text
    .replace('FROM pv_power_w', 'FROM pv_power')
    .replace('avg(value) AS \\"Grid\\"', 'avg(valeu) AS \\"Grid\\"');
  t.match(await faultsOf(parsedDashboard(misspelt), days, asker(file)), [
    /Now A: .*valeu/,
    /Now B: .*pv_power/,
  ]);
  const other = text.replaceAll('room_temperature_c', 'hot_water_temperature_c');
  t.match(await faultsOf(parsedDashboard(other), days, asker(file)), [
    /Rooms A: 0 rows/,
    /an hour D: 0 rows/,
  ]);
});

t.test('what the panels show is what the home had', async (t) => {
  const file = await filled(t);
  const dashboard = parsedDashboard(dashboardText('sqlite'));
  const show = (
    title: string,
    asking: Partial<Asking> = {},
  ): readonly Readonly<Record<string, unknown>>[] => {
    const found = panelQueries(dashboard).find((query) => query.title === title);
    assert(found !== undefined, title);
    const { intervalMs } = found;
    const usual = { fromMs: days.fromMs, toMs: days.toMs, intervalMs, variables };
    return rowsOf(file, withVariables(String(found.target['rawQueryText']), { ...usual, ...asking }));
  };
  const atMs = days.fromMs + 36 * 3_600_000;
  const had = (device: string, quantity: string, at = atMs): number =>
    days.rows.find((row) => row.device === device && row.quantity === quantity && row.atMs === at)?.value ??
    NaN;
  const at = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.find((row) => row['time'] === atMs / 1_000);
  const pvW = had('inverter-1', 'pv_power_w') + had('inverter-2', 'pv_power_w');
  const houseW = had('meter-1', 'grid_power_w') + pvW + had('inverter-1', 'battery_power_w');
  t.match(at(show('Power B')), { Panels: pvW });
  t.match(at(show('Power D')), { House: houseW });
  const rooms = new Set(show('Rooms A').map((row) => row['name']));
  t.same([...rooms].sort(), ['Living room', 'a"b; drop table']);
  const gone = show('Power D', { variables: { ...variables, meter: ['none'] } });
  t.same(gone, [], 'without the grid nobody knows what the house takes');
  const imported = show('Energy a day A').map((row) => Number(row['Import']));
  const wholeKwh =
    had('meter-1', 'grid_import_kwh', days.toMs - 300_000) - had('meter-1', 'grid_import_kwh', days.fromMs);
  t.ok(
    Math.abs(imported.reduce((sum, one) => sum + one, 0) - wholeKwh) < 1e-6,
    `${imported.join(' ')} ${wholeKwh}`,
  );
  t.ok(imported.length >= 2 && imported.every((kwh) => kwh >= 0));
});
