import { CounterTrack, type CounterRules, type CounterState } from '../../gateway/core/counter.ts';
import { counterEnergy } from '../../gateway/core/counter-energy.ts';
import { energySlotMs, type EnergyReading } from '../../gateway/core/energy-slot.ts';
import type { Quality } from '../../gateway/core/quality.ts';

interface RandomCounter {
  readonly rules: CounterRules;
  readonly readings: readonly EnergyReading[];
  /** What was measured between readings of one meter, in steps of the counter. */
  readonly truthSteps: number;
  readonly mwhPerStep: number;
}

const startMs = Date.UTC(2026, 9, 24, 12);
const hourMs = 3_600_000;
const moduli = [2 ** 16, 2 ** 32, undefined] as const;
const resolutions = [0.01, 0.1, 1] as const;

/**
 * Lives of so many counters with noise, glitches, resets, swaps, roll-overs and gaps, counted slot by slot as after a
 * restart in each; answers in how many the energy is not exactly what was measured.
 */
export function randomCounterErrors(count: number, seed: number): number {
  let errors = 0;
  for (let index = 0; index < count; index += 1) {
    const { rules, readings, truthSteps, mwhPerStep } = randomCounter(generator(seed + index));
    if (countedMwh(readings, rules) !== truthSteps * mwhPerStep) errors += 1;
    if (countedMwh(asWatched(readings, rules), rules) !== truthSteps * mwhPerStep) errors += 1;
  }
  return errors;
}

function countedMwh(readings: readonly EnergyReading[], rules: CounterRules): number {
  let state: CounterState = {};
  let mwh = 0;
  for (const [slotMs, inside] of Map.groupBy(
    readings,
    ({ atMs }) => Math.floor(atMs / energySlotMs) * energySlotMs,
  )) {
    const before = JSON.parse(JSON.stringify(state)) as CounterState;
    const slot = counterEnergy(inside, { startMs: slotMs, before, rules });
    mwh += slot.mwh + (slot.before?.mwh ?? 0);
    state = slot.state;
  }
  return mwh;
}

/** As the harvest stores them: what its own track does not believe is suspect. */
function asWatched(readings: readonly EnergyReading[], rules: CounterRules): readonly EnergyReading[] {
  const track = new CounterTrack(rules);
  return readings.map((reading) => {
    const { kind } = track.take(reading);
    const quality: Quality = kind === 'noise' || kind === 'doubted' ? 'suspect' : 'good';
    return { ...reading, quality };
  });
}

function randomCounter(draw: (below: number) => number): RandomCounter {
  const resolution = resolutions[draw(3)] ?? 1;
  const steps = moduli[draw(3)];
  const modulus = steps === undefined ? undefined : steps * resolution;
  const rules = { resolution, perHourMax: 1_000 * resolution, ...(modulus !== undefined && { modulus }) };
  const end = steps ?? 2 ** 32;
  // Near its end, so that it rolls over; or anywhere.
  let at = steps !== undefined && draw(2) === 0 ? end - 1 - draw(40) : draw(end);
  let atMs = startMs + draw(86_400_000);
  let truthSteps = 0;
  const readings: EnergyReading[] = [];
  const say = (said: number, afterMs = 5_000 + draw(25_000)): void => {
    atMs += afterMs;
    readings.push({ atMs, value: said * resolution, quality: 'good' });
  };
  const grow = (by: number, afterMs?: number): void => {
    at += by;
    if (steps === undefined) at = Math.min(at, Number.MAX_SAFE_INTEGER);
    else at %= steps;
    truthSteps += by;
    say(at, afterMs);
  };
  say(at);
  for (let event = draw(120); event > 0; event -= 1) {
    const kind = draw(20);
    if (kind === 0 && at > 5) say(at - 1 - draw(5));
    else if (kind === 1) glitch();
    else if (kind === 2) begin(0, 0);
    else if (kind === 3) begin(draw(end), 0);
    else if (kind === 4) begin(draw(200), draw(6) * hourMs);
    else if (kind === 5) grow(draw(1_000), (1 + draw(30)) * hourMs);
    else grow(draw(4));
  }
  grow(0);
  return { rules, readings, truthSteps, mwhPerStep: Math.round(resolution * 1e6) };

  function isFar(other: number, afterMs: number): boolean {
    const most = Math.max(100, (afterMs / hourMs) * 1_000 + 100);
    const ahead = (((other - at) % end) + end) % end;
    const isAhead = steps === undefined && other < at ? false : ahead <= most;
    return !isAhead && Math.abs(other - at) > 100;
  }
  function glitch(): void {
    const said = draw(end);
    if (isFar(said, 60_000)) say(said);
    grow(0);
  }
  /** Another meter, or the same from zero, after some time; nobody could tell one near the old from it. */
  function begin(first: number, afterMs: number): void {
    if (!isFar(first, afterMs + 60_000)) return;
    at = first;
    say(at, afterMs + 1_000);
    for (let reading = 0; reading < 3; reading += 1) grow(draw(4));
  }
}

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
