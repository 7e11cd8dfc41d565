import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SinkConfig } from '../gateway/config/config.ts';
import { sinks as kinds } from '../gateway/io/sinks/index.ts';
import type { SinkDefinition } from '../gateway/io/sinks/sink.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { SimulatedClock } from './simulated-clock.ts';

const secondMs = 1_000;
const rowsMax = 1_000_000;

/** The sinks that write files, on a real disk: virtual time stands still meanwhile. */
export function fileKinds(clock: SimulatedClock): readonly SinkDefinition[] {
  return kinds
    .filter(({ id }) => id === 'csv' || id === 'sqlite-wide')
    .map((kind) => ({
      ...kind,
      open: async (options, ports, signal) => {
        const sink = await clock.pend(kind.open(options, ports, signal));
        return {
          write: async (batch, writeSignal) => await clock.pend(sink.write(batch, writeSignal)),
          close: async () => await clock.pend(sink.close()),
        };
      },
    }));
}

/** They write what one device says. */
export function fileSinks(directory: string, device: string): readonly SinkConfig[] {
  const common = {
    enabled: true,
    missingSecrets: [],
    only: { devices: [device] },
    backlogRowsPerSecond: 1_000,
  };
  const views = { energySource: 'p1', weatherSource: 'weather', evohomeSource: 'heating' };
  const readableBy = 'owner';
  return [
    { ...common, id: 'files', kind: 'csv', options: { directory: csvOf(directory), readableBy } },
    {
      ...common,
      id: 'wide',
      kind: 'sqlite-wide',
      options: { path: join(directory, 'monitor.db'), readableBy, ...views },
    },
  ];
}

/** How many values of the device are in its CSV files, and what is wrong with them. */
export async function csvAccount(
  directory: string,
  database: Database,
  span: { readonly device: string; readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly values: number; readonly wrong: readonly string[] }> {
  const { device, fromMs, toMs } = span;
  const written = writtenBy(csvOf(directory), device);
  const wrong: string[] = [];
  let values = 0;
  for (const series of await database.call('listSeries')) {
    if (series.device !== device) continue;
    const { rows } = await database.call('rawRange', { series: series.id, fromMs, toMs, rowsMax });
    for (const { atMs, value } of rows) {
      const name = `${series.quantity} ${Math.floor(atMs / secondMs)}`;
      const texts = written.get(name) ?? [];
      values += texts.length;
      // Once, as the meter is asked a minute apart.
      if (value !== null && (texts.length !== 1 || Number(texts[0]) !== value))
        wrong.push(`${name}: ${value} is stored, and written ${JSON.stringify(texts)}`);
    }
  }
  return { values, wrong };
}

function csvOf(directory: string): string {
  return join(directory, 'csv');
}

/** By quantity and second, each time that it is there. */
function writtenBy(directory: string, device: string): ReadonlyMap<string, readonly string[]> {
  const written = new Map<string, string[]>();
  for (const file of readdirSync(directory).filter((name) => name.startsWith(`${device}-`))) {
    const [header = '', ...lines] = readFileSync(join(directory, file), 'utf8').trimEnd().split('\n');
    const [, ...columns] = header.split(',');
    for (const line of lines) {
      const [time = '', ...cells] = line.split(',');
      for (const [index, cell] of cells.entries()) {
        if (cell === '') continue;
        const name = `${columns[index] ?? '?'} ${Date.parse(time) / secondMs}`;
        written.set(name, [...(written.get(name) ?? []), cell]);
      }
    }
  }
  return written;
}
