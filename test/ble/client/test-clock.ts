import type { Clock } from '../../../ble/clock.ts';

/** Short waits are over at once; long ones, which are limits, only when time is told to pass. */
export class TestClock implements Clock {
  readonly #waiting = new Set<{ readonly atMs: number; readonly run: () => void }>();
  readonly #shortMsMax: number;
  #nowMs = 1_000;

  constructor(shortMsMax = 8_000) {
    this.#shortMsMax = shortMsMax;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, run };
    this.#waiting.add(entry);
    if (delayMs <= this.#shortMsMax) {
      setImmediate(() => {
        if (!this.#waiting.delete(entry)) return;
        this.#nowMs = Math.max(this.#nowMs, entry.atMs);
        run();
      });
    }
    return () => this.#waiting.delete(entry);
  }

  /** Runs what is due until then. */
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const entry of [...this.#waiting]) {
      if (entry.atMs > this.#nowMs || !this.#waiting.delete(entry)) continue;
      entry.run();
    }
  }
}
