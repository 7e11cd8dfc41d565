import type { CounterState } from './counter.ts';
import { gridFloor } from './interval.ts';
import type { Quality } from './quality.ts';

/** Every zone is a multiple of it ahead of UTC, so the hours and days of all zones consist of whole slots. */
export const energySlotMs = 900_000;

/**
 * The longest step that is taken for what the readings say: over a longer one power is not known, and of what a
 * counter grew by it is not known when.
 */
export const energyStepMsMax = 300_000;

/** One reading of a counter (kWh) or of power (W). */
export interface EnergyReading {
  readonly atMs: number;
  readonly value: number;
  readonly quality: Quality;
}

/** The part that lies before its slot of the step which ends in it. Only one step can cross the slot's start. */
export interface EnergyBefore {
  /** Start and end of the whole step; the part ends where the slot starts. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly mwh: number;
  readonly negativeMwh: number;
}

/**
 * What the readings of one series in one slot tell: the energy of the steps that end in it. The last step over the
 * slot's end is told by a later slot, as what came before that.
 */
export interface EnergySlot {
  readonly startMs: number;
  /** In the slot itself. Whole milliwatt-hours for counters; of power, what came in its positive direction. */
  readonly mwh: number;
  /** Of power, what went in its negative direction; not negative itself. */
  readonly negativeMwh: number;
  /** Of `mwh`, what was placed in this slot by spreading a long step evenly. */
  readonly estimatedMwh: number;
  /** Of the slot's time, what the steps span. */
  readonly coveredMs: number;
  /** How often the counter began anew. */
  readonly restarts: number;
  readonly before?: EnergyBefore;
  /** Where the readings leave the counter; of power only `last`, the value that the next step begins with. */
  readonly state: CounterState;
}

/** A part of the time before the next slot with readings, and the energy in it. */
export interface EnergyShare {
  readonly startMs: number;
  readonly mwh: number;
  readonly negativeMwh: number;
  readonly estimatedMwh: number;
  readonly coveredMs: number;
}

/** Whether it is a guess in which slot the step's energy belongs: it is long, and not all in one. */
export function isSpread(fromMs: number, toMs: number): boolean {
  return (
    toMs - fromMs > energyStepMsMax && gridFloor(fromMs, energySlotMs) < gridFloor(toMs - 1, energySlotMs)
  );
}

/**
 * The parts of what came before a slot, one an earlier slot, that begin in the range of slots: even in time, whole
 * milliwatt-hours when all of it is, and together exactly all of it.
 */
export function* sharesBefore(
  slotStartMs: number,
  before: EnergyBefore,
  range: { readonly startMs: number; readonly endMs: number },
): Generator<EnergyShare> {
  const { fromMs, toMs, mwh, negativeMwh } = before;
  const spanMs = slotStartMs - fromMs;
  const firstMs = gridFloor(fromMs, energySlotMs);
  const isOneSlot = slotStartMs - firstMs <= energySlotMs;
  const upTo = (atMs: number): number =>
    atMs <= fromMs ? 0 : atMs >= slotStartMs ? mwh : Math.round(mwh * ((atMs - fromMs) / spanMs));
  const endMs = Math.min(slotStartMs, range.endMs);
  for (let startMs = Math.max(firstMs, range.startMs); startMs < endMs; startMs += energySlotMs) {
    const part = upTo(startMs + energySlotMs) - upTo(startMs);
    yield {
      startMs,
      mwh: part,
      // Steps of power are shorter than a slot, so this lies in one.
      negativeMwh: isOneSlot ? negativeMwh : 0,
      estimatedMwh: isSpread(fromMs, toMs) ? part : 0,
      coveredMs: Math.min(startMs + energySlotMs, slotStartMs) - Math.max(startMs, fromMs),
    };
  }
}
