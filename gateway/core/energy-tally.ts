import type { CounterState } from './counter.ts';
import { isSpread, type EnergyBefore, type EnergySlot } from './energy-slot.ts';

/** Adds up one slot of one series. Steps come in the order of their times and end in the slot. */
export class EnergyTally {
  readonly #startMs: number;
  #mwh = 0;
  #negativeMwh = 0;
  #estimatedMwh = 0;
  #coveredMs = 0;
  #restarts = 0;
  #before: EnergyBefore | undefined;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  get startMs(): number {
    return this.#startMs;
  }

  /** A counter grew by so many milliwatt-hours: evenly, as far as is known. */
  count(fromMs: number, toMs: number, mwh: number): void {
    const earlierMs = Math.max(0, this.#startMs - fromMs);
    const earlier = earlierMs === 0 ? 0 : Math.round(mwh * (earlierMs / (toMs - fromMs)));
    this.#mwh += mwh - earlier;
    this.#coveredMs += toMs - fromMs - earlierMs;
    if (earlierMs === 0) return;
    this.#before = { fromMs, toMs, mwh: earlier, negativeMwh: 0 };
    if (isSpread(fromMs, toMs)) this.#estimatedMwh += mwh - earlier;
  }

  /** A part of a step of power that lies in the slot. */
  add(lengthMs: number, mwh: number, negativeMwh: number): void {
    this.#mwh += mwh;
    this.#negativeMwh += negativeMwh;
    this.#coveredMs += lengthMs;
  }

  /** The part of a step of power that lies before the slot. */
  addBefore(before: EnergyBefore): void {
    this.#before = before;
  }

  restart(): void {
    this.#restarts += 1;
  }

  slot(state: CounterState): EnergySlot {
    return {
      startMs: this.#startMs,
      mwh: this.#mwh,
      negativeMwh: this.#negativeMwh,
      estimatedMwh: this.#estimatedMwh,
      coveredMs: this.#coveredMs,
      restarts: this.#restarts,
      ...(this.#before !== undefined && { before: this.#before }),
      state,
    };
  }
}
