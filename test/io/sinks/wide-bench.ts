import type { Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SaidText } from '../../../gateway/core/said-text.ts';
import type { RefusedRow, Sink, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { sqliteWide } from '../../../gateway/io/sinks/sqlite-wide.ts';
import { WideFiles } from '../../../gateway/storage/wide/wide-files.ts';
import { sinkPorts } from './sink-ports.ts';

/** Of the first reading, unless a test says another. */
export const startMs = Date.UTC(2026, 2, 10);
const { signal } = new AbortController();
const usual = {
  path: 'monitor.db',
  readableBy: 'owner',
  energySource: 'energy',
  weatherSource: 'weather',
  evohomeSource: 'evohome',
};

/** The sink over real files below a directory. Ends with the test. */
export async function openWide(
  t: Pick<Test, 'teardown'>,
  dataDirectory: string,
  more: OptionValues = {},
  nowMs = startMs,
): Promise<Sink> {
  const files = new WideFiles();
  t.teardown(() => files.closeAll());
  const ports = sinkPorts({
    dataDirectory,
    clock: { wall: () => nowMs as never, monotonic: () => 0 as never },
    tables: {
      write: (place, batch) => new Promise((resolve) => resolve(files.write(place, batch))),
      close: (path) => {
        files.close(path);
        return Promise.resolve();
      },
    },
  });
  return await sqliteWide.open({ ...usual, ...more }, ports, signal);
}

export function rowsOf(
  device: string,
  atMs: number,
  values: Readonly<Record<string, number | null>>,
): readonly SinkRow[] {
  return Object.entries(values).map(([quantity, value]) => ({
    device,
    quantity,
    unit: '',
    atMs,
    value,
    quality: value === null ? 'missing' : 'good',
  }));
}

export async function writeWide(
  sink: Sink,
  rows: readonly SinkRow[],
  texts: readonly SaidText[] = [],
): Promise<readonly RefusedRow[]> {
  return await sink.write({ rows, texts, isLive: true }, signal);
}
