import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import { batchOf, deviceCount, homeSeries, noise, valuesPerDevice } from './home-readings.ts';

export interface StoredOptions {
  readonly periodMs: number;
  /** How far times are off their beats, to either side. */
  readonly jitterMs: number;
}

export interface StoredResult {
  /** Of the pages that packed readings take. */
  readonly bytesPerReading: number;
  /** Of the pages that packed minutes take. */
  readonly bytesPerMinute: number;
}

const hours = 2;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 5, 1);
const pollsPerCommit = 25;

/** What two hours of the home take on disk once they are packed. The disk may be memory: pages count. */
export async function storedBytes({ periodMs, jitterMs }: StoredOptions): Promise<StoredResult> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-bench-'));
  const database = await openInProcessDatabase({ directory, zone: 'Europe/Paris', nowMs: startMs });
  const ids = await database.call('internSeries', homeSeries());
  // As many readings at either period: of one second those of one device.
  const devices = Math.min(deviceCount, periodMs / 1_000);
  const polls = Array.from({ length: (hours * hourMs * devices) / periodMs }, (_, index) => ({
    device: index % devices,
    atMs: startMs + Math.floor(index / devices) * periodMs + 500 + Math.round(noise(index, 1) * jitterMs),
  }));
  const endMs = startMs + hours * hourMs + hourMs;
  for (let from = 0; from < polls.length; from += pollsPerCommit) {
    const batch = batchOf(polls.slice(from, from + pollsPerCommit), ids);
    await database.call('appendReadings', { bootId: 'bench', sequence: from + 1 }, batch);
  }
  while ((await database.call('packReadings', endMs)).remaining);
  while ((await database.call('rollUp', endMs)).remaining);
  await database.close();
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const pages = connection.prepare<[string], number>('SELECT sum(pgsize) FROM dbstat WHERE name = ?').pluck();
  const result = {
    bytesPerReading: Number(pages.get('block')) / (polls.length * valuesPerDevice),
    bytesPerMinute: Number(pages.get('minute_block')) / (devices * valuesPerDevice * hours * 60),
  };
  connection.close();
  rmSync(directory, { recursive: true });
  return result;
}
