import type { CounterReading, CounterState } from './counter.ts';
import { energyStepMsMax, type EnergyReading, type EnergySlot } from './energy-slot.ts';
import { EnergyTally } from './energy-tally.ts';

/** A watt for a millisecond, in milliwatt-hours. */
const mwhPerWms = 1 / 3_600;
/** A gigawatt is no home's. */
const wMax = 1e9;

/**
 * What power amounted to in a slot, in each direction, from its readings there in the order of their times. Between
 * two readings that follow each other closely it is taken to run straight from one value to the other. Where one of
 * them is not good, or they are far apart, nothing is added, and the time is not covered.
 */
export function powerEnergy(
  readings: Iterable<EnergyReading>,
  { startMs, before }: { startMs: number; before: CounterState },
): EnergySlot {
  const tally = new EnergyTally(startMs);
  let last = before.last;
  for (const { atMs, value, quality } of readings) {
    const isGood = (quality === 'good' || quality === 'estimated') && Math.abs(value) <= wMax;
    const next = isGood ? { atMs, value } : undefined;
    if (last !== undefined && next !== undefined && atMs - last.atMs <= energyStepMsMax)
      addStep(tally, last, next);
    last = next;
  }
  return tally.slot(last === undefined ? {} : { last });
}

function addStep(tally: EnergyTally, from: CounterReading, to: CounterReading): void {
  const { startMs } = tally;
  if (from.atMs >= startMs) {
    const { mwh, negativeMwh } = areas(from, to);
    tally.add(to.atMs - from.atMs, mwh, negativeMwh);
    return;
  }
  const share = (startMs - from.atMs) / (to.atMs - from.atMs);
  const middle = { atMs: startMs, value: from.value + (to.value - from.value) * share };
  tally.addBefore({ fromMs: from.atMs, toMs: to.atMs, ...areas(from, middle) });
  const { mwh, negativeMwh } = areas(middle, to);
  tally.add(to.atMs - startMs, mwh, negativeMwh);
}

/** The areas above and below zero of a straight line. */
function areas(from: CounterReading, to: CounterReading): { mwh: number; negativeMwh: number } {
  const lengthMs = to.atMs - from.atMs;
  const perWms = (lengthMs / 2) * mwhPerWms;
  if (from.value >= 0 && to.value >= 0) return { mwh: (from.value + to.value) * perWms, negativeMwh: 0 };
  if (from.value <= 0 && to.value <= 0) return { mwh: 0, negativeMwh: -(from.value + to.value) * perWms };
  const fromArea = Math.abs(from.value) * (from.value / (from.value - to.value)) * perWms;
  const toArea = Math.abs(to.value) * (to.value / (to.value - from.value)) * perWms;
  return from.value > 0 ? { mwh: fromArea, negativeMwh: toArea } : { mwh: toArea, negativeMwh: fromArea };
}
