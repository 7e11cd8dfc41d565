import {
  CounterTrack,
  type CounterReading,
  type CounterRules,
  type CounterState,
  type CounterStep,
} from './counter.ts';
import type { EnergyReading, EnergySlot } from './energy-slot.ts';
import { EnergyTally } from './energy-tally.ts';
import { hasValue } from './quality.ts';

const mwhPerKwh = 1_000_000;
/** Beyond it a milliwatt-hour is lost in the number. */
const kwhMax = Number.MAX_SAFE_INTEGER / mwhPerKwh;

/**
 * What a counter counted in a slot, from its readings there in the order of their times, and from where it stood
 * before. What is believed is the track's decision. Readings that were not believed when they came may only help to
 * tell a new counter from a glitch.
 */
export function counterEnergy(
  readings: Iterable<EnergyReading>,
  { startMs, before, rules }: { startMs: number; before: CounterState; rules: CounterRules },
): EnergySlot {
  const track = new CounterTrack(rules, before.last, before.rival);
  const tally = new EnergyTally(startMs);
  for (const { atMs, value, quality } of readings) {
    if (!hasValue(quality) || !(Math.abs(value) <= kwhMax)) continue;
    const reading = { atMs, value };
    if (quality === 'suspect') {
      track.takeDoubted(reading);
      continue;
    }
    const stateBefore = track.state;
    const { kind } = track.take(reading);
    const from = beginOf(kind, stateBefore);
    if (from !== undefined) tally.count(from.atMs, atMs, growthMwh(from, reading, rules));
    if (kind === 'restarted') tally.restart();
  }
  return tally.slot(track.state);
}

/** Where a step began that counts; undefined for those that do not. */
function beginOf(kind: CounterStep['kind'], { last, rival }: CounterState): CounterReading | undefined {
  if (kind === 'counted') return last;
  if (kind !== 'restarted' || rival === undefined) return undefined;
  // A counter that is back was left before the last reading that was believed: that time is covered.
  return { value: rival.first.value, atMs: Math.max(rival.first.atMs, last?.atMs ?? -Infinity) };
}

/** From the rounded values, so that the steps add up to exactly the difference of the ends. */
function growthMwh(
  { value: from }: CounterReading,
  { value: to }: CounterReading,
  rules: CounterRules,
): number {
  const mwh = Math.round(to * mwhPerKwh) - Math.round(from * mwhPerKwh);
  return to >= from ? mwh : mwh + Math.round((rules.modulus ?? 0) * mwhPerKwh);
}
