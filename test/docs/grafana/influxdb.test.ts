import assert from 'node:assert';
import t from 'tap';
import { influx } from '../../../gateway/io/sinks/influx.ts';
import { InfluxStub } from '../../io/sinks/influx-stub.ts';
import { sinkPorts } from '../../io/sinks/sink-ports.ts';
import { variables } from './asked-panels.ts';
import {
  dashboardText,
  panelQueries,
  parsedDashboard,
  variableQueries,
  type Dashboard,
} from './dashboard.ts';
import { withInfluxMacros } from './macros.ts';
import { simulatedDays } from './simulated-days.ts';

const days = simulatedDays(Date.UTC(2026, 2, 10));
const { signal } = new AbortController();

/** What the sink writes, by measurement: its tags and fields, and the devices that are in it. */
type Written = ReadonlyMap<string, { readonly keys: Set<string>; readonly devices: Set<string> }>;

async function written(): Promise<Written> {
  const stub = new InfluxStub();
  const options = { url: 'http://192.168.1.20:8086', version: '1', database: 'energy', layout: 'readings' };
  const http = { request: stub.request.bind(stub) };
  const sink = await influx.open(options, sinkPorts({ http }), signal);
  for (let at = 0; at < days.rows.length; at += 1_000) {
    const rows = days.rows.slice(at, at + 1_000);
    assert.deepEqual(await sink.write({ rows, texts: at === 0 ? days.texts : [], isLive: true }, signal), []);
  }
  const found = new Map<string, { readonly keys: Set<string>; readonly devices: Set<string> }>();
  for (const { measurement, tags, fields } of stub.points.values()) {
    const known = found.get(measurement) ?? { keys: new Set<string>(), devices: new Set<string>() };
    found.set(measurement, known);
    for (const key of [...Object.keys(tags), ...Object.keys(fields)]) known.keys.add(key);
    known.devices.add(tags['device'] ?? '');
  }
  return found;
}

/** Names in double quotes are measurements, fields and tags, or what a query has called so itself. */
function unknownNames(query: string, written: Written): readonly string[] {
  const measurements = [...query.matchAll(/FROM "([^"]+)"/g)].map(([, name = '']) => name);
  const ownNames = [...query.matchAll(/ AS "([^"]+)"/g)].map(([, name = '']) => name);
  const keys = new Set(measurements.flatMap((name) => [...(written.get(name)?.keys ?? [])]));
  const names = [...query.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  return names.filter((name) => !measurements.includes(name) && !ownNames.includes(name) && !keys.has(name));
}

function faultsOf(dashboard: Dashboard, written: Written): readonly string[] {
  const panels = panelQueries(dashboard).map(({ title, target, intervalMs }) => ({
    title,
    query: String(target['query']),
    intervalMs,
  }));
  const asked = [...variableQueries(dashboard)].map(([title, query]) => ({
    title,
    query,
    intervalMs: 60_000,
  }));
  return [...panels, ...asked].flatMap(({ title, query, intervalMs }) => {
    const text = withInfluxMacros(query, { ...days, intervalMs, variables });
    const unknown = unknownNames(text, written);
    const [, wanted] = /"device" =~ \/(.*?)\//.exec(text) ?? [];
    const [, measurement = ''] = /FROM "([^"]+)"/.exec(text) ?? [];
    const devices = [...(written.get(measurement)?.devices ?? [])];
    const isSomebody = wanted === undefined || devices.some((device) => new RegExp(wanted).test(device));
    return [
      ...(written.has(measurement) ? [] : [`${title}: nothing is written to ${measurement}`]),
      ...(unknown.length > 0 ? [`${title}: nothing has ${unknown.join(', ')}`] : []),
      ...(isSomebody ? [] : [`${title}: no device is ${wanted}`]),
      ...(text.replaceAll('$/', '').includes('$') ? [`${title}: a macro that nobody knows in ${text}`] : []),
    ];
  });
}

t.test(
  'every panel of the dashboard for InfluxDB asks for measurements, tags and fields that are written',
  async (t) => {
    const there = await written();
    const text = dashboardText('influxdb');
    t.same(faultsOf(parsedDashboard(text), there), []);
    const misspelt = text
      .replace('FROM \\"pv_power_w\\" WHERE', 'FROM \\"pv_pwer_w\\" WHERE')
      .replace('mean(\\"value\\") FROM \\"grid_power_w\\"', 'mean(\\"valeu\\") FROM \\"grid_power_w\\"');
    t.match(faultsOf(parsedDashboard(misspelt), there), [
      'Now A: nothing has valeu',
      'Now B: nothing is written to pv_pwer_w',
      /Now B: nothing has/,
      /Now B: no device is/,
    ]);
  },
);
