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
const stepsPerHourMax = 1_000;
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
  const life = new CounterLife(draw, resolution, steps);
  for (let event = draw(120); event > 0; event -= 1) life.event();
  life.grow(0);
  const rules = {
    resolution,
    perHourMax: stepsPerHourMax * resolution,
    ...(steps !== undefined && { modulus: steps * resolution }),
  };
  const { readings, truthSteps } = life;
  return { rules, readings, truthSteps, mwhPerStep: Math.round(resolution * 1e6) };
}

class CounterLife {
  readonly readings: EnergyReading[] = [];
  truthSteps = 0;
  readonly #draw: (below: number) => number;
  readonly #resolution: number;
  readonly #steps: number | undefined;
  readonly #end: number;
  readonly #events: readonly (() => void)[];
  #at: number;
  #atMs: number;

  constructor(draw: (below: number) => number, resolution: number, steps: number | undefined) {
    this.#draw = draw;
    this.#resolution = resolution;
    this.#steps = steps;
    this.#end = steps ?? 2 ** 32;
    // Near its end, so that it rolls over; or anywhere.
    this.#at = steps !== undefined && draw(2) === 0 ? steps - 1 - draw(40) : draw(this.#end);
    this.#atMs = startMs + draw(86_400_000);
    this.#events = [
      () => this.#tremble(),
      () => this.#glitch(),
      () => this.#begin(0, 0),
      () => this.#begin(draw(this.#end), 0),
      () => this.#begin(draw(200), draw(6) * hourMs),
      () => this.grow(draw(stepsPerHourMax), (1 + draw(30)) * hourMs),
    ];
    this.#say(this.#at);
  }

  event(): void {
    const event = this.#events[this.#draw(20)];
    if (event === undefined) this.grow(this.#draw(4));
    else event();
  }

  grow(by: number, afterMs?: number): void {
    this.#at += by;
    if (this.#steps !== undefined) this.#at %= this.#steps;
    this.truthSteps += by;
    this.#say(this.#at, afterMs);
  }

  #say(said: number, afterMs = 5_000 + this.#draw(25_000)): void {
    this.#atMs += afterMs;
    this.readings.push({ atMs: this.#atMs, value: said * this.#resolution, quality: 'good' });
  }

  #tremble(): void {
    if (this.#at > 5) this.#say(this.#at - 1 - this.#draw(5));
  }

  #glitch(): void {
    const said = this.#draw(this.#end);
    if (this.#isFar(said, 60_000)) this.#say(said);
    this.grow(0);
  }

  /**
   * Another meter, or the same from zero, after some time; nobody could tell one near the old from it. Nor one that
   * stands still from the old one asleep, when it is next heard of near where that was.
   */
  #begin(first: number, afterMs: number): void {
    if (!this.#isFar(first, afterMs + 60_000)) return;
    this.#at = first;
    this.#say(first, afterMs + 1_000);
    for (const least of [1, 0, 0]) this.grow(least + this.#draw(4));
  }

  #isFar(other: number, afterMs: number): boolean {
    const most = Math.max(100, (afterMs / hourMs) * stepsPerHourMax + 100);
    const ahead = (other - this.#at + this.#end) % this.#end;
    const isAhead = (this.#steps !== undefined || other >= this.#at) && ahead <= most;
    return !isAhead && Math.abs(other - this.#at) > 100;
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
