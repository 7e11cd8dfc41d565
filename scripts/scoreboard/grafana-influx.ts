/** InfluxDB 1.x: every query of the dashboard, over a simulated home's days. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { influx } from '../../gateway/io/sinks/influx.ts';
import { createRealHttp } from '../../gateway/system/real-http.ts';
import { faultsOf, type Ask } from '../../test/docs/grafana/asked-panels.ts';
import {
  dashboardText,
  panelQueries,
  parsedDashboard,
  variableQueries,
} from '../../test/docs/grafana/dashboard.ts';
import { withInfluxMacros } from '../../test/docs/grafana/macros.ts';
import { simulatedDays } from '../../test/docs/grafana/simulated-days.ts';
import { sinkPorts } from '../../test/io/sinks/sink-ports.ts';
import { figure, freePort, startProgram } from './started-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'egw-grafana-influx-'));
const [port, backupPort] = [await freePort(), await freePort()];
const url = `http://127.0.0.1:${port}`;
const database = 'energy';
const signal = AbortSignal.timeout(120_000);
const days = simulatedDays(Date.UTC(2026, 2, 10));
const dashboard = parsedDashboard(dashboardText('influxdb'));

interface Series {
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

async function query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const asked = await fetch(`${url}/query?${new URLSearchParams({ q: text, db: database }).toString()}`);
  const answer = (await asked.json()) as {
    readonly error?: string;
    readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
  };
  const [result] = answer.results ?? [];
  const error = answer.error ?? result?.error;
  if (error !== undefined) throw new Error(`${error} in ${text}`);
  return (result?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
  );
}

const ask: Ask = async (target, asking) => {
  const rows = await query(withInfluxMacros(String(target['query']), asking));
  // Names of rooms are no numbers, and are there all the same.
  return rows.map((row) => (typeof row['name'] === 'string' ? { named: 1 } : row));
};

async function fill(): Promise<void> {
  const http = createRealHttp({
    resolver: { resolve: (host) => Promise.resolve([host]) },
    refuseAddress: () => undefined,
  });
  const options = {
    url,
    version: '1',
    database,
    layout: 'readings',
    createDatabase: true,
    isCompressed: true,
  };
  const sink = await influx.open(options, sinkPorts({ http }), signal);
  for (let at = 0; at < days.rows.length; at += 1_000) {
    const rows = days.rows.slice(at, at + 1_000);
    await sink.write({ rows, texts: at === 0 ? days.texts : [], isLive: true }, signal);
  }
}

async function measure(): Promise<void> {
  await fill();
  const faults = await faultsOf(dashboard, days, ask);
  for (const fault of faults) console.log(`# ${fault}`);
  const queries = panelQueries(dashboard).length;
  figure('grafana-influx-queries-without-values', faults.length, `of ${queries}`, faults.length === 0);
  for (const [name, text] of variableQueries(dashboard)) {
    const found = (await query(text)).map((row) => String(row['value']));
    figure(`grafana-influx-devices-to-choose-${name}`, found.length, found.join(' '), found.length === 2);
  }
}

const config = join(directory, 'influxdb.conf');
writeFileSync(
  config,
  [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${backupPort}"`,
    `[meta]\ndir = "${directory}/meta"`,
    `[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"`,
    `[http]\nbind-address = "127.0.0.1:${port}"`,
  ].join('\n'),
);
const server = await startProgram('influxd', ['-config', config], `${url}/ping`);
if (server === undefined) figure('grafana-influx-skipped-influxd-is-not-installed', 0, 'queries', false);
else
  try {
    await measure();
  } finally {
    await server.stop();
  }
rmSync(directory, { recursive: true, force: true });
process.exit();
