import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { leadMinutes, phaseOf, phasesOf } from '../../../gateway/features/boiler/phase-of.ts';
import {
  defaultPhaseRules,
  type Phase,
  type PhaseMinute,
  type PhaseRules,
} from '../../../gateway/features/boiler/phase.ts';
import { alike, minutesOf, ToldRows, type PhaseRow } from './phase-rows.ts';

/** minute, °C, fan, igniter → phase, alerts. The failure temperature is 56 °C. */
const tables: Readonly<Record<string, readonly PhaseRow[]>> = {
  'what is needed and not known is undefined': [
    [0, null, 1, 0, 'undefined'],
    [1, 60, null, 0, 'undefined'],
    [2, 60, 1, null, 'undefined'],
    [3, null, null, null, 'undefined'],
    [4, 40, null, 0, 'undefined'],
  ],
  'in warm water the motors decide, the igniter first': [
    [0, 60, 0, 0, 'hold'],
    [1, 60, 1, 0, 'combustion'],
    [2, 60, 0, 1, 'ignition'],
    [3, 60, 1, 1, 'ignition'],
    [4, 60, 1, 0, 'combustion'],
  ],
  '56.0 is not below 56': [
    [0, 56, 0, 0, 'hold'],
    [1, 56.0000004, 0, 0, 'hold'],
    [2, 55.9999996, 0, 0, 'hold'],
    [3, 55.999999, 0, 0, 'stop', 'fire-out'],
    [4, 56, 0, 0, 'hold', 'fire-out recovered'],
  ],
  'a stop in the first minute ever is told': [[0, 20, 0, 0, 'stop', 'fire-out']],
  'a stop after what is not known is told, and an end that is not known is none': [
    [0, null, null, null, 'undefined'],
    [1, 20, 0, 0, 'stop', 'fire-out'],
    [2, null, 0, 0, 'undefined'],
    [3, 20, 0, 0, 'stop'],
  ],
  'cold water with the igniter on is ignition, whatever the fan does': [
    [0, 20, 0, 1, 'ignition'],
    [1, 20, 1, 1, 'ignition'],
  ],
  '19 minutes after an ignition is watched, 20 is not': [
    [0, 50, 0, 1, 'ignition'],
    ...alike(1, 19, 50, 1, 0, 'watch'),
    ...alike(20, 27, 50, 1, 0, 'combustion'),
    [28, 50, 1, 0, 'jam'],
  ],
  'the end of an ignition counts, not its beginning': [
    ...alike(0, 9, 50, 1, 1, 'ignition'),
    ...alike(10, 28, 50, 1, 0, 'watch'),
    [29, 50, 1, 0, 'jam'],
  ],
  'an ignition in warm water counts; one of water or fan not known is none': [
    [0, 60, 0, 1, 'ignition'],
    [1, 50, 1, 0, 'watch'],
    [30, null, 1, 1, 'undefined'],
    [31, 50, null, 1, 'undefined'],
    [32, 50, 1, 0, 'combustion'],
  ],
  'a rise of exactly 1.0 in 30 minutes is no jam, whatever binary fractions make of it': [
    [0, 54.3, 1, 0, 'combustion'],
    ...alike(1, 7, 55.3, 1, 0, 'combustion'),
    ...alike(8, 10, 55.3, 1, 0, 'watch'),
    ...alike(11, 30, 55.3, 1, 0, 'combustion'),
    [31, 55.3, 1, 0, 'jam'],
  ],
  'a millionth less is one': [
    [0, 54.3, 1, 0, 'combustion'],
    ...alike(1, 7, 55.299999, 1, 0, 'combustion'),
    ...alike(8, 10, 55.299999, 1, 0, 'watch'),
    ...alike(11, 27, 55.299999, 1, 0, 'combustion'),
    ...alike(28, 30, 55.299999, 1, 0, 'jam'),
  ],
  'a rise of exactly 0.2 in 10 minutes is not watched, a millionth more is': [
    ...alike(0, 9, 54.7, 1, 0, 'combustion'),
    [10, 54.9, 1, 0, 'combustion'],
    [11, 54.900001, 1, 0, 'watch'],
  ],
  '28 of 30 minutes are enough for a jam, 27 are not; it is told after 5': [
    ...alike(0, 27, 50, 1, 0, 'combustion'),
    [28, 50, 1, 0, 'jam'],
    [29, 50, 1, 0, 'jam'],
    [30, 50, 1, 0, 'jam'],
    [31, 50, 1, 0, 'jam'],
    [32, 50, 1, 0, 'jam', 'jam'],
    [33, 50, 1, 0, 'jam'],
    [34, 57, 1, 0, 'combustion', 'jam recovered'],
  ],
  '8 of 10 minutes are enough for a rise, 7 are not': [
    ...alike(0, 0, 50, 1, 0, 'combustion'),
    ...alike(1, 7, 51, 1, 0, 'combustion'),
    [8, 51, 1, 0, 'watch'],
  ],
  'a minute without a temperature is passed over, towards now': [
    [0, null, 1, 0, 'undefined'],
    [1, null, 1, 0, 'undefined'],
    ...alike(2, 29, 50, 1, 0, 'combustion'),
    [30, 50, 1, 0, 'jam'],
    [31, null, 1, 0, 'undefined'],
    [32, 50, 1, 0, 'jam'],
  ],
  'an ignition hours ago, over a gap, is no ignition, and no history': [
    ...alike(0, 27, 50, 1, 0, 'combustion'),
    [28, 50, 0, 1, 'ignition'],
    [200, 50, 1, 0, 'combustion'],
    [201, 50, 1, 0, 'combustion'],
  ],
  'the temperature of a minute whose motors are not known counts for the rise': [
    [0, 50, null, null, 'undefined'],
    ...alike(1, 27, 50, 1, 0, 'combustion'),
    [28, 50, 1, 0, 'jam'],
  ],
  'falling water with the fan on is a jam, and so is water that rises slowly': [
    ...Array.from({ length: 29 }, (_, minute): PhaseRow => [
      minute,
      50 - minute / 10,
      1,
      0,
      minute < 28 ? 'combustion' : 'jam',
    ]),
    [29, 46, 1, 0, 'jam'],
  ],
  'a stop that flaps is told again after 10 minutes, and never muted': Array.from(
    { length: 24 },
    (_, minute): PhaseRow => {
      const isOut = minute % 2 === 0;
      const told = minute % 10 === 0 ? 'fire-out' : minute % 10 === 1 ? 'fire-out recovered' : '';
      return [minute, 50, 0, isOut ? 0 : 1, isOut ? 'stop' : 'ignition', told];
    },
  ),
};

for (const [name, rows] of Object.entries(tables)) {
  t.test(name, (t) => {
    const phases = phasesOf(minutesOf(rows), defaultPhaseRules);
    const told = new ToldRows();
    const shown = rows.map(([minute, waterC, fan, igniter], index) => {
      const phase = phases[index] ?? 'undefined';
      return [minute, waterC, fan, igniter, phase, told.tell(minute, phase)];
    });
    t.same(
      shown,
      rows.map(([minute, waterC, fan, igniter, phase, alerts = '']) => [
        ...[minute, waterC, fan, igniter, phase, alerts],
      ]),
    );
    t.end();
  });
}

t.test('a start anew in the middle, from any minute, tells nothing twice and forgets nothing', (t) => {
  for (const [name, rows] of Object.entries(tables)) {
    const phases = phasesOf(minutesOf(rows), defaultPhaseRules);
    const whole = new ToldRows();
    const expected = rows.map(([minute], index) => whole.tell(minute, phases[index] ?? 'undefined'));
    for (let cut = 0; cut <= rows.length; cut += 1) {
      const told = new ToldRows();
      const shown = expected.map(() => '');
      const tell = (from: number, to: number): void => {
        for (let index = from; index < to; index += 1) {
          const row = rows[index];
          if (row === undefined) continue;
          const said = told.tell(row[0], phases[index] ?? 'undefined');
          shown[index] = `${shown[index] ?? ''}${said}`;
        }
      };
      tell(0, cut);
      tell(Math.max(0, cut - 7), rows.length);
      t.strictSame(shown, expected, `${name}, cut at ${cut}`);
    }
  }
  t.end();
});

/** The rules as they are written down, one minute at a time. */
function naivePhase(minutes: readonly PhaseMinute[], nowMs: number, rules: PhaseRules): Phase {
  const ago = (count: number): PhaseMinute | undefined =>
    minutes.find(({ startMs }) => startMs === nowMs - count * 60_000);
  const isKnown = (minute: PhaseMinute | undefined): boolean =>
    minute !== undefined && ![minute.waterC, minute.isIgniterOn, minute.isPrimaryFanOn].includes(null);
  const now = ago(0);
  if (now === undefined || !isKnown(now)) return 'undefined';
  if (now.isIgniterOn === true) return 'ignition';
  const isCold = millionths(now.waterC) < millionths(rules.failureC);
  if (now.isPrimaryFanOn !== true) return isCold ? 'stop' : 'hold';
  if (!isCold) return 'combustion';
  const lately = Array.from({ length: rules.ignitionMinutes - 1 }, (_, index) => ago(index + 1));
  if (lately.some((minute) => isKnown(minute) && minute?.isIgniterOn === true)) return 'watch';
  const rise = (period: number): number => {
    const then = [period, period - 1, period - 2].map((count) => ago(count)?.waterC ?? null);
    const oldest = then.find((waterC) => waterC !== null);
    return oldest === undefined ? NaN : millionths(now.waterC) - millionths(oldest);
  };
  if (rise(rules.shortMinutes) > millionths(rules.shortRiseC)) return 'watch';
  return rise(rules.longMinutes) < millionths(rules.longRiseC) ? 'jam' : 'combustion';
}

function millionths(celsius: number | null): number {
  return celsius === null ? NaN : Math.round(celsius * 1e6);
}

const anyMinutes = fc
  .array(
    fc.record({
      step: fc.oneof({ weight: 12, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 40 })),
      tenths: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 550, max: 562 }) }, fc.constant(null)),
      igniter: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.constantFrom(true, null)),
      fan: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constantFrom(false, null)),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((drawn) => {
    let minute = 0;
    return drawn.map(({ step, tenths, igniter, fan }): PhaseMinute => {
      minute += step;
      const waterC = tenths === null ? null : tenths / 10;
      return { startMs: minute * 60_000, waterC, isIgniterOn: igniter, isPrimaryFanOn: fan };
    });
  });

t.test('one pass comes to what the rules say of each minute by itself', (t) => {
  fc.assert(
    fc.property(anyMinutes, (minutes) => {
      const wanted = minutes.map(({ startMs }) => naivePhase(minutes, startMs, defaultPhaseRules));
      return JSON.stringify(phasesOf(minutes, defaultPhaseRules)) === JSON.stringify(wanted);
    }),
    { numRuns: 200 },
  );
  t.pass('no counterexample');
  t.end();
});

t.test('any part, with the half hour before it, comes to the same as the whole', (t) => {
  const leadMs = leadMinutes(defaultPhaseRules) * 60_000;
  t.equal(leadMs, 30 * 60_000);
  fc.assert(
    fc.property(anyMinutes, fc.nat(), fc.nat(), (minutes, first, second) => {
      const whole = phasesOf(minutes, defaultPhaseRules);
      const [from, to] = [first % minutes.length, second % minutes.length].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const fromMs = minutes[from]?.startMs ?? 0;
      const part = minutes.filter(({ startMs }, index) => startMs >= fromMs - leadMs && index <= to);
      const phases = phasesOf(part, defaultPhaseRules).slice(-(to - from + 1));
      return (
        JSON.stringify(phases) === JSON.stringify(whole.slice(from, to + 1)) &&
        phaseOf(part, defaultPhaseRules) === whole[to]
      );
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('the windows are those of the configuration', (t) => {
  const rules = { ...defaultPhaseRules, ignitionMinutes: 3, longMinutes: 5, longRiseC: 2, failureC: 60 };
  const rows: readonly PhaseRow[] = [
    [0, 59, 1, 1, 'ignition'],
    [1, 59, 1, 0, 'watch'],
    [2, 59, 1, 0, 'watch'],
    [3, 59, 1, 0, 'jam'],
    [4, 60, 1, 0, 'combustion'],
  ];
  t.same(
    phasesOf(minutesOf(rows), rules),
    rows.map(([, , , , phase]) => phase),
  );
  t.end();
});
