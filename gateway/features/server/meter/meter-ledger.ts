import type { Interval } from '../../../core/interval.ts';
import { tempoDayAt, type TempoDay } from '../../../core/tempo-day.ts';
import type { MeteredInterval, MeterMark } from '../../../storage/server-calls.ts';
import { bandPieces, daysBefore, wholeBandAt, wholeDaysIn, type BandPiece } from './band-pieces.ts';
import { follows, type MeterReading } from './meter-reading.ts';
import { countByTime, downDays, spreadOverDays, type CountedPiece } from './spread-energy.ts';

/** Within a longer time without a reading it is not known when the meter counted what. */
const gapMsMax = 300_000;
/** Readings in a row that agree with each other, and not with what was before, are of another meter. */
const readingsThatConvince = 3;
const yearMs = 31_557_600_000;
/** A reading that is later is of a clock that is wrong: its years would be filled with days. */
const silenceMsMax = 20 * yearMs;
/** Days before the first reading that are made at most. */
const daysBeforeMax = 7_300;

/** What is not on disk yet: the mark and its intervals belong together. */
export interface LedgerPage {
  readonly mark: MeterMark;
  readonly intervals: readonly MeteredInterval[];
}

/** A meter that began anew: another plug, or the same without its memory. */
export interface MeterRestart {
  readonly before: MeterReading;
  readonly after: MeterReading;
}

/** Readings of a clock that was ahead: they are on disk, and their times are yet to come. */
export interface OldReadings {
  /** The last of their times, UTC epoch ms. */
  readonly toMs: number;
  /** Between these the meter stood. */
  readonly fromMwh: number;
  readonly toMwh: number;
}

/**
 * Gives what a meter counts to the bands of tariff days, one reading after another in the order of time:
 *
 *     first reading      its total is spread over the days from the start to the day before, a third off-peak
 *     up to 5 minutes    measured; cut by time where a band ends
 *     longer             measured within one band, or when nothing was counted; else by time, estimated
 *     days missing       what was counted is spread over the whole days that are missing, estimated
 *     another meter      whole days that are missing are down; it counts from what it says now
 *
 * What a meter cannot have said after what it said before is another meter, when three readings in a row agree on it;
 * one that agrees with what was before shows that the others were nonsense. What was seen changes nothing when it
 * comes again. All intervals add up to what the meter grew by, exactly, but for what was lost where it began anew.
 */
export class MeterLedger {
  readonly #startDate: TempoDay | undefined;
  #mark: MeterMark | undefined;
  /** The measured run, which ends at the mark: the next reading may make it longer. */
  #run: MeteredInterval | undefined;
  #isRunStored = true;
  #storedMark: MeterMark | undefined;
  /** Ended, and not on disk yet, in the order of time. */
  #ended: MeteredInterval[] = [];
  #doubted: readonly MeterReading[] = [];
  #againMs = 0;
  #old: OldReadings | undefined;
  #isOther = false;
  #restart: MeterRestart | undefined;
  /** The band that the mark is in, or that ends there. */
  #band: Interval = { startMs: 0, endMs: 0 };

  /**
   * @param startDate the first day of the account, which matters for the first reading only
   * @param stored the mark, and the intervals of its tariff day; undefined: there was never a reading
   */
  constructor(startDate: TempoDay | undefined, stored: LedgerPage | undefined) {
    this.#startDate = startDate;
    this.#mark = stored?.mark;
    this.#storedMark = stored?.mark;
    this.#run = stored && runTo(stored.mark, stored.intervals);
  }

  /** Up to where it was counted; undefined: it was never read. */
  get mark(): MeterMark | undefined {
    return this.#mark;
  }

  /** As it is on disk. */
  get storedMark(): MeterMark | undefined {
    return this.#storedMark;
  }

  /** Up to here readings were seen, counted or not. */
  get seenMs(): number {
    return Math.max(this.#mark?.atMs ?? -Infinity, this.#doubted.at(-1)?.atMs ?? -Infinity);
  }

  /** The last reading that is not believed yet. */
  get doubted(): MeterReading | undefined {
    return this.#doubted.at(-1);
  }

  /** The last time that it began anew, since this ledger was opened. */
  get restart(): MeterRestart | undefined {
    return this.#restart;
  }

  /** Something is to be written that is more than a run that goes on. */
  get isEventful(): boolean {
    return this.#ended.length > 0 || this.#mark?.restarts !== this.#storedMark?.restarts;
  }

  get old(): OldReadings | undefined {
    return this.#old;
  }

  /** What is not on disk yet; undefined: all is. */
  get unstored(): LedgerPage | undefined {
    const mark = this.#mark;
    if (mark === undefined || mark === this.#storedMark) return undefined;
    const run = this.#isRunStored || this.#run === undefined ? [] : [this.#run];
    return { mark, intervals: [...this.#ended, ...run] };
  }

  /** What `unstored` said is on disk now. */
  stored({ mark, intervals }: LedgerPage): void {
    const written = new Set(intervals);
    this.#ended = this.#ended.filter((interval) => !written.has(interval));
    if (this.#run === undefined || written.has(this.#run)) this.#isRunStored = true;
    this.#storedMark = mark;
  }

  /** The next reading is of another meter. */
  expectOther(): void {
    this.#isOther = true;
    this.#doubted = [];
  }

  /** The clock was set back by so much after the last reading: that time passes twice. */
  expectAgain(againMs: number): void {
    this.#againMs = Math.max(this.#againMs, againMs);
  }

  /** They come again among those that are yet to come, and count for nothing. */
  leaveOld(old: OldReadings | undefined): void {
    this.#old = old;
  }

  /** The clock was ahead, and is right again: it goes on from there, and these are instead of what was yet to come. */
  goBack(nowMs: number, rewound: readonly MeteredInterval[]): void {
    const mark = this.#mark;
    if (mark === undefined) return;
    this.#end();
    this.#ended = [...this.#ended.filter(({ endMs }) => endMs <= nowMs), ...rewound];
    this.#moveTo({ ...mark, atMs: nowMs });
  }

  take(reading: MeterReading): void {
    const mark = this.#mark;
    if (mark === undefined) this.#begin(reading);
    else if (this.#isOld(mark, reading)) return;
    else if (reading.atMs <= this.seenMs || reading.atMs > mark.atMs + silenceMsMax) return;
    else if (this.#isOther) this.#beginAnew(mark, reading);
    else if (follows(mark, reading, this.#againMs)) this.#count(mark, reading);
    else this.#doubt(mark, reading);
  }

  /** What stands below all of them is another meter. */
  #isOld(mark: MeterReading, { atMs, totalMwh }: MeterReading): boolean {
    const old = this.#old;
    if (old === undefined || atMs > old.toMs || totalMwh < old.fromMwh) return false;
    return totalMwh < mark.totalMwh || (mark.totalMwh < old.fromMwh && totalMwh <= old.toMwh);
  }

  #begin({ atMs, totalMwh }: MeterReading): void {
    const today = tempoDayAt(atMs);
    const days = daysBefore(this.#startDate ?? today, today).slice(-daysBeforeMax);
    if (days.length > 0) this.#ended.push(...spreadOverDays(days, totalMwh));
    this.#mark = { atMs, totalMwh, restarts: 0, firstDay: days[0] ?? today };
  }

  #count(mark: MeterMark, reading: MeterReading): void {
    const span = { startMs: mark.atMs, endMs: reading.atMs };
    const grown = reading.totalMwh - mark.totalMwh;
    const missing = grown > 0 ? wholeDaysIn(span) : [];
    if (missing.length > 0) this.#end(...spreadOverDays(missing, grown));
    else this.#countPieces(mark, reading, this.#piecesOf(span));
    this.#moveTo({ ...mark, ...reading });
  }

  /** Most readings are in the band of the one before. */
  #piecesOf(span: Interval): readonly BandPiece[] {
    const run = this.#run;
    const isInBand = span.startMs >= this.#band.startMs && span.endMs <= this.#band.endMs;
    if (isInBand && run?.endMs === span.startMs) return [{ day: run.day, band: run.band, ...span }];
    this.#band = wholeBandAt(span.endMs - 1);
    return bandPieces(span);
  }

  #countPieces(before: MeterReading, after: MeterReading, pieces: readonly BandPiece[]): void {
    const isKnown =
      pieces.length === 1 || after.totalMwh === before.totalMwh || after.atMs - before.atMs <= gapMsMax;
    const counted = countByTime(before, after, pieces);
    if (isKnown) for (const piece of counted) this.#measure(piece);
    else
      this.#end(
        ...counted.map(({ startTotalMwh, endTotalMwh, ...piece }) => ({
          ...piece,
          kind: 'estimated' as const,
          mwh: endTotalMwh - startTotalMwh,
          startTotalMwh: piece.startMs === before.atMs ? startTotalMwh : null,
          endTotalMwh: piece.endMs === after.atMs ? endTotalMwh : null,
        })),
      );
  }

  #measure(piece: CountedPiece): void {
    const run = this.#run;
    const goesOn = run?.day === piece.day && run.band === piece.band;
    if (!goesOn) this.#end();
    const start = goesOn ? run : piece;
    const startTotalMwh = start.startTotalMwh ?? piece.startTotalMwh;
    this.#run = {
      day: piece.day,
      band: piece.band,
      startMs: start.startMs,
      endMs: piece.endMs,
      kind: 'measured',
      mwh: piece.endTotalMwh - startTotalMwh,
      startTotalMwh,
      endTotalMwh: piece.endTotalMwh,
    };
    this.#isRunStored = false;
  }

  /** The run is over; after it come these. */
  #end(...intervals: readonly MeteredInterval[]): void {
    if (this.#run !== undefined && !this.#isRunStored) this.#ended.push(this.#run);
    this.#run = undefined;
    this.#isRunStored = true;
    this.#ended.push(...intervals);
  }

  #doubt(mark: MeterMark, reading: MeterReading): void {
    const last = this.#doubted.at(-1);
    this.#doubted = last !== undefined && follows(last, reading) ? [...this.#doubted, reading] : [reading];
    const [first, ...others] = this.#doubted;
    if (first === undefined || this.#doubted.length < readingsThatConvince) return;
    this.#doubted = [];
    this.#beginAnew(mark, first);
    for (const other of others) this.take(other);
  }

  #beginAnew(mark: MeterMark, reading: MeterReading): void {
    this.#end(...downDays(wholeDaysIn({ startMs: mark.atMs, endMs: reading.atMs })));
    this.#isOther = false;
    this.#restart = { before: { atMs: mark.atMs, totalMwh: mark.totalMwh }, after: reading };
    this.#moveTo({ ...mark, ...reading, restarts: mark.restarts + 1 });
  }

  #moveTo(mark: MeterMark): void {
    this.#mark = mark;
    this.#doubted = [];
    this.#againMs = 0;
  }
}

/** The measured run that the mark is the end of. */
function runTo(
  { atMs, totalMwh }: MeterMark,
  intervals: readonly MeteredInterval[],
): MeteredInterval | undefined {
  for (const run of intervals) {
    const { startMs, endMs, kind, startTotalMwh } = run;
    if (kind !== 'measured' || startTotalMwh === null || startMs >= atMs || endMs < atMs) continue;
    if (startTotalMwh <= totalMwh)
      return { ...run, endMs: atMs, mwh: totalMwh - startTotalMwh, endTotalMwh: totalMwh };
  }
  return undefined;
}
