import type { Clock } from '../../ble/clock.ts';

/** Time that passes only when it is told to. */
export class ManualClock implements Clock {
  readonly #waiting = new Set<{ readonly atMs: number; readonly run: () => void }>();
  #nowMs = 50_000;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, run };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  /** Runs what is due until then, each at its time. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#waiting.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** How many alarms there are. */
  get waiting(): number {
    return this.#waiting.size;
  }

  #next(untilMs: number): { readonly atMs: number; readonly run: () => void } | undefined {
    const due = [...this.#waiting].filter(({ atMs }) => atMs <= untilMs);
    return due.sort((one, other) => one.atMs - other.atMs)[0];
  }
}
