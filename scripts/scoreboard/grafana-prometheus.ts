/** Prometheus, with a history of what `/metrics` would have said: every expression of the dashboard. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricFamily } from '../../gateway/features/publish-metrics/metric-family.ts';
import { exposition } from '../../gateway/features/publish-metrics/exposition.ts';
import { faultsOf, type Ask } from '../../test/docs/grafana/asked-panels.ts';
import { dashboardText, panelQueries, parsedDashboard } from '../../test/docs/grafana/dashboard.ts';
import { withVariables } from '../../test/docs/grafana/macros.ts';
import { simulatedDays, stepMs } from '../../test/docs/grafana/simulated-days.ts';
import { metricsAt } from '../../test/docs/grafana/simulated-metrics.ts';
import { figure, freePort, startProgram } from './started-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'egw-grafana-prometheus-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const dayMs = 86_400_000;
const days = simulatedDays(Math.floor(Date.now() / dayMs) * dayMs - 3 * dayMs);
const dashboard = parsedDashboard(dashboardText('prometheus'));

/** A name's samples stand together, each with its time in seconds. */
function history(): string {
  const families = new Map<string, { readonly head: string; readonly lines: string[] }>();
  for (let atMs = days.fromMs; atMs < days.toMs; atMs += stepMs)
    for (const family of metricsAt(days, atMs)) addTo(families, family, atMs);
  return [...families.values()].map(({ head, lines }) => head + lines.join('')).join('') + '# EOF\n';
}

function addTo(
  families: Map<string, { readonly head: string; readonly lines: string[] }>,
  family: MetricFamily,
  atMs: number,
): void {
  const all = exposition([family], 'openmetrics')
    .split('\n')
    .filter((line) => line !== '' && line !== '# EOF');
  const known = families.get(family.name) ?? { head: `${all.slice(0, 2).join('\n')}\n`, lines: [] };
  families.set(family.name, known);
  known.lines.push(...all.filter((line) => !line.startsWith('#')).map((line) => `${line} ${atMs / 1_000}\n`));
}

const ask: Ask = async (target, asking) => {
  const text = withVariables(String(target['expr']), asking);
  const seconds = (ms: number): string => String(ms / 1_000);
  const times =
    target['instant'] === true
      ? { time: seconds(days.toMs - stepMs) }
      : {
          start: seconds(Math.max(asking.fromMs, days.fromMs)),
          end: seconds(asking.toMs),
          step: seconds(Math.max(asking.intervalMs, stepMs)),
        };
  const path = target['instant'] === true ? 'query' : 'query_range';
  const words = new URLSearchParams({ query: text, ...times });
  const asked = await fetch(`${url}/api/v1/${path}?${words.toString()}`);
  const { data, error } = (await asked.json()) as {
    readonly error?: string;
    readonly data?: {
      readonly result: readonly {
        readonly value?: readonly [number, string];
        readonly values?: readonly (readonly [number, string])[];
      }[];
    };
  };
  if (data === undefined) throw new Error(`${String(error)} in ${text}`);
  return data.result.flatMap(({ value, values = [] }) =>
    [...values, ...(value === undefined ? [] : [value])].map(([, one]) => ({ value: Number(one) })),
  );
};

async function measure(): Promise<void> {
  const faults = await faultsOf(dashboard, days, ask);
  for (const fault of faults) console.log(`# ${fault}`);
  const queries = panelQueries(dashboard).length;
  figure('grafana-prometheus-queries-without-values', faults.length, `of ${queries}`, faults.length === 0);
}

/** Answers whether it is there. */
function hasHistory(): boolean {
  writeFileSync(join(directory, 'history.txt'), history());
  try {
    const words = ['tsdb', 'create-blocks-from', 'openmetrics', 'history.txt', 'data'];
    execFileSync('promtool', words, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return false;
    throw error;
  }
}

const config = join(directory, 'prometheus.yml');
writeFileSync(config, '{}');
const words = [
  `--config.file=${config}`,
  `--storage.tsdb.path=${directory}/data`,
  `--web.listen-address=127.0.0.1:${port}`,
];
const program = hasHistory() ? await startProgram('prometheus', words, `${url}/-/ready`) : undefined;
if (program === undefined) figure('grafana-prometheus-skipped-it-is-not-installed', 0, 'queries', false);
else
  try {
    await measure();
  } finally {
    await program.stop();
  }
rmSync(directory, { recursive: true, force: true });
