import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitPeriodsMs, type CommitPolicy } from '../../gateway/core/commit-policy.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { openInProcessDatabase, openWorkerDatabase } from '../../gateway/storage/index.ts';
import type { Database } from '../../gateway/storage/store-calls.ts';
import type { TelemetryStart } from '../../gateway/storage/telemetry-calls.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { sleep } from '../measure.ts';
import { batchOf, deviceCount, homeSeries, noise, valuesPerDevice, type Poll } from './home-readings.ts';

/** What is done besides committing and packing, each with what stands before it. */
export type Upkeep = 'none' | 'rollups' | 'energy' | 'telemetry';

export interface PacedOptions {
  /** An empty directory on the disk that is measured. */
  readonly directory: string;
  readonly policy: CommitPolicy;
  readonly upkeep: Upkeep;
  readonly seconds: number;
}

export interface PacedResult {
  readonly readings: number;
  /** Given to the block device while they were committed, and with what closing the database adds. */
  readonly pacedBytes: number;
  readonly writtenBytes: number;
  readonly filled: FilledResult;
}

/** Two hours as fast as they go: checkpoints come when they are due, and once at the end. */
export interface FilledResult {
  readonly readings: number;
  readonly bytes: number;
  /** Of these, what the checkpoints wrote. */
  readonly checkpointBytes: number;
}

const runArgument = '--paced-run';
const minuteMs = 60_000;
const hourMs = 3_600_000;
/** The readings' clock ends so long after a full hour: its rolling up is over by then. */
const afterHourMs = 140_000;

/** One run in a process of its own, whose writes the kernel counts. */
export async function runPaced(options: PacedOptions): Promise<PacedResult> {
  const child = fork(fileURLToPath(import.meta.url), [runArgument, JSON.stringify(options)]);
  const exited = once(child, 'exit');
  const [result] = (await Promise.race([once(child, 'message'), exited.then(() => [undefined])])) as [
    PacedResult | undefined,
  ];
  await exited;
  if (result === undefined) throw new TypeError(`the run of ${options.policy} ended without a result`);
  return result;
}

/** Bytes that this process, all its threads, had the block device write (proc(5), io: write_bytes). */
export function writtenBytes(): number {
  const match = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'));
  return Number(match?.[1]);
}

class PacedRun {
  readonly #options: PacedOptions;
  readonly #bootId = randomUUID();
  readonly #policyMs: number;
  #ids: readonly number[] = [];
  #polls: Poll[] = [];
  #sequence = 0;
  #readings = 0;

  constructor(options: PacedOptions) {
    this.#options = options;
    this.#policyMs = commitPeriodsMs[options.policy];
  }

  async run(): Promise<PacedResult> {
    const { directory, seconds } = this.#options;
    const endMs = Math.floor(Date.now() / hourMs) * hourMs + afterHourMs;
    const startMs = endMs - seconds * 1_000;
    const filled = await this.#fill(startMs);
    const options = { directory, zone: 'Europe/Paris', nowMs: startMs };
    const database = await openWorkerDatabase(options, {
      clock: realClock,
      alarm: createRealAlarm(realClock),
      logger: silentLogger,
    });
    const before = writtenBytes();
    this.#readings = 0;
    const realStartMs = Date.now();
    for (let nowMs = startMs; nowMs < endMs; nowMs += 1_000) {
      await sleep(Math.max(0, realStartMs + nowMs - startMs - Date.now()));
      await this.#second(database, nowMs);
    }
    await this.#commit(database);
    const pacedBytes = writtenBytes() - before;
    await database.close();
    return { readings: this.#readings, pacedBytes, writtenBytes: writtenBytes() - before, filled };
  }

  /** The two hours until then, as fast as they go: in them commits leave the log once. */
  async #fill(startMs: number): Promise<FilledResult> {
    const { directory } = this.#options;
    const database = await openInProcessDatabase({ directory, zone: 'Europe/Paris', nowMs: startMs });
    this.#ids = await database.call('internSeries', homeSeries());
    if (this.#options.upkeep === 'telemetry') await database.call('openTelemetry', telemetryStart(startMs));
    const path = join(directory, 'egw.db');
    const before = writtenBytes();
    let bytes = 0;
    let checkpointBytes = 0;
    let changedMs = statSync(path).mtimeMs;
    // Only a checkpoint writes to the database itself.
    const count = (): void => {
      const nowChangedMs = statSync(path).mtimeMs;
      const added = writtenBytes() - before - bytes;
      if (nowChangedMs !== changedMs) checkpointBytes += added;
      bytes += added;
      changedMs = nowChangedMs;
    };
    for (let nowMs = startMs - 2 * hourMs; nowMs < startMs; nowMs += 1_000) {
      await this.#second(database, nowMs);
      count();
    }
    await this.#commit(database);
    count();
    await database.close();
    count();
    return { readings: this.#readings, bytes, checkpointBytes };
  }

  async #second(database: Database, nowMs: number): Promise<void> {
    // The devices answer one after another, each a little late and never twice the same.
    const device = (nowMs / 1_000) % deviceCount;
    const lateMs = Math.round(60 + 40 * noise(nowMs / 1_000, device));
    this.#polls.push({ device, atMs: nowMs + lateMs });
    if ((nowMs + 1_000) % this.#policyMs === 0) await this.#commit(database);
    await this.#upkeep(database, nowMs);
  }

  /** At the times and in the order of the gateway's tasks. */
  async #upkeep(database: Database, nowMs: number): Promise<void> {
    const { upkeep } = this.#options;
    if (upkeep !== 'none' && nowMs % minuteMs === 12_000) {
      while ((await database.call('rollUp', nowMs)).remaining);
    }
    if ((upkeep === 'energy' || upkeep === 'telemetry') && nowMs % minuteMs === 18_000) {
      while ((await database.call('countEnergy', nowMs)).remaining);
    }
    if (upkeep === 'telemetry' && nowMs % minuteMs === 33_000) await this.#seal(database, nowMs);
    if (nowMs % (5 * minuteMs) === 25_000) {
      while ((await database.call('packReadings', nowMs)).remaining);
    }
  }

  /** A batch a minute, sealed as if it were signed, and acknowledged. */
  async #seal(database: Database, nowMs: number): Promise<void> {
    const draft = await database.call('draftTelemetry', { readingsMax: 5_000, spanMsMax: minuteMs });
    if (draft === undefined) return;
    const { epoch, to: sequence, head } = draft;
    const signature = 's'.repeat(86);
    await database.call('sealTelemetry', { to: sequence, head, signature, atMs: nowMs });
    const mark = { epoch, sequence, also: [], saidMs: nowMs, readings: this.#readings };
    await database.call('putUplinkMark', 'cloud', mark);
  }

  async #commit(database: Database): Promise<void> {
    const polls = this.#polls;
    this.#polls = [];
    const most = Math.floor(1_000 / valuesPerDevice);
    for (let from = 0; from < polls.length; from += most) {
      const batch = batchOf(polls.slice(from, from + most), this.#ids);
      this.#sequence += 1;
      await database.call('appendReadings', { bootId: this.#bootId, sequence: this.#sequence }, batch);
      this.#readings += batch.series.length;
    }
  }
}

function telemetryStart(atMs: number): TelemetryStart {
  const publicKey = 'x'.repeat(43);
  return {
    gateway: 'abcdefgh23456789',
    publicKey,
    algorithm: 'Ed25519',
    newEpoch: '0123456789abcdef',
    atMs,
  };
}

const [argument, json] = process.argv.slice(2);
if (argument === runArgument && json !== undefined) {
  const result = await new PacedRun(JSON.parse(json) as PacedOptions).run();
  process.send?.(result);
  process.disconnect();
}
