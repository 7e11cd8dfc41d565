import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { SaidText } from '../core/said-text.ts';

export interface TextQuery {
  /** UTC epoch ms; from is in the range, to is not. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rowsMax: number;
  /** Of this device only. */
  readonly device?: string;
}

export interface TextPage {
  /** By time. */
  readonly rows: readonly SaidText[];
  /** Where to go on when `rowsMax` cut it; texts of one time are never parted. */
  readonly nextFromMs?: number;
}

/** Texts in the order in which they came. */
export interface NewTexts {
  readonly rows: readonly SaidText[];
  /** Of the last one; where the asker stands already when there is none. */
  readonly number: number;
}

/** Readings of several series as columns. NaN stands for a value that is not there. */
export interface SeriesColumns {
  readonly series: Uint32Array<ArrayBuffer>;
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  /** Quality codes. */
  readonly quality: Uint8Array<ArrayBuffer>;
}

/** What of the log a consumer has had. */
export interface LogPlace {
  readonly epoch: number;
  readonly commit: number;
}

export interface CommitsQuery {
  /** null begins with what is in the log: about the last hour. */
  readonly after: LogPlace | null;
  /** Whole commits are answered, one at least. */
  readonly readingsMax: number;
}

/** Readings in the order in which they arrived. */
export interface CommittedColumns extends SeriesColumns {
  /** Of the last commit in it; where the asker stands already when there is none. */
  readonly place: LogPlace;
  /** Whether commits follow. */
  readonly remaining: boolean;
  /** Commits after the asked one have left the log. */
  readonly isBeyondLog: boolean;
  /** Where readings of those are that still are packed, oldest first; what lies between them is not theirs. */
  readonly missed: readonly Interval[];
}

export interface WindowQuery {
  /** UTC epoch ms; from is in the range, to is not. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly readingsMax: number;
}

export interface PrunedReadings {
  readonly series: SeriesId;
  readonly readings: number;
}

/** Readings of one window, by time and then by series; those of one time are never parted. */
export interface WindowColumns extends SeriesColumns {
  /** Where to go on; undefined when nothing follows in the range. */
  readonly nextFromMs?: number;
  /** Of hours that end from there to that: how many readings retention, or the want of room, has deleted. */
  readonly pruned: readonly PrunedReadings[];
}

/** A stretch of time whose readings a sink has not had. */
export interface SinkBacklog {
  readonly fromMs: number;
  readonly toMs: number;
  /** All before it was sent. */
  readonly nextMs: number;
}

/** How far a sink has come, on disk. */
export interface SinkMark {
  /** null: nothing was sent yet. */
  readonly live: LogPlace | null;
  /** The newest reading that was sent, UTC epoch ms; null: none yet. */
  readonly liveToMs: number | null;
  /** The last text that was sent. */
  readonly textNumber: number;
  /** Oldest first; they do not overlap. */
  readonly backlog: readonly SinkBacklog[];
  /** Readings that were written. */
  readonly written: number;
  /** Readings that the receiver would not take. */
  readonly refused: number;
  /** Readings that were deleted before they could be sent. */
  readonly lost: number;
}

/** What sources say in words, and what sinks are told: the part of `StoreCalls` about it. */
export interface SinkCalls {
  /**
   * Stores those that differ from what was said before, in one transaction. Errors: `input_invalid` names the first
   * that cannot be stored; nothing is stored then.
   */
  putTexts(texts: readonly SaidText[]): void;
  listTexts(query: TextQuery): TextPage;
  /** The newest of every name. */
  latestTexts(): readonly SaidText[];
  /** null: what is said now, the newest of every name. */
  textsAfter(number: number | null, rowsMax: number): NewTexts;
  /** What was committed since, as far as it has its times. */
  commitsAfter(query: CommitsQuery): CommittedColumns;
  /** A page of all series, of the first window in the range that has readings. Bounded: it reads one window. */
  windowColumns(query: WindowQuery): WindowColumns;
  /** undefined when the sink has none. Errors: `database_unreadable`. */
  getSinkMark(sink: string): SinkMark | undefined;
  putSinkMark(sink: string, mark: SinkMark): void;
}
