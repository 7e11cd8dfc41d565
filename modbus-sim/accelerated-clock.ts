import { performance } from 'node:perf_hooks';

/** Simulated wall time that runs `speed` times as fast as life. The shell's only clock. */
export class AcceleratedClock {
  readonly #startMs: number;
  readonly #speed: number;
  readonly #realStartMs = performance.now();

  constructor(startMs: number, speed: number) {
    this.#startMs = startMs;
    this.#speed = speed;
  }

  nowMs(): number {
    return this.#startMs + (performance.now() - this.#realStartMs) * this.#speed;
  }
}
