import { commitPeriodsMs, commitPolicies, type CommitPolicy } from '../../core/commit-policy.ts';
import { limits } from '../../core/limits.ts';
import type { ReadingBatch } from '../../core/reading.ts';

/** What was committed since the start, and what it would have been under each policy. */
export interface CommitTotals {
  readonly commits: number;
  readonly readings: number;
  /** Commits that the same readings would have taken: one for each beat of the policy that had any. */
  readonly commitsUnder: Readonly<Record<CommitPolicy, number>>;
}

/** A time that lies further back is of a clock that was set back, and not late. */
const lateMsMax = 3_600_000;

/** Counts commits as they succeed. */
export class CommitCount {
  #commits = 0;
  #readings = 0;
  readonly #beats = { durable: 0, balanced: 0, sdcard: 0 };
  readonly #lastBeat = { durable: -1, balanced: -1, sdcard: -1 };

  /** Late readings do not make another commit: they go with those that are due. */
  add({ atMs }: Pick<ReadingBatch, 'atMs'>): void {
    this.#commits += 1;
    this.#readings += atMs.length;
    for (const policy of commitPolicies) {
      const periodMs = commitPeriodsMs[policy];
      for (const time of atMs) {
        const beat = Math.floor(time / periodMs);
        const lateMs = (this.#lastBeat[policy] - beat) * periodMs;
        if (lateMs >= 0 && lateMs <= lateMsMax) continue;
        this.#lastBeat[policy] = beat;
        this.#beats[policy] += 1;
      }
    }
  }

  get totals(): CommitTotals {
    const atLeast = Math.ceil(this.#readings / limits.commitReadingsMax);
    const under = (policy: CommitPolicy): number => Math.max(atLeast, this.#beats[policy]);
    return {
      commits: this.#commits,
      readings: this.#readings,
      commitsUnder: { durable: under('durable'), balanced: under('balanced'), sdcard: under('sdcard') },
    };
  }
}
