import type { CommitPolicy } from '../../core/commit-policy.ts';
import type { CommitTotals } from './commit-count.ts';

/** What had been written and committed at one moment of this run. */
export interface WriteSample extends CommitTotals {
  /** On the monotonic clock. */
  readonly atMs: number;
  readonly writtenBytes: number;
}

/** What was written in a span of time. */
export interface Written {
  readonly spanMs: number;
  readonly bytes: number;
  readonly readings: number;
}

/** What was written in a span of this run. */
export interface WrittenNow extends Written {
  readonly commits: number;
  readonly commitsUnder: Readonly<Record<CommitPolicy, number>>;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Shorter spans say nothing: packing comes every five minutes, and a checkpoint less often. */
const spanMsMin = 15 * 60_000;

/** Samples of the last day, and what was written before them, in earlier runs too. */
export class WriteMeter {
  readonly #before: Written;
  #first: WriteSample | undefined;
  #samples: readonly WriteSample[] = [];

  /** `before`: what `ever` answered when it was kept. */
  constructor(before: Written = { spanMs: 0, bytes: 0, readings: 0 }) {
    this.#before = before;
  }

  take(sample: WriteSample): void {
    this.#first ??= sample;
    // One that is a day old or older stays, so that the span is a day.
    const from = this.#samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - dayMs);
    this.#samples = [...this.#samples.slice(Math.max(0, from)), sample];
  }

  /** Over the last `spanMs` of this run, or what there is of it; undefined while that is too short to tell. */
  over(spanMs: number): WrittenNow | undefined {
    const last = this.#samples.at(-1);
    if (last === undefined) return undefined;
    const first =
      this.#samples.findLast(({ atMs }) => atMs <= last.atMs - spanMs) ?? this.#samples[0] ?? last;
    const measured = between(first, last);
    // A file system in memory counts nothing: that is no measurement of zero.
    return measured.spanMs < spanMsMin || measured.bytes === 0 ? undefined : measured;
  }

  /** Since it was first measured, over all runs; undefined while that is too short to tell. */
  ever(): Written | undefined {
    const all = this.sum();
    return all.spanMs < spanMsMin || all.bytes === 0 ? undefined : all;
  }

  /** The same, however short: to be kept for the next run. */
  sum(): Written {
    const last = this.#samples.at(-1);
    if (last === undefined || this.#first === undefined) return this.#before;
    const { spanMs, bytes, readings } = between(this.#first, last);
    const { spanMs: spanBeforeMs, bytes: bytesBefore, readings: readingsBefore } = this.#before;
    return {
      spanMs: spanBeforeMs + spanMs,
      bytes: bytesBefore + bytes,
      readings: readingsBefore + readings,
    };
  }
}

function between(first: WriteSample, last: WriteSample): WrittenNow {
  const under = (policy: CommitPolicy): number => last.commitsUnder[policy] - first.commitsUnder[policy];
  return {
    spanMs: last.atMs - first.atMs,
    bytes: last.writtenBytes - first.writtenBytes,
    readings: last.readings - first.readings,
    commits: last.commits - first.commits,
    commitsUnder: { durable: under('durable'), balanced: under('balanced'), sdcard: under('sdcard') },
  };
}
