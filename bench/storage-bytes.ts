/**
 * What storing gives to the block device, and what is stored: ten devices of 40 values every 10 s through the database
 * worker, under each commit policy; beside a row a commit. First two hours as fast as they go, with their checkpoints,
 * then so many seconds paced in real time. The reading path is the paced part and the checkpoints' share of the other. All runs at once, each in a process of its own, whose writes the kernel counts.
 * `node dist/bench/storage-bytes.js [--seconds 310]`; in less than 310 s no hour ends, and rolling up is not measured.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { commitPolicies, type CommitPolicy } from '../gateway/core/commit-policy.ts';
import { numberArgument, print, printAim } from './measure.ts';
import { seriesCount } from './storage/home-readings.ts';
import { runPaced, writtenBytes, type PacedResult, type Upkeep } from './storage/paced-run.ts';
import { storedBytes } from './storage/stored-bytes.ts';

const fullSeconds = 310;
const readingsPerHour = seriesCount * 360;
const readingsPerDay = readingsPerHour * 24;
const slotsPerHour = 4;
const rowsOfBaseline = 500;
/** On the disk with the programs, since the temporary folder may be memory. */
const root = mkdtempSync(join(import.meta.dirname, 'written-'));
const seconds = numberArgument('seconds', fullSeconds);

try {
  const rowBytes = rowByRow();
  print('storage_bytes.row_a_commit', rowBytes, 'B/reading');
  await Promise.all(commitPolicies.map(async (policy) => reportPolicy(policy, rowBytes)));
  await reportStored();
} finally {
  rmSync(root, { recursive: true });
}

async function reportPolicy(policy: CommitPolicy, rowBytes: number): Promise<void> {
  const name = `storage_bytes.${policy}`;
  const isDefault = policy === 'balanced';
  const upkeeps: readonly Upkeep[] =
    seconds < fullSeconds ? ['none'] : ['none', 'rollups', 'energy', 'telemetry'];
  const [none, rollups, energy, telemetry] = await Promise.all(
    upkeeps.map(async (upkeep) => paced(policy, upkeep)),
  );
  if (none === undefined) return;
  const { filled } = none;
  const pacedPath = none.pacedBytes / none.readings;
  const checkpoints = filled.checkpointBytes / filled.readings;
  print(`${name}.unpaced`, filled.bytes / filled.readings, 'B/reading');
  print(`${name}.paced.commits_and_packing`, pacedPath, 'B/reading');
  print(`${name}.checkpoints`, checkpoints, 'B/reading');
  // What a home that runs for days writes: checkpoints come when a thousand pages of log have gathered.
  report(`${name}.reading_path`, pacedPath + checkpoints, 'B/reading', isDefault ? 55 : undefined);
  print(`${name}.paced.closed_at_once`, none.writtenBytes / none.readings, 'B/reading');
  if (rollups === undefined || energy === undefined || telemetry === undefined) return;
  // The runs hold the end of one hour and of one quarter-hour.
  const rollingUp = (rollups.writtenBytes - none.writtenBytes) / readingsPerHour;
  const counting = ((energy.writtenBytes - rollups.writtenBytes) * slotsPerHour) / readingsPerHour;
  const sealing = (telemetry.writtenBytes - energy.writtenBytes) / telemetry.readings;
  // The worst of what was measured: a checkpoint after each 310 s.
  const stored = none.writtenBytes / none.readings;
  const all = stored + Math.max(0, rollingUp) + Math.max(0, counting) + Math.max(0, sealing);
  print(`${name}.rollups`, rollingUp, 'B/reading');
  print(`${name}.energy`, counting, 'B/reading');
  print(`${name}.telemetry`, sealing, 'B/reading');
  report(`${name}.all`, all, 'B/reading', isDefault ? 110 : undefined);
  report(`${name}.a_day`, (all * readingsPerDay) / 1e6, 'MB', isDefault ? 320 : undefined);
  print(`${name}.of_a_row_a_commit`, all / rowBytes, 'x');
}

async function paced(policy: CommitPolicy, upkeep: Upkeep): Promise<PacedResult> {
  const directory = join(root, `${policy}-${upkeep}`);
  mkdirSync(directory);
  return runPaced({ directory, policy, upkeep, seconds });
}

async function reportStored(): Promise<void> {
  const jitters = { regular: 0, jittered: 40 } as const;
  for (const [name, jitterMs] of Object.entries(jitters)) {
    const aim = jitterMs === 0 ? 1 : 2;
    const everySecond = await storedBytes({ periodMs: 1_000, jitterMs });
    report(`storage_bytes.stored.${name}.every_second`, everySecond.bytesPerReading, 'B/reading', aim);
    const everyTen = await storedBytes({ periodMs: 10_000, jitterMs });
    print(`storage_bytes.stored.${name}.every_10_seconds`, everyTen.bytesPerReading, 'B/reading');
    report(`storage_bytes.stored.${name}.minutes`, everyTen.bytesPerMinute, 'B/window', 8);
  }
}

/** The same readings as rows of a table with an index, each committed by itself. */
function rowByRow(): number {
  const connection = new Sqlite(join(root, 'rows.db'));
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.exec('CREATE TABLE reading (at_ms INTEGER, series INTEGER, value REAL, quality INTEGER)');
  connection.exec('CREATE INDEX by_series ON reading (series, at_ms)');
  const insert = connection.prepare('INSERT INTO reading VALUES (?, ?, ?, 0)');
  const before = writtenBytes();
  for (let row = 0; row < rowsOfBaseline; row += 1) insert.run(row * 25, row % seriesCount, row / 10);
  connection.close();
  return (writtenBytes() - before) / rowsOfBaseline;
}

function report(name: string, value: number, unit: string, most: number | undefined): void {
  if (most === undefined) print(name, value, unit);
  else printAim(name, value, unit, value <= most);
}
