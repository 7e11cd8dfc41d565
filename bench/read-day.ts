/**
 * A day of 1-second readings of one series, read from the database worker by whoever charts it: raw as rows and as
 * columns, and as minutes and hours; regular times and jittered ones. The last minutes of the day are staged, the rest
 * is packed. `node dist/bench/read-day.js`; medians of 25 after a warm-up.
 */
import { silentLogger } from '../gateway/core/logger.ts';
import { openWorkerDatabase } from '../gateway/storage/index.ts';
import type { Database, RangeQuery } from '../gateway/storage/store-calls.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { median, print, printAim } from './measure.ts';
import { noise } from './storage/home-readings.ts';

const zone = 'Europe/Paris';
const dayMs = 24 * 3_600_000;
/** 10 March 2026 at 00:00 in the zone. */
const startMs = Date.UTC(2026, 2, 9, 23);
const endMs = startMs + dayMs;
const jitterMs = 40;
const readingsPerCommit = 200;
const rounds = 25;
const warmUpRounds = 10;
const columnsMsMax = 10;

const directory = temporaryDirectory();
const clock = realClock;
const database = await openWorkerDatabase(
  { directory: directory.path, zone, nowMs: startMs },
  { clock, alarm: createRealAlarm(clock), logger: silentLogger },
);
await measure(database, 'regular', 0);
await measure(database, 'jittered', jitterMs);
await database.close();
directory.remove();

async function measure(store: Database, name: string, jitter: number): Promise<void> {
  const [series = 0] = await store.call('internSeries', [{ device: name, quantity: 'grid_power_w' }]);
  await fill(store, series, jitter);
  const query: RangeQuery = { series, fromMs: startMs, toMs: endMs, rowsMax: 100_000 };
  const columns = await medianMs(async () => (await store.call('rawColumns', query)).atMs.length, 86_400);
  printAim(`read_day.${name}.raw_columns`, columns, 'ms', columns <= columnsMsMax);
  const rows = await medianMs(async () => (await store.call('rawRange', query)).rows.length, 86_400);
  print(`read_day.${name}.raw_rows`, rows, 'ms');
  for (const [resolution, count] of [
    ['1m', 1_440],
    ['1h', 24],
  ] as const) {
    const read = async (): Promise<number> =>
      (await store.call('rollupRange', query, resolution)).rows.length;
    print(`read_day.${name}.rolled_up_${resolution}`, await medianMs(read, count), 'ms');
  }
}

async function fill(store: Database, series: number, jitter: number): Promise<void> {
  for (let second = 0; second < dayMs / 1_000; second += readingsPerCommit) {
    const at = (index: number): number =>
      startMs + (second + index) * 1_000 + 500 + Math.round(noise(second + index, 1) * jitter);
    const batch = {
      series: new Uint32Array(readingsPerCommit).fill(series),
      atMs: Float64Array.from({ length: readingsPerCommit }, (_, index) => at(index)),
      value: Float64Array.from({ length: readingsPerCommit }, (_, index) => loadW(second + index)),
      quality: new Uint8Array(readingsPerCommit),
    };
    await store.call('appendReadings', { bootId: `fill-${series}`, sequence: second + 1 }, batch);
  }
  // As it stands at the end of that day: the last packing window is still in the log.
  while ((await store.call('packReadings', endMs)).remaining);
  while ((await store.call('rollUp', endMs + 3_600_000)).remaining);
}

/** A home's power, W: slow, and noisy. */
function loadW(second: number): number {
  return Math.round(1_500 + 800 * Math.sin(second / 3_000) + 60 * noise(second, 7));
}

/** Errors: ends the process when an answer does not have that many rows. */
async function medianMs(read: () => Promise<number>, expected: number): Promise<number> {
  const tookMs: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const begunMs = performance.now();
    const count = await read();
    if (round >= 0) tookMs.push(performance.now() - begunMs);
    if (count !== expected) {
      console.error(`${count} rows were read, not ${expected}`);
      process.exit(1);
    }
  }
  return median(tookMs);
}
