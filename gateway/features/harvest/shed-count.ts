import type { TimeBasis } from '../../core/machine-clock.ts';

/** Readings that were given up before they were committed. */
interface Shed {
  readonly readings: number;
  /** Places among all readings since the start; those in between that are not counted were committed. */
  readonly fromPlace: number;
  readonly toPlace: number;
  /** UTC epoch ms, null when the times are not known. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** As they are noted: the same until that is done, so that they are not noted twice. */
export interface ShedReadings extends Shed {
  /** UTC epoch ms, whole. */
  readonly notedMs: number;
}

/** Counts what is shed until it is noted. */
export class ShedCount {
  #total = 0;
  #open: Shed | undefined;
  #noting: ShedReadings | undefined;

  /** All there ever were. */
  get total(): number {
    return this.#total;
  }

  add(times: readonly number[], fromPlace: number, basis: TimeBasis): void {
    this.#total += times.length;
    const before = this.#open;
    const known = [...times.filter(() => basis === 'wall'), ...knownTimes(before)];
    this.#open = {
      readings: times.length + (before?.readings ?? 0),
      fromPlace: before?.fromPlace ?? fromPlace,
      toPlace: fromPlace + times.length - 1,
      fromMs: known.length === 0 ? null : known.reduce((least, time) => Math.min(least, time)),
      toMs: known.length === 0 ? null : known.reduce((most, time) => Math.max(most, time)),
    };
  }

  /** What is to be noted next; what is shed meanwhile comes after it. */
  next(nowMs: number): ShedReadings | undefined {
    if (this.#noting === undefined && this.#open !== undefined) {
      this.#noting = { ...this.#open, notedMs: Math.round(this.#open.toMs ?? nowMs) };
      this.#open = undefined;
    }
    return this.#noting;
  }

  acknowledge(shed: ShedReadings): void {
    if (shed === this.#noting) this.#noting = undefined;
  }
}

function knownTimes(shed: Shed | undefined): readonly number[] {
  return [shed?.fromMs, shed?.toMs].filter((time) => time !== null && time !== undefined);
}
