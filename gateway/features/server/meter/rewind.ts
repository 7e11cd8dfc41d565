import type { MeteredInterval } from '../../../storage/server-calls.ts';
import { bandPieces, wholeDaysIn } from './band-pieces.ts';
import type { MeterReading } from './meter-reading.ts';
import { countByTime, spreadOverDays } from './spread-energy.ts';

/** Of the time that is yet to come, so much must be without readings for the clock to have been ahead. */
const unreadShare = 0.5;
const leastMs = 1_000;

/** What was counted up to a mark that is yet to come. */
export interface CountedAhead {
  readonly nowMs: number;
  readonly markMs: number;
  /** Intervals that end after now, and the one before them, in order. */
  readonly intervals: readonly MeteredInterval[];
}

/**
 * Whether the clock was ahead, and is right again: it jumped over most of the time until the mark. Where that was read
 * all along, the clock was right and is not now; then that time is waited for.
 */
export function wasAhead({ nowMs, markMs, intervals }: CountedAhead): boolean {
  const readMs = intervals
    // Over the jump itself the meter may have counted nothing, which is measured.
    .filter(({ kind, mwh }) => kind === 'measured' && mwh !== 0)
    .reduce((sum, { startMs, endMs }) => sum + Math.max(0, endMs - Math.max(startMs, nowMs)), 0);
  return readMs < (markMs - nowMs) * unreadShare;
}

/** What was counted for a time that is yet to come belongs to the time until now, as estimates; nothing is left there. */
export function rewind({ nowMs, intervals }: CountedAhead): readonly MeteredInterval[] {
  const ahead = intervals.filter(({ endMs }) => endMs > nowMs);
  const mwh = ahead.reduce((sum, interval) => sum + (interval.mwh ?? 0), 0);
  const endMs = Math.max(...intervals.map((interval) => interval.endMs).filter((at) => at <= nowMs));
  const [first] = ahead;
  const fromMs = first !== undefined && first.startMs < nowMs ? first.startMs : endMs;
  const sinceMs = Math.min(nowMs - leastMs, Number.isFinite(fromMs) ? fromMs : nowMs);
  return [
    ...placed({ atMs: sinceMs, totalMwh: 0 }, { atMs: nowMs, totalMwh: mwh }),
    ...ahead.filter(({ startMs }) => startMs >= nowMs).map(emptied),
  ];
}

/** Between which totals the meter stood since then. @param toMwh at the mark */
export function totalsSince(
  { nowMs, intervals }: Pick<CountedAhead, 'nowMs' | 'intervals'>,
  toMwh: number,
): { readonly fromMwh: number; readonly toMwh: number } {
  const ahead = intervals.filter(({ endMs }) => endMs > nowMs);
  const mwh = ahead.reduce((sum, interval) => sum + (interval.mwh ?? 0), 0);
  const starts = ahead.flatMap(({ startTotalMwh }) => (startTotalMwh === null ? [] : [startTotalMwh]));
  return { fromMwh: Math.max(0, Math.min(toMwh - mwh, ...starts)), toMwh };
}

function placed(since: MeterReading, now: MeterReading): readonly MeteredInterval[] {
  const span = { startMs: since.atMs, endMs: now.atMs };
  const days = wholeDaysIn(span);
  if (days.length > 0) return spreadOverDays(days, now.totalMwh);
  return countByTime(since, now, bandPieces(span)).map(({ startTotalMwh, endTotalMwh, ...piece }) => ({
    ...piece,
    kind: 'estimated' as const,
    mwh: endTotalMwh - startTotalMwh,
    startTotalMwh: null,
    endTotalMwh: null,
  }));
}

function emptied(interval: MeteredInterval): MeteredInterval {
  return { ...interval, kind: 'measured', mwh: 0, startTotalMwh: null, endTotalMwh: null };
}
