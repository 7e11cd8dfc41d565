/**
 * What a home's database takes, and what looking after it costs: 10 devices of 40 values, each 10 s, built in
 * virtual time and scaled to 35 days with the raw readings of 7; then a backup, a vacuum and a rotation of it while
 * 400 readings are committed every 250 ms. `node dist/bench/database-35-days.js [--days 0.5]`; 3.5 days make
 * 12 million readings and take some minutes.
 */
import Sqlite from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../gateway/core/logger.ts';
import { quantityNames } from '../gateway/core/quantity.ts';
import type { ReadingBatch, SeriesId } from '../gateway/core/reading.ts';
import { openInProcessDatabase, openWorkerDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { numberArgument, percentile, print, printAim, sleep } from './measure.ts';

const zone = 'Europe/Paris';
const devices = 10;
const valuesPerDevice = 40;
const periodMs = 10_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const rawDays = 7;
const scaledDays = 35;
/** Readings wait in memory for their commit, and the strictest policy commits each second. */
const delayMsMax = 1_000;
const commitEveryMs = 250;

const days = numberArgument('days', 0.5);
const startMs = Date.UTC(2026, 5, 1) - 2 * hourMs;
const endMs = startMs + Math.round((days * dayMs) / hourMs) * hourMs;
const { path: directory, remove } = temporaryDirectory();
const file = join(directory, 'egw.db');

await build();
printSizes();
await lookAfter();
remove();

/** As the gateway does it: committed every 10 s, computed every minute, packed every five. */
async function build(): Promise<void> {
  const database = await openInProcessDatabase({ directory, zone, nowMs: startMs });
  const series = await intern(database);
  const begunMs = performance.now();
  let sequence = 0;
  for (let atMs = startMs; atMs < endMs; atMs += periodMs) {
    sequence += 1;
    await database.call('appendReadings', { bootId: 'build', sequence }, batchOf(series, atMs));
    if (atMs % (5 * 60_000) === 0) await settle(database, atMs);
  }
  await settle(database, endMs + 3 * hourMs);
  await database.close();
  const readings = sequence * series.length;
  print('database_35_days.built_readings', readings, '');
  print('database_35_days.build', (performance.now() - begunMs) / 1_000, 's');
  print('database_35_days.built_bytes_per_reading', statSync(file).size / readings, 'B');
}

async function settle(database: Database, nowMs: number): Promise<void> {
  for (const call of ['rollUp', 'countEnergy', 'packReadings'] as const) {
    while ((await database.call(call, nowMs)).remaining);
  }
}

/** What each table takes a day, and in 35 days, raw readings of the last 7 of them. */
function printSizes(): void {
  const connection = new Sqlite(file, { readonly: true });
  const tables = connection
    .prepare<[], { name: string; bytes: number }>(
      'SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name HAVING bytes > 40960 ORDER BY bytes DESC',
    )
    .all();
  connection.close();
  let scaledBytes = 0;
  for (const { name, bytes } of tables) {
    const dailyBytes = bytes / days;
    print(`database_35_days.${name}_per_day`, dailyBytes / 1e6, 'MB');
    scaledBytes += dailyBytes * (name === 'block' || name === 'seal' ? rawDays : scaledDays);
  }
  print('database_35_days.size_scaled', scaledBytes / 1e6, 'MB');
}

async function lookAfter(): Promise<void> {
  const clock = realClock;
  const database = await openWorkerDatabase(
    { directory, zone, nowMs: endMs },
    { clock, alarm: createRealAlarm(clock), logger: silentLogger },
  );
  const series = await intern(database);
  const nowMs = endMs + 2 * dayMs;
  await timed('idle', database, series, async () => sleep(3_000));
  await timed('backup', database, series, async () => {
    const { bytes } = await database.call('writeBackup', { nowMs, keep: 1 });
    print('database_35_days.backup_size', bytes / 1e6, 'MB');
  });
  await timed('vacuum', database, series, async () => rewrite(database, 'vacuum', nowMs));
  await settle(database, nowMs);
  await timed('rotate', database, series, async () => rewrite(database, 'rotate', nowMs));
  print('database_35_days.after_rotation', statSync(file).size / 1e6, 'MB');
  const { acknowledged, staged, packed, pruned, missing } = await database.call('account');
  const lost = acknowledged - staged - packed - pruned - missing;
  printAim('database_35_days.readings_lost', lost, '', lost === 0);
  await database.close();
}

async function rewrite(database: Database, kind: 'vacuum' | 'rotate', nowMs: number): Promise<void> {
  const plan = await database.call('beginRewrite', kind, nowMs);
  const copy = await database.call('copyForRewrite', plan);
  while ((await database.call('finishRewrite', plan, copy, nowMs)).remaining);
}

/** How long the work takes, and how long commits wait meanwhile. */
async function timed(
  name: string,
  database: Database,
  series: readonly SeriesId[],
  work: () => Promise<unknown>,
): Promise<void> {
  const bootId = randomUUID();
  const delays: number[] = [];
  let isOn = true;
  const commit = async (): Promise<void> => {
    for (let sequence = 1; isOn; sequence += 1) {
      const atMs = endMs + 2 * dayMs + delays.length * periodMs;
      const begunMs = performance.now();
      await database.call('appendReadings', { bootId, sequence }, batchOf(series, atMs));
      delays.push(performance.now() - begunMs);
      await sleep(commitEveryMs);
    }
  };
  const committing = commit();
  const begunMs = performance.now();
  await work();
  print(`database_35_days.${name}`, (performance.now() - begunMs) / 1_000, 's');
  isOn = false;
  await committing;
  const p99Ms = percentile(delays, 0.99);
  printAim(`database_35_days.${name}.commit_delay_p99`, p99Ms, 'ms', p99Ms <= delayMsMax);
}

async function intern(database: Database): Promise<readonly SeriesId[]> {
  const keys = Array.from({ length: devices * valuesPerDevice }, (_, index) => ({
    device: `meter-${Math.floor(index / valuesPerDevice)}`,
    quantity: quantityNames[index % valuesPerDevice] ?? 'grid_power_w',
  }));
  return await database.call('internSeries', keys);
}

/** Powers that move, states that hardly do, counters that grow: a third each, as meters give them. */
function batchOf(series: readonly SeriesId[], atMs: number): ReadingBatch {
  const seconds = (atMs - startMs) / 1_000;
  const values = series.map((_, index) => {
    if (index % 3 === 0)
      return Math.round(1_000 * Math.sin(seconds / 900 + index) + ((seconds * 7_919) % 40));
    return index % 3 === 1 ? index : Math.round(seconds / 3.6) / 100;
  });
  return {
    series: Uint32Array.from(series),
    atMs: new Float64Array(series.length).fill(atMs),
    value: Float64Array.from(values),
    quality: new Uint8Array(series.length),
  };
}
