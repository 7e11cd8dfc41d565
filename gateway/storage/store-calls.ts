import type { CounterRules } from '../core/counter.ts';
import type { Quality } from '../core/quality.ts';
import type { ReadingBatch, SeriesId, SeriesKey } from '../core/reading.ts';
import type { HistoryCalls } from './history-calls.ts';
import type { OutsideCalls } from './outside-calls.ts';
import type { UpkeepCalls } from './upkeep-calls.ts';
import type { RecordCalls } from './record-calls.ts';
import type { SharingCalls } from './sharing-calls.ts';
import type { SinkCalls } from './sink-calls.ts';
import type { WideCalls } from './wide-calls.ts';

export type { HistoryCounts, HistoryHour, HistoryReport } from './history-calls.ts';
export type {
  AuditLine,
  ControlRecord,
  IntentState,
  StoredControls,
  StoredIntent,
  StoredMode,
  StoredToken,
  WriteCount,
} from './record-calls.ts';
export type {
  CommitsQuery,
  CommittedColumns,
  LogPlace,
  NewTexts,
  SeriesColumns,
  SinkBacklog,
  SinkCalls,
  SinkMark,
  TextPage,
  TextQuery,
  WindowColumns,
  WindowQuery,
} from './sink-calls.ts';
export type {
  BackupReport,
  BackupRequest,
  KeptFile,
  RebuildReport,
  RewriteCopy,
  RewritePlan,
  UpkeepCalls,
} from './upkeep-calls.ts';

/** Where a commit stands for ever: (epoch, commit), and each reading in it by its index. */
export interface CommitReceipt {
  /** One database file; a new number when history was replaced. */
  readonly epoch: number;
  readonly commit: number;
  readonly count: number;
}

/** Makes an append idempotent: the same key again answers the first receipt and stores nothing. */
export interface AppendKey {
  /** Random, new at each start of the process. */
  readonly bootId: string;
  /** Counts appends within the boot, from 1. */
  readonly sequence: number;
}

export interface StoredSeries extends SeriesKey {
  readonly id: SeriesId;
}

export interface StoredReading {
  readonly atMs: number;
  /** null when there is none. */
  readonly value: number | null;
  readonly quality: Quality;
}

export interface LatestReading extends StoredReading {
  readonly series: SeriesId;
}

export type Resolution = 'raw' | '1m' | '1h' | '1d';

export interface RangeQuery {
  readonly series: SeriesId;
  /** UTC epoch ms; from is in the range, to is not. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rowsMax: number;
}

export interface RawRange {
  readonly rows: readonly StoredReading[];
  /** Where to go on when `rowsMax` cut it; undefined at the end. Readings of one time are never parted. */
  readonly nextFromMs?: number;
}

/** The same readings as columns: what a day of many readings is read as. NaN stands for a value that is not there. */
export interface RawColumns {
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  /** Quality codes. */
  readonly quality: Uint8Array<ArrayBuffer>;
  readonly nextFromMs?: number;
}

/**
 * Why readings are missing: `quota`, deleted before their time to make room; `damage`, on a damaged disk; `shed`,
 * never committed, because nothing could be written for too long; `clock`, there, but at times that are not known.
 */
export type GapReason = 'quota' | 'damage' | 'shed' | 'clock';

export interface NewGap {
  readonly notedMs: number;
  readonly reason: GapReason;
  /** UTC epoch ms, null when not known. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** null when not known. */
  readonly readings: number | null;
  readonly detail: string;
}

export interface Gap extends NewGap {
  readonly number: number;
}

/** Where every reading is that was ever acknowledged: acknowledged = staged + packed + pruned + missing. */
export interface ReadingAccount {
  readonly acknowledged: number;
  readonly staged: number;
  readonly packed: number;
  /** Deleted when their retention was over. */
  readonly pruned: number;
  /** In gaps. */
  readonly missing: number;
}

/**
 * Which commits get their times: those of a timeline, when it is known what makes UTC epoch ms of its times; or those
 * of every other timeline, as late as possible before a time, and as estimates.
 */
export type Placing =
  | { readonly timeline: string; readonly offsetMs: number }
  | { readonly exceptTimeline: string; readonly beforeMs: number };

/** What one call has placed, and whether there is more. */
export interface Placed {
  readonly readings: number;
  /** First and last time; null when nothing was placed. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly remaining: boolean;
}

/** Where a check of the whole file goes on. */
export interface CheckCursor {
  readonly stage: number;
  readonly key: readonly (number | string)[];
}

export interface CheckStep {
  /** null when all was read, or damage was found. */
  readonly cursor: CheckCursor | null;
  /** Rows that this step has read. */
  readonly rows: number;
  /** What is not as it was written, and where. */
  readonly damage: string | null;
}

/** What a salvaging came to: a damaged file was given up, and what was intact of it is in a new one. */
export interface SalvageNote {
  /** When, UTC epoch ms. */
  readonly atMs: number;
  /** What was found damaged. */
  readonly why: string;
  /** The damaged file's new name in the data directory. */
  readonly keptAs: string;
  readonly keptRows: number;
  /** Rows that were there and were not what was written. */
  readonly droppedRows: number;
  /** Tables of which something was damaged. */
  readonly tables: readonly string[];
  /** Readings; null when it is not known how many. */
  readonly missingReadings: number | null;
}

/** One window of one series. `n` readings had a value, `bad` had none or a suspect one. */
export interface RollupRow {
  readonly startMs: number;
  readonly endMs: number;
  readonly min: number | null;
  readonly max: number | null;
  /** The mean of the values as read; windows of one length weigh the same. */
  readonly mean: number | null;
  /** The value of the latest reading that has one. For counters, energy is the difference of these. */
  readonly last: number | null;
  /** Whether any value was other than 0: for switches and states. */
  readonly anyOn: boolean;
  readonly n: number;
  readonly bad: number;
}

export interface RollupRange {
  readonly rows: readonly RollupRow[];
  readonly nextFromMs?: number;
}

/** Milliseconds to keep each level; undefined keeps it for ever. */
export interface LevelRetention {
  readonly rawMs?: number;
  readonly minuteMs?: number;
  readonly hourMs?: number;
  readonly dayMs?: number;
}

export interface Retention extends LevelRetention {
  /** Of these devices otherwise, by id; a level that is not said is as for the others. */
  readonly devices?: Readonly<Record<string, LevelRetention>>;
}

export interface DatabaseStatus extends DatabaseRoom {
  readonly path: string;
  readonly schemaVersion: number;
  readonly epoch: number;
  /** All there ever were: retention does not lower them. */
  readonly commits: number;
  readonly readings: number;
  readonly fileBytes: number;
  readonly walBytes: number;
  readonly synchronous: 'full';
  /** The oldest raw reading that is kept, and the newest there ever was. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  readonly mode: StorageMode;
  /** What is known to be missing, and of how many readings that is known. */
  readonly gaps: number;
  readonly gapReadings: number;
}

/**
 * `full`: there is no room, and nothing that may give way. `read_only`: the medium takes no writes; what is read
 * may be a copy. `failing`: the medium fails, and what it holds is not certain yet.
 */
export type StorageMode = 'ok' | 'full' | 'read_only' | 'failing';

export interface DatabaseRoom {
  /** What the database may take. */
  readonly quotaBytes: number;
  /** Of that, what it needs; its file may be bigger, with free pages. */
  readonly usedBytes: number;
  /** Of the file system it is on; null when that does not tell. */
  readonly freeBytes: number | null;
  /** What is kept to be given away when the disk is full. */
  readonly ballastBytes: number;
}

/** How the storage is, after a step of seeing to it. */
export interface StorageState {
  readonly mode: StorageMode;
  /** Why it is not well; null when it is. */
  readonly reason: string | null;
  readonly room: DatabaseRoom | null;
  /** Whether there is more to do at once. */
  readonly remaining: boolean;
}

/** How a counter behaves, as its driver says. */
export interface CounterDeclaration {
  readonly series: SeriesId;
  readonly rules: CounterRules;
}

export interface EnergyQuery {
  readonly series: readonly SeriesId[];
  /** UTC epoch ms; slots that start in the range. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Energy of quarter-hours, one element a slot and series, by start and then by series. Slots that nothing is known
 * of are not in it. Energies are never negative; those of counters are whole numbers, and over all slots add up to
 * exactly what the counter counted.
 */
export interface EnergyColumns {
  readonly series: Uint32Array;
  readonly startMs: Float64Array;
  /** Of a counter what it counted; of power what it came to in its positive direction. */
  readonly mwh: Float64Array;
  /** Of power, what it came to in its negative direction. */
  readonly negativeMwh: Float64Array;
  /** Of `mwh`, what was spread evenly over several slots, because nothing was read in between for minutes. */
  readonly estimatedMwh: Float64Array;
  /** How much of the slot is known. */
  readonly coveredMs: Float64Array;
  /** How often the counter was found to have begun anew. */
  readonly restarts: Uint32Array;
}

export interface EnergyPage extends EnergyColumns {
  /** Where to go on; undefined at the end. */
  readonly nextFromMs?: number;
  /** Readings that ever came when those of their slot were pruned: they changed nothing. */
  readonly lateReadings: number;
}

/**
 * Everything the database can be asked, each a single transaction in the database worker. Names are verbs
 * and subjects. All are synchronous in the worker and asynchronous outside it. Errors: `storage_failed`
 * (retry with the same arguments: every write is idempotent), `worker_crashed`, `queue_full`, `stopping`.
 */
export interface StoreCalls
  extends UpkeepCalls, RecordCalls, SinkCalls, WideCalls, HistoryCalls, OutsideCalls, SharingCalls {
  /** Ids of the series, in the order asked; unknown ones are made. */
  internSeries(keys: readonly SeriesKey[]): readonly SeriesId[];
  listSeries(): readonly StoredSeries[];
  /**
   * Returns after the commit: from then on the readings survive a power cut. Times are whole milliseconds, 1 to
   * 1,000 readings a batch. Errors: `input_invalid` and `not_found` (a series) name the reading; nothing is
   * stored then. With a timeline its times are those of a steady clock that counts from that: the readings are
   * kept as any others, and neither served nor rolled up, packed or sent until `placeReadings` gives them their times.
   */
  appendReadings(key: AppendKey, batch: ReadingBatch, timeline?: string): CommitReceipt;
  /**
   * Gives commits that wait for it their times on the wall clock; estimates are noted as a gap in which nothing is
   * missing. Bounded per call, each is one transaction. Errors: `input_invalid` when they would lie outside 1970
   * to 9999; nothing is placed then.
   */
  placeReadings(where: Placing, nowMs: number): Placed;
  /** The newest reading of every series. */
  latestReadings(): readonly LatestReading[];
  /** Staged and packed readings as one, ordered by time and then by arrival. */
  rawRange(query: RangeQuery): RawRange;
  /** The same as columns, several times as fast. */
  rawColumns(query: RangeQuery): RawColumns;
  /**
   * Windows that start in the range and have readings. Always as if all that is committed had been rolled up:
   * windows that are open, or touched since, are computed on the spot. Days are the site's days.
   */
  rollupRange(query: RangeQuery, resolution: '1m' | '1h' | '1d'): RollupRange;
  /**
   * Rolls up the windows whose hour ended a settling time (90 s) before; those touched by late readings again. Bounded
   * per call.
   */
  rollUp(nowMs: number): { readonly windows: number; readonly remaining: boolean };
  /**
   * How counters behave, for what is counted from now on; a series without rules behaves as those of homes do.
   * Errors: `input_invalid`, `not_found` (a series); nothing is kept then.
   */
  declareCounters(declared: readonly CounterDeclaration[]): void;
  /** Counts the energy of quarter-hours, but of the open one; of those touched by late readings again. Bounded per call. */
  countEnergy(nowMs: number): { readonly slots: number; readonly remaining: boolean };
  /**
   * A page of energy. Always as if all that is committed had been counted: slots that are open, or touched since,
   * are computed on the spot; call `countEnergy` before it until nothing remains, that they are few.
   */
  energyRange(query: EnergyQuery): EnergyPage;
  /** Packs staged readings older than the packing delay into one block a series. Bounded per call. */
  packReadings(nowMs: number): { readonly readings: number; readonly remaining: boolean };
  /**
   * Packs minute windows that stand in rows: those of older versions, and those that very late readings were added
   * to. Bounded per call; whether and when it runs changes no answer.
   */
  packWindows(): { readonly windows: number; readonly remaining: boolean };
  /** Deletes what is past its retention. Bounded per call. */
  prune(nowMs: number, retention: Retention): { readonly rows: number; readonly remaining: boolean };
  databaseStatus(): DatabaseStatus;
  /**
   * Makes room before there is none, makes the ballast again, and tries whether a medium that failed can be written
   * again. Bounded per call; a medium that fails is an answer, not an error.
   */
  keepRoom(nowMs: number): StorageState;
  /** Counts every reading that is kept: for checks and tests, since it reads the head of every block. */
  account(): ReadingAccount;
  /**
   * One bounded step of reading everything and comparing it with its checks; null begins. After damage was found, the
   * next call begins with salvaging what is intact.
   */
  checkStep(cursor: CheckCursor | null): CheckStep;
  /** The newest salvaging that nobody has acknowledged. */
  salvageNote(): SalvageNote | null;
  acknowledgeSalvage(): void;
  noteGap(gap: NewGap): void;
  /** Newest first, those with a smaller number than that. */
  listGaps(query: { readonly beforeNumber: number; readonly rowsMax: number }): readonly Gap[];
}

/**
 * The database as the rest of the gateway sees it: in its worker, or in process for the simulation.
 * Typed arrays given to it must not be changed any more; they may be given again, to repeat an append.
 */
export interface Database {
  call<Name extends keyof StoreCalls>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>>;
  /** Finishes what was asked, checkpoints and closes. Calls after it fail with `stopping`. */
  close(): Promise<void>;
}
