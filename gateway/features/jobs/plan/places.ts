import assert from 'node:assert';
import type { Interval } from '../../../core/interval.ts';
import { joined, without } from './interval-sets.ts';

/** Who runs when, of as many as may at once; more may, if they must. */
export class Places {
  readonly #max: number;
  /** Where the number of runs changes, ascending, and how many there are from then on. */
  readonly #times: number[] = [];
  readonly #counts: number[] = [];

  constructor(max: number) {
    assert(max >= 1, `at least one job must be able to run, not ${max}`);
    this.#max = max;
  }

  add(slots: readonly Interval[]): void {
    for (const slot of slots) this.#change(slot, 1);
  }

  /** What was added before. */
  remove(slots: readonly Interval[]): void {
    for (const slot of slots) this.#change(slot, -1);
  }

  /** The times of the range at which another may run. */
  free(range: Interval): readonly Interval[] {
    return without(
      range,
      this.#where((count) => count >= this.#max),
    );
  }

  /** When more run than may. */
  overfull(): readonly Interval[] {
    return this.#where((count) => count > this.#max);
  }

  /** How many run over each stretch; the last has no end. */
  steps(): readonly { readonly startMs: number; readonly count: number }[] {
    return this.#times.map((startMs, index) => ({ startMs, count: this.#counts[index] ?? 0 }));
  }

  #where(is: (count: number) => boolean): readonly Interval[] {
    const found: Interval[] = [];
    for (const [index, startMs] of this.#times.entries()) {
      const endMs = this.#times[index + 1];
      if (endMs !== undefined && is(this.#counts[index] ?? 0)) found.push({ startMs, endMs });
    }
    return joined(found);
  }

  #change({ startMs, endMs }: Interval, by: 1 | -1): void {
    const first = this.#cut(startMs);
    const last = this.#cut(endMs);
    for (let index = first; index < last; index += 1) {
      const count = (this.#counts[index] ?? 0) + by;
      assert(count >= 0, 'a run was removed that was not there');
      this.#counts[index] = count;
    }
  }

  /** The index of the instant among the times, put there when it was not. */
  #cut(atMs: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? Infinity) < atMs) low = middle + 1;
      else high = middle;
    }
    if (this.#times[low] === atMs) return low;
    this.#times.splice(low, 0, atMs);
    this.#counts.splice(low, 0, this.#counts[low - 1] ?? 0);
    return low;
  }
}
