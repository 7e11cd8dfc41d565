/**
 * What an export of a million readings costs: time, and the memory that it takes beyond that of ten thousand, which
 * must not grow with it. `node --expose-gc dist/bench/export-rows.js`
 */
import { rmSync } from 'node:fs';
import type { CommandCall } from '../gateway/features/command.ts';
import { readingExport, type ExportPorts } from '../gateway/features/harvest/export-command.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { heapBytes, print, printAim } from './measure.ts';

const startMs = Date.UTC(2026, 2, 10);
const seriesCount = 10;
const rowsMany = 1_000_000;
const rowsFew = 10_000;
const heapGrowthBytesMax = 24 * 1_048_576;

const directory = temporaryDirectory();
const database = await openInProcessDatabase({
  directory: directory.path,
  zone: 'Europe/Paris',
  nowMs: startMs,
});
await fill(database);
const few = await measureExport(rowsFew);
const many = await measureExport(rowsMany);
print('export.rows', many.rows, 'rows');
print('export.bytes_per_row', many.bytes / many.rows, 'B');
print('export.rows_per_second', many.rows / many.seconds, 'rows/s');
const growth = many.heapBytesMax - few.heapBytesMax;
printAim('export.heap_growth_from_10k_to_1m_rows', growth / 1e6, 'MB', growth <= heapGrowthBytesMax);
await database.close();
rmSync(directory.path, { recursive: true, force: true });

async function fill(store: Database): Promise<void> {
  const keys = Array.from({ length: seriesCount }, (_, index) => ({
    device: `meter-${index}`,
    quantity: 'grid_power_w' as const,
  }));
  const ids = await store.call('internSeries', keys);
  const perSeries = 100;
  for (let second = 0; second < rowsMany / seriesCount; second += perSeries) {
    const count = perSeries * seriesCount;
    const at = (index: number): number => startMs + (second + Math.floor(index / seriesCount)) * 1_000;
    const batch = {
      series: Uint32Array.from({ length: count }, (_, index) => ids[index % seriesCount] ?? 0),
      atMs: Float64Array.from({ length: count }, (_, index) => at(index)),
      value: Float64Array.from({ length: count }, (_, index) => Math.round(2_000 * Math.sin(index / 700))),
      quality: new Uint8Array(count),
    };
    await store.call('appendReadings', { bootId: 'bench', sequence: second + 1 }, batch);
  }
  while ((await store.call('packReadings', startMs + 10 * 86_400_000)).remaining);
}

async function measureExport(
  rows: number,
): Promise<{ rows: number; bytes: number; seconds: number; heapBytesMax: number }> {
  const ports: ExportPorts = { clock: realClock, store: database };
  const input = {
    format: 'csv',
    resolution: 'raw',
    from: String(startMs),
    to: String(startMs + (rows / seriesCount) * 1_000),
  } as const;
  const call: CommandCall = {
    principal: { kind: 'local', id: 'local', scopes: new Set(['read']) },
    signal: new AbortController().signal,
    origin: 'local',
  };
  const { parts } = await readingExport.run(ports, input, call);
  const beganMs = performance.now();
  const taken = { rows: -1, bytes: 0, heapBytesMax: 0, seconds: 0 };
  let count = 0;
  for await (const part of parts) {
    taken.bytes += Buffer.byteLength(part);
    taken.rows += part.split('\n').length - 1;
    count += 1;
    if (count % 20 === 2) taken.heapBytesMax = Math.max(taken.heapBytesMax, heapBytes());
  }
  taken.seconds = (performance.now() - beganMs) / 1_000;
  return taken;
}
