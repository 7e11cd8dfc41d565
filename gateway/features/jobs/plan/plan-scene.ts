import assert from 'node:assert';
import type { Interval } from '../../../core/interval.ts';
import type { PowerSignal, SignalKind } from '../../../core/power-signal.ts';
import type { DayWindow } from '../when.ts';
import { windowIntervals } from './day-windows.ts';
import { joined, without } from './interval-sets.ts';
import type { PlanInput } from './plan.ts';
import { ValueCurve } from './value-curve.ts';

const dayMs = 86_400_000;
/** A plan that comes this late judges a start at once as if it had come in time. */
const lateMsMax = 2_000;
/** No start is looked for further ahead. */
const horizonMs = 40 * dayMs;

/** What all jobs of one plan have in common; each part is computed when it is first asked for. */
export class PlanScene {
  readonly input: PlanInput;
  readonly nowMs: number;
  /** From a little before now to the furthest that is planned. */
  readonly range: Interval;
  readonly #curves = new Map<SignalKind, ValueCurve>();
  readonly #outlooks = new Map<string, readonly Interval[]>();
  readonly #windows = new Map<string, readonly Interval[]>();
  #notRed: readonly Interval[] | undefined;

  constructor(input: PlanInput) {
    this.input = input;
    this.nowMs = input.nowMs;
    const endMs = input.work.reduce(
      (maxMs, work) => Math.max(maxMs, Math.min(work.deadlineMs, this.nowMs + horizonMs + work.remainingMs)),
      this.nowMs + 1,
    );
    this.range = { startMs: this.nowMs - lateMsMax, endMs };
  }

  signal(kind: SignalKind): PowerSignal {
    const signal = this.input.signals[kind];
    assert(signal.kind === kind, `the signal of ${kind} is one of ${signal.kind}`);
    return signal;
  }

  curve(kind: 'carbon' | 'price'): ValueCurve {
    let curve = this.#curves.get(kind);
    if (curve === undefined) {
      curve = new ValueCurve(this.signal(kind), this.range.startMs);
      this.#curves.set(kind, curve);
    }
    return curve;
  }

  /**
   * When the value is known well enough to begin for its sake. What is measured now, with nothing after it that it
   * could be compared with, is not: of carbon nothing but forecasts lies ahead.
   */
  outlook(kind: 'carbon' | 'price', deadlineMs: number): readonly Interval[] {
    const last = this.signal(kind).slots.at(-1);
    const isAlone = kind === 'carbon' && last?.basis === 'known' && last.endMs < deadlineMs;
    const key = `${kind} ${isAlone}`;
    let intervals = this.#outlooks.get(key);
    if (intervals === undefined) {
      const slots = this.signal(kind).slots.filter(({ endMs }) => endMs > this.range.startMs);
      intervals = joined(isAlone ? slots.slice(0, -1) : slots);
      this.#outlooks.set(key, intervals);
    }
    return intervals;
  }

  window(window: DayWindow): readonly Interval[] {
    const key = `${window.fromMinute}-${window.toMinute}`;
    let intervals = this.#windows.get(key);
    if (intervals === undefined) {
      intervals = windowIntervals(window, this.range, this.input.zone);
      this.#windows.set(key, intervals);
    }
    return intervals;
  }

  /** What is unknown counts as not red. */
  notRed(): readonly Interval[] {
    const red = this.signal('red').slots.filter(({ value }) => value > 0);
    this.#notRed ??= without(this.range, joined(red));
    return this.#notRed;
  }
}
