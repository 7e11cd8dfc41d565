/** Not looked for longer, and it slept; wall and monotonic clock further apart than before, and the clock was set. */
const pauseMsMax = 30_000;
const stepMsMax = 5_000;

/** Since when time has passed as it should, with somebody who looks: what did not come before that says nothing. */
export class Wakefulness {
  #sinceMs = Infinity;
  #lookedMs = -Infinity;
  #aheadMs = 0;

  /** On the wall clock. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  look(wallMs: number, monotonicMs: number): void {
    const aheadMs = wallMs - monotonicMs;
    const isAsItWas =
      monotonicMs - this.#lookedMs <= pauseMsMax && Math.abs(aheadMs - this.#aheadMs) <= stepMsMax;
    if (!isAsItWas) this.#sinceMs = wallMs;
    this.#lookedMs = monotonicMs;
    this.#aheadMs = aheadMs;
  }
}
