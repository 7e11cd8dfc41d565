import type { SeriesKey } from '../core/reading.ts';

/** Good readings of one series in one hour of UTC, by time and each time once. */
export interface HistoryHour extends SeriesKey {
  /** UTC epoch ms, where the hour starts. */
  readonly startMs: number;
  /** UTC epoch ms, whole. */
  readonly atMs: Float64Array;
  readonly value: Float64Array;
}

export interface HistoryOptions {
  /** UTC epoch ms: readings from there on are kept one by one, as long as their retention says. */
  readonly rawFromMs: number;
  readonly nowMs: number;
  /** Answers what it would do, and changes nothing. */
  readonly isDryRun: boolean;
}

/** What became of the readings; each is counted once. */
export interface HistoryCounts {
  readonly added: number;
  /** There already, as they are. */
  readonly known: number;
  /** Something else is there at their time, which stands. */
  readonly differing: number;
  /** Older than hours are kept. */
  readonly tooOld: number;
  /** Later than now. */
  readonly tooNew: number;
}

export interface HistoryReport extends HistoryCounts {
  /** The first of those that differ: a few. */
  readonly differences: readonly (SeriesKey & { readonly atMs: number })[];
}

/** Readings of the past from elsewhere: the part of `StoreCalls` about them. */
export interface HistoryCalls {
  /**
   * Takes each hour whole, all of them in one transaction. Those from `rawFromMs` on become readings like any other;
   * of older ones minutes, hours, days and energy are kept, and never the readings: those would be deleted at once.
   * What is there already stands, so the same again changes nothing. Bounded: 1 to `limits.historyReadingsMax`
   * readings a call. Errors: `input_invalid` names the hour; nothing is stored then.
   */
  addHistory(hours: readonly HistoryHour[], options: HistoryOptions): HistoryReport;
}
