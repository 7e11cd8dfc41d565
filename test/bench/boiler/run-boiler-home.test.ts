import t, { type Test } from 'tap';
import type { RoomNow } from '../../../bench/boiler/boiler-room-work.ts';
import { runBoilerHome, type BoilerHomeOptions } from '../../../bench/boiler/run-boiler-home.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const stuckAt65 = '10 04 4b 46 7f ff 10 10 c9 : crc=c9 YES\n10 04 4b 46 7f ff 10 10 c9 t=65000\n';
const startMs = Date.UTC(2026, 0, 12, 6);
const [water, flue, enclosure] = ['28-00000a69bebf', '28-00000a6c1d02', '28-00000a6e77d4'];
const fanA = 0.33;

interface Boiler {
  readonly waterC: number;
  readonly isFanOn: boolean;
}

/** What goes wrong with what one sees of it, from minute 8 to minute 15 unless said. */
interface Sight {
  readonly from?: number;
  readonly to?: number;
  readonly probe?: 'gone' | 'silent' | 'shorted' | 'power-on';
  readonly shows?: (text: string, nowMs: number) => string;
  readonly isConverterSilent?: boolean;
}

function roomOf(boilerAt: (minute: number) => Boiler, sight: Sight = {}): (nowMs: number) => RoomNow {
  const { from = 8, to = 15, probe, shows, isConverterSilent } = sight;
  return (nowMs) => {
    const minute = (nowMs - startMs) / minuteMs;
    const isBad = minute >= from && minute < to;
    const { waterC, isFanOn } = boilerAt(minute);
    const trouble = isBad && probe !== undefined ? { trouble: probe } : {};
    return {
      probes: [
        { id: water, celsius: waterC, ...trouble },
        { id: flue, celsius: isFanOn ? 110 : 45 },
        { id: enclosure, celsius: 25 },
      ],
      clampsA: isBad && isConverterSilent === true ? undefined : [0, 0, isFanOn ? fanA : 0, 0],
      ...(isBad &&
        shows !== undefined && { tamper: (id, text) => (id === water ? shows(text, nowMs) : text) }),
    };
  };
}

/** It burns, and its water sways as any does. */
const burns = (minute: number): Boiler => ({ waterC: 65 + 2 * Math.sin(minute / 7), isFanOn: true });
/** It burns, and goes out at minute 5: its water falls below 56 °C at minute 10. */
const goesOut = (minute: number): Boiler =>
  minute < 5 ? burns(minute) : { waterC: 65 - 1.81 * (minute - 5), isFanOn: false };

async function told(
  t: Test,
  room: (nowMs: number) => RoomNow,
  how: Partial<BoilerHomeOptions> = {},
): Promise<readonly string[]> {
  const directory = t.testdir({});
  const result = await runBoilerHome({
    ...{ seed: 1, minutes: 20, startMs, periodMs: 30_000, room, directory },
    ...how,
  });
  const alerts = result.alerts.map(
    ({ rule, kind, atMs }) =>
      `${rule.replace('boiler-', '')} ${kind} ${Math.round((atMs - startMs) / minuteMs)}`,
  );
  for (const { state } of result.deliveries) if (state !== 'sent') t.fail(`a message is ${state}`);
  t.equal(new Set(result.taken.map(({ reference }) => reference)).size, result.deliveries.length);
  return alerts;
}

interface Case {
  readonly what: string;
  readonly boiler?: (minute: number) => Boiler;
  readonly sight?: Sight;
  readonly how?: Partial<BoilerHomeOptions>;
  readonly expected: readonly string[];
}

const all = { from: 0, to: 80 };
const crcFails = (text: string): string => text.replace('YES', 'NO').replace(/[0-9a-f]{2} : crc/, '00 : crc');
/** A line that is held high: all ones, which is −0.0625 °C, and whose CRC is wrong. */
const allOnes = (): string => `${'ff '.repeat(9)}: crc=ff NO\n${'ff '.repeat(9)}t=-62\n`;
const step = (minute: number, kind: 'step' | 'right', forMs: number) => ({
  atMs: minute * minuteMs,
  kind,
  forMs,
});

const cases: readonly Case[] = [
  { what: 'all is well', expected: [] },
  { what: 'the fire goes out', boiler: goesOut, expected: ['fire-out alert 10'] },
  {
    what: 'it was out before anybody looked',
    boiler: () => ({ waterC: 40, isFanOn: false }),
    expected: ['fire-out alert 0'],
  },
  {
    what: 'the probe of the water is missing',
    sight: { probe: 'gone' },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'it does not answer',
    sight: { probe: 'silent' },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'its line is at ground',
    sight: { probe: 'shorted' },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'it says 85 °C, as it does without power',
    sight: { probe: 'power-on' },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'its CRC is wrong all the time',
    sight: { shows: crcFails },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'its CRC is wrong half the time',
    sight: { ...all, shows: (text, nowMs) => (nowMs % 60_000 < 30_000 ? crcFails(text) : text) },
    expected: [],
  },
  {
    what: 'it is −1, as a line that is held high has it',
    sight: { shows: allOnes },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'the converter of the clamps is silent',
    sight: { isConverterSilent: true },
    expected: ['silent alert 9', 'silent recovered 15'],
  },
  {
    what: 'the fire goes out while the probe is missing',
    boiler: goesOut,
    sight: { probe: 'gone', from: 8, to: 15 },
    expected: ['silent alert 9', 'fire-out alert 15', 'silent recovered 15'],
  },
  {
    what: 'nobody looks for five hours',
    how: { minutes: 320, moments: [{ atMs: 8 * minuteMs, kind: 'kill', forMs: 5 * hourMs }] },
    expected: [],
  },
  {
    what: 'the fire goes out while nobody looks',
    boiler: goesOut,
    how: { moments: [{ atMs: 7 * minuteMs, kind: 'kill', forMs: 8 * minuteMs }] },
    expected: ['fire-out alert 15'],
  },
  {
    what: 'the clock is an hour ahead for a while',
    how: { moments: [step(6, 'step', hourMs), step(13, 'right', 0)] },
    expected: [],
  },
  {
    what: 'the clock is an hour behind for a while',
    how: { moments: [step(6, 'step', -hourMs), step(13, 'right', 0)] },
    expected: [],
  },
  {
    what: 'the probe sticks for a while',
    sight: { shows: () => stuckAt65 },
    expected: [],
  },
];

for (const { what, boiler = burns, sight, how, expected } of cases) {
  t.test(`${what}: ${expected.length === 0 ? 'nothing is told' : expected.join(', ')}`, async (t) => {
    t.same(await told(t, roomOf(boiler, sight), how), expected);
  });
}
