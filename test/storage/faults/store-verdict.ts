import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { qualityOf } from '../../../gateway/core/quality.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { RollupRow, StoredReading } from '../../../gateway/storage/store-calls.ts';
import { naiveRollup } from '../naive-rollup.ts';
import { batchOf, everything, openScratch, type Sample } from '../scratch.ts';
import { Backend } from '../telemetry/backend.ts';
import { assertConserved, batchesOf, sealAll, startOf as startOfTelemetry } from '../telemetry/sealing.ts';
import { judgeAlerts } from './appended-alerts.ts';
import { judgeSharing } from './appended-sharing.ts';
import { judgeJobs } from './appended-jobs.ts';
import {
  appendedRetention,
  appendedSeries,
  intentOfNote,
  noteName,
  samplesOfCommit,
  samplesUpTo,
  timeOfCommit,
} from './appended.ts';

/** The highest commit and note, and the highest job, alert and day begun, that were acknowledged. */
export interface Acknowledged {
  readonly commit: number;
  readonly note: number;
  readonly job: number;
  readonly alert: number;
  readonly day: number;
}

export const nothingYet: Acknowledged = { commit: 0, note: 0, job: 0, alert: 0, day: 0 };

/** `lost`: acknowledged and not there; `doubled`: there twice; `wrong`: anything else that must not be. */
export interface Fault {
  readonly kind: 'lost' | 'doubled' | 'wrong';
  readonly what: string;
}

export interface StoreVerdict {
  readonly faults: readonly Fault[];
  /** What is there now: the verdict has gone on with a commit of its own. */
  readonly acknowledged: Acknowledged;
}

/**
 * Opens what an appender left, after whatever ended it, and holds it against all that the appender must have
 * stored: raw readings, rollups, newest values, notes, the account, SQLite's own check; then goes on with it.
 */
export function judgeStore(directory: string, acknowledged: Acknowledged): StoreVerdict {
  if (!existsSync(join(directory, 'egw.db'))) {
    const isLost = Object.values(acknowledged).some((number) => number > 0);
    return { acknowledged, faults: isLost ? [{ kind: 'lost', what: 'the database' }] : [] };
  }
  let service: DatabaseService | undefined;
  try {
    service = openScratch(directory, 'UTC');
    const judge = new Judge(service, acknowledged);
    judge.judge();
    const now = judge.goOn();
    service.close();
    return { acknowledged: now, faults: [...judge.faults, ...integrityFaults(directory)] };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { acknowledged, faults: [{ kind: 'wrong', what: `it cannot be used: ${what}` }] };
  } finally {
    closeQuietly(service);
  }
}

/** What SQLite finds when it reads the whole file. */
export function integrityFaults(directory: string): readonly Fault[] {
  const connection = new Sqlite(join(directory, 'egw.db'));
  try {
    const found = connection.pragma('integrity_check', { simple: true });
    return found === 'ok' ? [] : [{ kind: 'wrong', what: `integrity_check: ${String(found)}` }];
  } finally {
    connection.close();
  }
}

const startOfVerdict = startOfTelemetry(1_000);

class Judge {
  readonly faults: Fault[] = [];
  readonly #service: DatabaseService;
  readonly #acknowledged: Acknowledged;
  readonly #commits: number;
  readonly #note: number;
  readonly #samples: readonly Sample[];
  #jobsBegun = 0;
  #alertsBegun = 0;
  #daysBegun = 0;

  constructor(service: DatabaseService, acknowledged: Acknowledged) {
    this.#service = service;
    this.#acknowledged = acknowledged;
    this.#commits = service.databaseStatus().commits;
    this.#note = Number(service.getSetting(noteName) ?? 0);
    this.#samples = samplesUpTo(this.#commits);
  }

  judge(): void {
    const { commit, note } = this.#acknowledged;
    if (this.#commits < commit) this.#lost(`commits ${this.#commits + 1} to ${commit}`);
    if (this.#commits > commit + 1) this.#wrong(`${this.#commits} commits, when ${commit} were acknowledged`);
    if (this.#note < note) this.#lost(`note ${note}: it is ${this.#note}`);
    if (this.#note > note + 1) this.#wrong(`note ${this.#note}, when ${note} were acknowledged`);
    this.#judgeOrders();
    this.#judgeJobs();
    this.#judgeAlerts();
    this.#judgeSharing();
    this.#judgeAccount();
    this.#judgeTelemetry();
    for (const { id } of this.#service.listSeries()) {
      this.#judgeRaw(id);
      this.#judgeRollups(id);
    }
  }

  /** A further commit, as the next start of the gateway would make it. */
  goOn(): Acknowledged {
    const service = this.#service;
    const next = this.#commits + 1;
    service.internSeries(appendedSeries);
    const key = { bootId: `verdict-${next}`, sequence: 1 };
    const { commit } = service.appendReadings(key, batchOf(samplesOfCommit(next)));
    if (commit !== next) this.#wrong(`commit ${commit} came after ${this.#commits}`);
    const { note, job, alert, day } = this.#acknowledged;
    return {
      commit,
      note: Math.max(this.#note, note),
      job: Math.max(this.#jobsBegun, job),
      alert: Math.max(this.#alertsBegun, alert),
      day: Math.max(this.#daysBegun, day),
    };
  }

  #judgeOrders(): void {
    const open = this.#service.listControls().open.map(({ id }) => id);
    const [only] = open;
    const isExpected =
      open.length === 1
        ? only === intentOfNote(this.#note) || only === intentOfNote(this.#note + 1)
        : open.length === 0 && this.#note === 0;
    if (!isExpected) this.#wrong(`orders ${open.join()} are open after note ${this.#note}`);
  }

  #judgeJobs(): void {
    const { begun, faults } = judgeJobs(this.#service, this.#acknowledged.job);
    this.#jobsBegun = begun;
    this.faults.push(...faults);
  }

  #judgeAlerts(): void {
    const { begun, faults } = judgeAlerts(this.#service, this.#acknowledged.alert);
    this.#alertsBegun = begun;
    this.faults.push(...faults);
  }

  #judgeSharing(): void {
    const { begun, faults } = judgeSharing(this.#service, this.#acknowledged.day);
    this.#daysBegun = begun;
    this.faults.push(...faults);
  }

  /** Conservation: all that was acknowledged is kept or was pruned, and nothing is missing. */
  #judgeAccount(): void {
    const { readings } = this.#service.databaseStatus();
    if (readings !== this.#samples.length) {
      this.#wrong(`${readings} readings are counted, not ${this.#samples.length}`);
    }
    const { acknowledged, staged, packed, pruned, missing } = this.#service.account();
    if (missing !== 0 || acknowledged !== readings || staged + packed + pruned !== readings) {
      const sum = `${acknowledged} = ${staged} + ${packed} + ${pruned} + ${missing}`;
      this.#wrong(`the account of ${readings} readings is ${sum}`);
    }
  }

  /** Whoever gets all batches of all chains has every commit, once, and nothing is declared missing. */
  #judgeTelemetry(): void {
    const { place, chainsBefore } = this.#service.telemetryStatus();
    if (place === undefined && chainsBefore.length === 0) return;
    this.#service.openTelemetry(startOfVerdict);
    sealAll(this.#service, timeOfCommit(this.#commits));
    assertConserved(this.#service);
    const backend = new Backend();
    const { place: end, chainsBefore: before } = this.#service.telemetryStatus();
    for (const { epoch, sequence, head } of [...before, ...(end === undefined ? [] : [end])]) {
      for (const batch of batchesOf(this.#service, epoch)) backend.take(batch);
      const had = backend.hadTo(epoch);
      if (had.sequence !== sequence || had.head !== head)
        this.#lost(`telemetry after record ${had.sequence}`);
    }
    for (let commit = 1; commit <= this.#commits; commit += 1) {
      const readings = Object.values(backend.commits.get(commit) ?? {})
        .flatMap((quantities) => Object.values(quantities))
        .reduce((sum, list) => sum + list.length, 0);
      if (readings !== samplesOfCommit(commit).length) this.#lost(`telemetry of commit ${commit}`);
    }
    if (backend.declaredMissing !== 0) this.#lost(`${backend.declaredMissing} readings of telemetry`);
  }

  #judgeRaw(series: number): void {
    const expected = this.#samples
      .filter(([id]) => id === series)
      .sort(([, left], [, right]) => left - right)
      .map(storedOf);
    const { rows } = this.#service.rawRange(everything(series));
    this.#compare(`readings of series ${series}`, { rows, expected, keptMs: appendedRetention.rawMs });
    const newest = this.#service.latestReadings().find((reading) => reading.series === series);
    const last = expected.at(-1);
    if (last !== undefined && newest?.atMs !== last.atMs) this.#wrong(`the newest of series ${series}`);
  }

  #judgeRollups(series: number): void {
    const { minuteMs, hourMs } = appendedRetention;
    for (const [resolution, keptMs] of [
      ['1m', minuteMs],
      ['1h', hourMs],
      ['1d', Infinity],
    ] as const) {
      const { rows } = this.#service.rollupRange(everything(series), resolution);
      const expected = naiveRollup(this.#samples, { series, resolution, zone: 'UTC' });
      this.#compare(`${resolution} of series ${series}`, { rows, expected, keptMs });
    }
  }

  /** Only the oldest may be missing, and only when their retention was over. */
  #compare<Row extends StoredReading | RollupRow>(
    of: string,
    { rows, expected, keptMs }: { rows: readonly Row[]; expected: readonly Row[]; keptMs: number },
  ): void {
    const prunedToMs = timeOfCommit(this.#commits) - keptMs;
    const texts = rows.map((row) => JSON.stringify(row));
    const there = new Set(texts);
    const wanted = expected.map((row) => ({ row, text: JSON.stringify(row) }));
    const gone = wanted.filter(({ row, text }) => !there.has(text) && startOf(row) >= prunedToMs);
    if (gone.length > 0) this.#lost(`${gone.length} ${of}, the first ${gone[0]?.text}`);
    if (new Set(rows.map(startOf)).size < rows.length) this.#doubled(of);
    const inOrder = wanted.map(({ text }) => text).filter((text) => there.has(text));
    if (inOrder.join() !== texts.join()) {
      const strange = texts.find((text) => !inOrder.includes(text));
      this.#wrong(`${of}: ${strange ?? 'their order'}`);
    }
  }

  #lost(what: string): void {
    this.faults.push({ kind: 'lost', what });
  }

  #doubled(what: string): void {
    this.faults.push({ kind: 'doubled', what });
  }

  #wrong(what: string): void {
    this.faults.push({ kind: 'wrong', what });
  }
}

function storedOf([, atMs, value, quality]: Sample): StoredReading {
  return { atMs, value: Number.isNaN(value) ? null : value, quality: quality ?? qualityOf(0) };
}

function startOf(row: StoredReading | RollupRow): number {
  return 'atMs' in row ? row.atMs : row.startMs;
}

function closeQuietly(service: DatabaseService | undefined): void {
  try {
    service?.close();
  } catch {
    // What is wrong with it is known already.
  }
}
