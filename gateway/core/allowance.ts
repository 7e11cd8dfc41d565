import type { Clock } from './clock.ts';

export interface AllowanceOptions {
  /** As many may come at one time. */
  readonly atOnceMax: number;
  readonly perSecond: number;
}

/** How many of something may come now: a token bucket (ITU-T I.371), full at the start. */
export class Allowance {
  readonly #clock: Clock;
  readonly #options: AllowanceOptions;
  #left: number;
  #atMs: number;

  constructor(clock: Clock, options: AllowanceOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#left = options.atOnceMax;
    this.#atMs = clock.monotonic();
  }

  /** Whether one more may come; it is counted then. */
  take(): boolean {
    const { atOnceMax, perSecond } = this.#options;
    const nowMs = this.#clock.monotonic();
    this.#left = Math.min(atOnceMax, this.#left + ((nowMs - this.#atMs) / 1_000) * perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
