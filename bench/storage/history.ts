import { mkdirSync } from 'node:fs';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import { batchOf, deviceCount, homeSeries, seriesCount } from './home-readings.ts';

const commitEveryMs = 10_000;
const settleEveryMs = 5 * 60_000;

/**
 * A database in that directory as a gateway leaves it after having read a home of 400 values every 10 s until
 * `endMs`: so many readings, computed every five minutes and packed. Answers how many it has.
 */
export async function makeHistory(directory: string, readings: number, endMs: number): Promise<number> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const commits = Math.ceil(readings / seriesCount);
  const startMs = endMs - commits * commitEveryMs;
  const database = await openInProcessDatabase({ directory, zone: 'Europe/Paris', nowMs: startMs });
  const series = await database.call('internSeries', homeSeries());
  for (let sequence = 1; sequence <= commits; sequence += 1) {
    const atMs = startMs + sequence * commitEveryMs;
    const polls = Array.from({ length: deviceCount }, (_, device) => ({ device, atMs }));
    await database.call('appendReadings', { bootId: 'history', sequence }, batchOf(polls, series));
    if (atMs % settleEveryMs >= commitEveryMs) continue;
    for (const call of ['rollUp', 'countEnergy', 'packReadings'] as const) {
      while ((await database.call(call, atMs)).remaining);
    }
  }
  await database.close();
  return commits * seriesCount;
}
