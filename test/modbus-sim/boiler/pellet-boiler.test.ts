import fc from 'fast-check';
import t from 'tap';
import {
  boilerFaultKinds,
  type BoilerFault,
  type BoilerFaultKind,
} from '../../../modbus-sim/boiler/boiler-fault.ts';
import { PelletBoiler, type BoilerTruth } from '../../../modbus-sim/boiler/pellet-boiler.ts';
import { minutesOf, phasesOf, sequenceOf } from './boiler-minutes.ts';

/** Noon of a winter day: about 2 °C. */
const startMs = Date.UTC(2026, 0, 15, 8);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const hours = (count: number): number => startMs + count * hourMs;

function boilerWith(...faults: readonly BoilerFault[]): PelletBoiler {
  return new PelletBoiler({ seed: 7, startMs, faults });
}

/** Every half minute of some hours. */
function truths(boiler: PelletBoiler, forHours: number): readonly BoilerTruth[] {
  return Array.from({ length: forHours * 120 }, (_, index) => {
    boiler.advanceTo(startMs + index * 30_000);
    return boiler.truth();
  });
}

/** The phases from a fault's start on. */
function phasesFrom(boiler: PelletBoiler, fromHours: number, untilHours: number): readonly number[] {
  const minutes = minutesOf(boiler, { startMs, minutes: untilHours * 60 });
  return sequenceOf(phasesOf(minutes).slice(fromHours * 60));
}

function fault(kind: BoilerFaultKind, fromHours: number, untilHours: number): BoilerFault {
  return { kind, startMs: hours(fromHours), endMs: hours(untilHours) };
}

t.test('the same seed gives the same boiler, however often it is asked', (t) => {
  const [once, often] = [boilerWith(), boilerWith()];
  for (let atMs = startMs; atMs <= hours(6); atMs += 7_123) often.advanceTo(atMs);
  once.advanceTo(hours(6));
  often.advanceTo(hours(6));
  t.same(once.truth(), often.truth());
  const { atMs } = once.truth();
  once.advanceTo(startMs);
  t.equal(once.truth().atMs, atMs, 'a time in the past changes nothing');
  const other = new PelletBoiler({ seed: 8, startMs });
  other.advanceTo(hours(6));
  t.not(other.truth().waterC, once.truth().waterC);
  t.end();
});

t.test('a winter day has the temperatures that boiler rooms have', (t) => {
  const day = truths(boilerWith(), 24);
  const range = (of: (truth: BoilerTruth) => number): readonly [number, number] => [
    Math.min(...day.map(of)),
    Math.max(...day.map(of)),
  ];
  // What the family's charts were drawn for, and what a DS18B20 at the flue's pipe stands.
  const ranges = { waterC: [58, 72], flueC: [30, 115], enclosureC: [15, 25] } as const;
  for (const key of ['waterC', 'flueC', 'enclosureC'] as const) {
    const [low, high] = range((truth) => truth[key]);
    t.ok(low >= ranges[key][0] && high <= ranges[key][1], `${key}: ${low} to ${high}`);
  }
  const burning = day.filter(({ mode }, index) => mode === 'combustion' && day[index - 20]?.mode === mode);
  t.ok(
    burning.every(({ flueC }) => flueC > 80),
    'a fire heats the flue',
  );
  const resting = day.filter(({ mode }, index) => mode === 'hold' && day[index - 60]?.mode === mode);
  t.ok(resting.length > 0 && resting.every(({ flueC, waterC }) => flueC < waterC), 'without one it cools');
  t.end();
});

t.test('a healthy boiler is in combustion, in hold, and each morning in ignition', (t) => {
  const phases = phasesOf(minutesOf(boilerWith(), { startMs, minutes: 2 * 1_440 }));
  t.same([...new Set(phases)].sort(), [6, 7, 8]);
  const sequence = sequenceOf(phases);
  const ignitions = sequence.filter((phase) => phase === 7).length;
  t.equal(ignitions, 2, 'after each night without a fire');
  const ignitionMinutes = phases.filter((phase) => phase === 7).length / ignitions;
  t.ok(ignitionMinutes >= 3 && ignitionMinutes <= 12, `${ignitionMinutes} minutes each`);
  t.ok(
    sequence.every((phase, index) => phase !== 7 || sequence[index + 1] === 6),
    'then it burns',
  );
  t.end();
});

t.test('water moves as slowly as 400 litres do', (t) => {
  const day = truths(boilerWith(), 24);
  for (const [index, truth] of day.entries()) {
    const before = day[index - 120];
    if (before === undefined) continue;
    const perHour = truth.waterC - before.waterC;
    if (perHour > 28.5 || perHour < -15) t.fail(`${perHour} °C in an hour`);
  }
  t.ok(day.length > 0);
  t.end();
});

t.test('without pellets the water sinks while the fan runs, until the boiler gives up', (t) => {
  for (const kind of ['empty-silo', 'auger-jam'] as const) {
    t.same(phasesFrom(boilerWith(fault(kind, 1, 9)), 2, 9), [8, 6, 10, 9], kind);
  }
  t.end();
});

t.test('a jammed auger draws what a motor draws that cannot turn, and is switched off', (t) => {
  const boiler = boilerWith(fault('auger-jam', 1, 9));
  const highest = { before: 0, after: 0 };
  let isOffWhileOrdered = false;
  for (let atMs = startMs; atMs < hours(4); atMs += 1_000) {
    boiler.advanceTo(atMs);
    const { currents, mode } = boiler.truth();
    const when = atMs < hours(1) ? 'before' : 'after';
    highest[when] = Math.max(highest[when], currents.augerA);
    if (when === 'after' && mode === 'combustion' && currents.augerA === 0) isOffWhileOrdered = true;
  }
  t.ok(highest.before > 0.4 && highest.before < 0.6, `${highest.before} A`);
  t.ok(highest.after > 1, `${highest.after} A`);
  t.ok(isOffWhileOrdered);
  t.end();
});

t.test('a fire that is out is told as a stop, and mended it is lit again', (t) => {
  t.same(phasesFrom(boilerWith(fault('fire-out', 2, 6)), 2, 8), [8, 9, 7, 11, 6, 8]);
  t.end();
});

t.test('a dead igniter shows on a cold start only: the fan runs, no fire comes, then all stops', (t) => {
  const dead = fault('igniter-dead', 1, 40);
  const minutes = minutesOf(boilerWith(dead), { startMs, minutes: 30 * 60 });
  const phases = phasesOf(minutes);
  t.notOk(phases.includes(7), 'the clamp sees no current');
  t.same(sequenceOf(phases).slice(-3), [8, 6, 9], 'through the night on embers, and out in the morning');
  t.end();
});

t.test('whatever goes wrong, and however often, all stays what it can be', (t) => {
  const faults = fc.array(
    fc.record({ kind: fc.constantFrom(...boilerFaultKinds), from: fc.nat(300), minutes: fc.nat(300) }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(364), faults, (seed, day, wrong) => {
      const beginMs = Date.UTC(2026, 0, 1 + day);
      const boiler = new PelletBoiler({
        seed,
        startMs: beginMs,
        faults: wrong.map(({ kind, from, minutes }) => ({
          kind,
          startMs: beginMs + from * minuteMs,
          endMs: beginMs + (from + minutes) * minuteMs,
        })),
      });
      for (let minute = 0; minute < 600; minute += 1) {
        boiler.advanceTo(beginMs + minute * minuteMs);
        if (!canBe(boiler.truth())) return false;
      }
      return true;
    }),
    { numRuns: 12 },
  );
  t.end();
});

function canBe({ waterC, flueC, enclosureC, firePower, fanPct, currents }: BoilerTruth): boolean {
  const bounded: readonly (readonly [number, number, number])[] = [
    [15, waterC, 80],
    [15, flueC, 125],
    [5, enclosureC, 35],
    [0, firePower, 1],
    [0, fanPct, 100],
    ...Object.values(currents).map((amperes: number) => [0, amperes, 4] as const),
  ];
  return bounded.every(([low, value, high]) => value >= low && value <= high);
}
