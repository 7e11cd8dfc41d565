/** So much a second, saved up for some time at most. */
export class Pace {
  readonly #perSecond: number;
  readonly #savedMax: number;
  #saved: number;
  #lookedMs: number | undefined;

  /** @param savedMs time whose share is not lost when nothing is spent */
  constructor(perSecond: number, savedMs: number) {
    this.#perSecond = perSecond;
    this.#savedMax = (perSecond * savedMs) / 1_000;
    this.#saved = this.#savedMax;
  }

  /** Whether something may be spent now: also more than there is, which is made good later. */
  isOpen(nowMs: number): boolean {
    const passedMs = nowMs - (this.#lookedMs ?? nowMs);
    this.#saved = Math.min(this.#savedMax, this.#saved + (passedMs * this.#perSecond) / 1_000);
    this.#lookedMs = nowMs;
    return this.#saved > 0;
  }

  spend(amount: number, nowMs: number): void {
    this.isOpen(nowMs);
    this.#saved -= amount;
  }
}
