import type { Clock } from '../../ble/clock.ts';

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes when a test says so. */
export class TestClock implements Clock {
  #nowMs = 1_000_000;
  readonly #alarms = new Set<Alarm>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  get alarmCount(): number {
    return this.#alarms.size;
  }

  /** Runs what is due, in order; what comes of it is done before the next. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#alarms.delete(next);
      next.run();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }

  #next(untilMs: number): Alarm | undefined {
    return [...this.#alarms].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Everything that follows without waiting for the outside. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
