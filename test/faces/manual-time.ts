import {
  monotonicMs,
  wallMs,
  type Alarm,
  type Cancel,
  type Clock,
  type MonotonicMs,
  type WallMs,
} from '../../gateway/core/clock.ts';

/** Time that passes only when a test says so. */
export class ManualTime implements Clock, Alarm {
  #nowMs = 1_000_000;
  #wallOffsetMs = 1_767_225_600_000 - 1_000_000;
  readonly #alarms = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  wall(): WallMs {
    return wallMs(this.#nowMs + this.#wallOffsetMs);
  }

  monotonic(): MonotonicMs {
    return monotonicMs(this.#nowMs);
  }

  at(atMs: MonotonicMs, callback: () => void): Cancel {
    const alarm = { atMs, callback };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  nextTurn(callback: () => void): Cancel {
    return this.at(this.monotonic(), callback);
  }

  /** Sets the wall clock, and leaves the other alone. */
  stepWall(stepMs: number): void {
    this.#wallOffsetMs += stepMs;
  }

  /** How many callbacks are waiting. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Lets time pass, and calls what is due on the way, in order. */
  pass(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const due = [...this.#alarms].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#alarms.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = endMs;
  }
}
