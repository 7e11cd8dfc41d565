import type { Clock, MonotonicMs } from '../../core/clock.ts';
import type { Boiler } from './boiler.ts';

/** What sources say first takes some time. */
const settleMs = 120_000;

interface HealthNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** What keeps the boiler from being seen. */
export class BoilerHealth {
  readonly #boiler: Boiler;
  readonly #clock: Clock;
  readonly #startedMs: MonotonicMs;

  constructor(boiler: Boiler, clock: Clock) {
    this.#boiler = boiler;
    this.#clock = clock;
    this.#startedMs = clock.monotonic();
  }

  notes(): readonly HealthNote[] {
    if (this.#clock.monotonic() - this.#startedMs < settleMs) return [];
    return this.#boiler.inputs(this.#clock.wall()).flatMap(({ input, problem, hint }) => {
      if (problem === null) return [];
      return [{ subject: `boiler:${input}`, status: 'degraded', message: problem, hint: hint ?? '' }];
    });
  }
}
