import type { SequenceRange, UplinkMark } from '../../storage/telemetry-calls.ts';
import { holdsRange, joinRanges, withoutRanges, type SequenceRanges } from './sequence-ranges.ts';

/** What is known of a batch that was sent. */
export interface SentBatch {
  readonly from: number;
  readonly to: number;
  readonly head: string;
  /** Readings in it. */
  readonly count: number;
}

interface Underway extends SentBatch {
  /** On the monotonic clock. */
  readonly sentMs: number;
}

/** Records that may be sent next. */
export interface NextRange {
  /** Whether they are new; what is not was missed, and is paced. */
  readonly isLive: boolean;
  readonly range: SequenceRange;
}

/** Batches that may be without a word of the backend at one time. */
const underwayMax = 512;
/**
 * What is under way for so long, and is not among what the backend then says to have, is sent again; or after twice
 * the time that it takes to say so, where that is longer.
 */
const resendMsMin = 60_000;
const resendMsMax = 3_600_000;

/**
 * What one backend has of the chain, what is on its way there, and what comes next: the new first, and then what it
 * has missed, oldest first. Pure bookkeeping: of records by their numbers.
 */
export class DeliveryBook {
  /** What it has said that it has for good. */
  #mark: UplinkMark;
  #acknowledged: SequenceRanges = [];
  #underway: readonly Underway[] = [];
  /** What it has refused, what is not there any more, and what was sent to one that never says what it has. */
  #aside: SequenceRanges = [];
  /** What it may have had of us. */
  #claimable: SequenceRanges;
  #last: number;
  #liveFrom = Infinity;
  #resendMs = resendMsMin;

  /** @param last of the chain; all up to it may have been sent by a run before this one */
  constructor(mark: UplinkMark, last: number) {
    this.#mark = mark;
    this.#last = last;
    this.#claimable = last === 0 ? [] : [[1, last]];
    this.acknowledge(mark, 0);
  }

  get mark(): UplinkMark {
    return this.#mark;
  }

  get acknowledged(): SequenceRanges {
    return this.#acknowledged;
  }

  get underway(): readonly SentBatch[] {
    return this.#underway;
  }

  get aside(): SequenceRanges {
    return this.#aside;
  }

  /** Records that may have been sent, or are declared missing: what is not among them it cannot have. */
  get claimable(): SequenceRanges {
    return this.#claimable;
  }

  /** What it has not said to have. */
  get missing(): SequenceRanges {
    return withoutRanges(this.#last === 0 ? [] : [[1, this.#last]], this.#acknowledged);
  }

  /** That the chain goes that far. */
  extend(last: number): void {
    this.#last = Math.max(this.#last, last);
  }

  /** What is new from here on; what is before it was missed. */
  beginLive(from: number): void {
    this.#liveFrom = from;
  }

  /** undefined when nothing is left to be sent, or too much is on its way. */
  next(): NextRange | undefined {
    if (this.#underway.length >= underwayMax) return undefined;
    const onTheWay = joinRanges(
      this.#underway.map(({ from, to }): SequenceRange => [from, to]),
      [],
    );
    const missing = withoutRanges(this.missing, joinRanges(onTheWay, this.#aside));
    const live = missing.find(([, to]) => to >= this.#liveFrom);
    if (live !== undefined) return { isLive: true, range: [Math.max(live[0], this.#liveFrom), live[1]] };
    const [oldest] = missing;
    return oldest === undefined ? undefined : { isLive: false, range: oldest };
  }

  /** It is about to be sent, and may arrive whatever we hear of it. */
  offered({ from, to }: SentBatch): void {
    this.#claimable = joinRanges(this.#claimable, [[from, to]]);
  }

  /** It is kept no more: that it is missing is declared, and may be acknowledged. */
  gone(range: SequenceRange): void {
    this.#claimable = joinRanges(this.#claimable, [range]);
  }

  sent(batch: SentBatch, nowMs: number): void {
    const { from, to, head, count } = batch;
    this.#underway = [...this.#underway, { from, to, head, count, sentMs: nowMs }];
  }

  /** Not to be sent: nobody has it, it was refused, or it was sent and no word of it can come. */
  setAside(range: SequenceRange): void {
    this.#aside = joinRanges(this.#aside, [range]);
  }

  /** What was refused or not there is tried again. */
  clearAside(): void {
    this.#aside = [];
  }

  /** What was on its way may have been lost. */
  forgetUnderway(): void {
    this.#underway = [];
  }

  /** What the backend says now. What was sent long enough before, and is not in it, is lost. */
  acknowledge(mark: UplinkMark, nowMs: number): void {
    const whole: SequenceRanges = mark.sequence === 0 ? [] : [[1, mark.sequence]];
    this.#mark = mark;
    this.#acknowledged = joinRanges(whole, mark.also);
    const arrived = this.#underway.filter(({ from, to }) => holdsRange(this.#acknowledged, [from, to]));
    const slowestMs = arrived.reduce((slowest, { sentMs }) => Math.max(slowest, nowMs - sentMs), 0);
    if (arrived.length > 0) this.#resendMs = Math.min(Math.max(resendMsMin, 2 * slowestMs), resendMsMax);
    this.#underway = this.#underway.filter(
      (batch) => !arrived.includes(batch) && nowMs < batch.sentMs + this.#resendMs,
    );
  }
}
