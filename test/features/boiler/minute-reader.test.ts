import '../../property-seed.ts';
import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { findInputs } from '../../../gateway/features/boiler/input-directory.ts';
import { readMinutePage, readMinutes } from '../../../gateway/features/boiler/minute-reader.ts';
import { boilerSettings } from '../../../gateway/features/boiler/boiler-section.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { batchOf, openScratch, startMs, type Sample } from '../../storage/scratch.ts';

const minuteMs = 60_000;
const keys = [
  { device: 'b/w', quantity: 'temperature_c' },
  { device: 'm/a1', quantity: 'current_a' },
  { device: 'm/a1', quantity: 'motor_mv' },
  { device: 'plug', quantity: 'load_power_w' },
];

function open(directory: string) {
  const service = openScratch(directory);
  const series = service.internSeries(keys);
  const written = { water: 'b/w', igniter: 'm/a1', primaryFan: 'plug' };
  const { inputs = new Map() } = boilerSettings({ inputs: written }) ?? {};
  const store = {
    call: async (...[name, query, level]: unknown[]) => {
      t.equal(name, 'rollupRange');
      type Query = Parameters<DatabaseService['rollupRange']>;
      return await Promise.resolve(service.rollupRange(query as Query[0], level as Query[1]) as never);
    },
  };
  return { service, series, store, found: findInputs(inputs, service.listSeries()) };
}

t.test('an input is found by its quantity, or by the best that its device has', (t) => {
  const { service, found } = open(t.testdir());
  const names = found.map(({ input, series }) => [input, series.device, series.quantity]);
  t.same(names, [
    ['water', 'b/w', 'temperature_c'],
    ['igniter', 'm/a1', 'motor_mv'],
    ['primaryFan', 'plug', 'load_power_w'],
  ]);
  const written = {
    igniter: { series: 'm/a1/current_a', onFrom: 0.5 },
    primaryFan: 'plug/nothing',
    water: 'b',
  };
  const others = findInputs(boilerSettings({ inputs: written })?.inputs ?? new Map(), service.listSeries());
  t.same(
    others.map(({ input, series }) => [input, series.quantity]),
    [['igniter', 'current_a']],
  );
  t.same([others[0]?.isOn?.(0.5), others[0]?.isOn?.(0.49)], [true, false]);
  service.close();
  t.end();
});

t.test(
  'a temperature is the mean of its good samples, and a motor was on when any good one was',
  async (t) => {
    const { service, series, store, found } = open(t.testdir());
    const [water = 0, , motor = 0, plug = 0] = series;
    const samples: Sample[] = [
      [water, startMs, 60],
      [water, startMs + 1_000, 61],
      [water, startMs + 59_999, -1, 'suspect'],
      [water, startMs + 60_000, 85, 'sensor_error'],
      [motor, startMs, 0],
      [motor, startMs + 59_999, 1_700],
      [motor, startMs + 60_000, 1_700, 'suspect'],
      [plug, startMs, 4.9],
      [plug, startMs + 60_000, 5],
    ];
    service.appendReadings({ bootId: 'a', sequence: 1 }, batchOf(samples));
    const minutes = await readMinutes(store, found, { fromMs: startMs, toMs: startMs + 10 * minuteMs });
    t.match(minutes, [
      { startMs, waterC: 60.5, isIgniterOn: true, isPrimaryFanOn: false },
      { startMs: startMs + minuteMs, waterC: null, isIgniterOn: null, isPrimaryFanOn: true },
    ]);
    t.same(minutes[1]?.inputs.get('water'), { mean: null, min: null, max: null, isOn: null, n: 0, bad: 1 });
    service.close();
  },
);

t.test('a gap of years is one page, and a page ends where an input does', async (t) => {
  const { service, series, store, found } = open(t.testdir());
  const samples = Array.from({ length: 300 }, (_, minute): Sample => [
    series[0] ?? 0,
    startMs + minute * minuteMs,
    60,
  ]);
  service.appendReadings(
    { bootId: 'a', sequence: 1 },
    batchOf([...samples, [series[2] ?? 0, startMs + 290 * minuteMs, 0]]),
  );
  const yearMs = 365 * 24 * 60 * minuteMs;
  const first = await readMinutePage(store, found, { fromMs: startMs - yearMs, toMs: startMs + yearMs });
  t.same([first.minutes.length, first.toMs], [240, startMs + 240 * minuteMs]);
  const rest = await readMinutePage(store, found, { fromMs: first.toMs, toMs: startMs + yearMs });
  t.same([rest.minutes.length, rest.toMs], [60, startMs + yearMs]);
  t.equal(rest.minutes[50]?.inputs.size, 2);
  service.close();
});

t.test('in whatever order and pieces readings come, the minutes are the same', async (t) => {
  const drawn = fc.array(
    fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 5 * minuteMs }), fc.integer({ min: 540, max: 570 })),
    { minLength: 1, maxLength: 40 },
  );
  let run = 0;
  const directory = t.testdir();
  const minutesOf = async (pieces: readonly (readonly Sample[])[]): Promise<string> => {
    run += 1;
    mkdirSync(`${directory}/${run}`);
    const { service, store, found } = open(`${directory}/${run}`);
    pieces.forEach((piece, index) =>
      service.appendReadings({ bootId: 'a', sequence: index + 1 }, batchOf(piece)),
    );
    const minutes = await readMinutes(store, found, { fromMs: startMs, toMs: startMs + 10 * minuteMs });
    service.close();
    return JSON.stringify(
      minutes.map(({ inputs, ...minute }) => ({ ...minute, inputs: [...inputs].toSorted() })),
    );
  };
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(39), async (readings, cut) => {
      const unique = [...new Map(readings.map((one) => [`${one[0]} ${one[1]}`, one])).values()];
      const samples = unique.map(([series, at, tenths]): Sample => [
        [1, 3, 4][series] ?? 1,
        startMs + at,
        tenths / 10,
      ]);
      const pieces = [samples.slice(cut), samples.slice(0, cut)].filter((piece) => piece.length > 0);
      return (await minutesOf([samples])) === (await minutesOf(pieces.map((piece) => piece.toReversed())));
    }),
    { numRuns: 12 },
  );
});
