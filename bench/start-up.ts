/**
 * From the start of the process to the first stored reading: of the gateway with one SDM630 as it is shipped,
 * on a fresh data directory, on one that has a history, and on one with a million readings after a SIGKILL.
 * `node dist/bench/start-up.js`; medians of five. The database itself is watched, from outside, so that nobody
 * has to ask the gateway.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { startGatewayProcess, temporaryDirectory, type GatewayProcess } from './gateway/gateway-process.ts';
import { median, print, printAim, sleep } from './measure.ts';
import { makeHistory } from './storage/history.ts';
import { startSlave } from './slave/slave.ts';

const rounds = 5;
const lookEveryMs = 5;
const giveUpMs = 30_000;
const aimMs = 2_000;
const historyReadings = 1_000_000;
const afterKillAimMs = 5_000;

const slave = await startSlave(1);
const freshMs: number[] = [];
const existingMs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const directory = temporaryDirectory();
  for (const tookMs of [freshMs, existingMs]) {
    const device = { port: slave.ports[0] ?? 0, unit: 1 };
    const commits = tookMs === freshMs ? 0 : countCommits(directory.path, {});
    const gateway = startGatewayProcess({ directory: directory.path, devices: [device], period: '10s' });
    tookMs.push(await untilCommit(gateway, directory.path, commits));
    await gateway.stop();
  }
  directory.remove();
}
report('fresh', freshMs, aimMs);
report('existing', existingMs, aimMs);
report('after_kill', await afterKills(), afterKillAimMs);
await slave.stop();

function report(name: string, tookMs: readonly number[], msMax: number): void {
  const ms = median(tookMs);
  printAim(`start_up.${name}.first_stored_reading`, ms, 'ms', ms < msMax);
}

/** What each start takes on a database with a million readings, whose gateway was killed just after a commit. */
async function afterKills(): Promise<readonly number[]> {
  const directory = temporaryDirectory();
  const readings = await makeHistory(join(directory.path, 'data'), historyReadings, Date.now());
  print('start_up.after_kill.readings', readings, '');
  const device = { port: slave.ports[0] ?? 0, unit: 1 };
  const tookMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const commits = countCommits(directory.path, { readonly: true });
    const gateway = startGatewayProcess({ directory: directory.path, devices: [device], period: '10s' });
    const ms = await untilCommit(gateway, directory.path, commits);
    // The first start follows an orderly end.
    if (round > 0) tookMs.push(ms);
    await gateway.kill();
  }
  directory.remove();
  return tookMs;
}

async function untilCommit(gateway: GatewayProcess, directory: string, commits: number): Promise<number> {
  while (commitsSeen(directory) <= commits) {
    if (performance.now() - gateway.startedMs > giveUpMs) {
      console.error(`no reading was stored within ${giveUpMs} ms`);
      process.exit(1);
    }
    await sleep(lookEveryMs);
  }
  return performance.now() - gateway.startedMs;
}

/** Commits that a stranger sees while the gateway runs; 0 until the database is open and has its tables. */
function commitsSeen(directory: string): number {
  // Without a write-ahead log the gateway is still opening it, and must not find it locked.
  if (!existsSync(`${databasePath(directory)}-wal`)) return 0;
  try {
    return countCommits(directory, { readonly: true, timeout: 0 });
  } catch {
    return 0;
  }
}

function countCommits(directory: string, options: SqliteDatabase.Options): number {
  const database = new SqliteDatabase(databasePath(directory), options);
  try {
    return database.prepare('SELECT count(*) FROM staged').pluck().get() as number;
  } finally {
    database.close();
  }
}

function databasePath(directory: string): string {
  return join(directory, 'data', 'egw.db');
}
