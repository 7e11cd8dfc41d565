import t, { type Test } from 'tap';
import type { TariffBand } from '../../../gateway/core/tariff-band.ts';
import type { TempoColour } from '../../../gateway/core/tempo-rules.ts';
import {
  bindMeterCommands,
  type MeterCommandPorts,
} from '../../../gateway/features/server/meter-commands.ts';
import { MeterScene } from './meter/meter-scene.ts';

const colours: Readonly<Record<string, TempoColour>> = {
  '2025-01-08': 'blue',
  '2025-01-09': 'white',
  '2025-01-10': 'red',
  '2025-01-11': 'red',
  '2025-01-12': 'blue',
};
const prices = {
  blue: { peak: 160_900, 'off-peak': 129_600 },
  white: { peak: 189_400, 'off-peak': 148_600 },
  red: { peak: 756_200, 'off-peak': 156_800 },
} as const;

const knowledge: MeterCommandPorts['knowledge'] = {
  colourOf: (day) => {
    const colour = colours[day];
    return colour && { colour, state: 'final', provider: 'rte' };
  },
  priceOf: (day, band: TariffBand) => {
    const colour = colours[day];
    return colour && prices[colour][band];
  },
  whyNoPrice: (day) => `the colour of ${day} is not known`,
};

interface Answer {
  readonly days: readonly Record<string, unknown>[];
  readonly sums: readonly object[];
  readonly total: object;
  readonly next: string | null;
}

async function ask(scene: MeterScene | undefined, input: object): Promise<Answer> {
  const time = scene?.time ?? { wall: () => 0 };
  const store = scene?.ports().store;
  const [command] = bindMeterCommands({
    clock: time as MeterCommandPorts['clock'],
    store: store as MeterCommandPorts['store'],
    watch: scene?.watch,
    knowledge,
  });
  const call = { signal: new AbortController().signal } as never;
  return (await command?.run({ by: 'day', limit: 366, ...input }, call)) as Answer;
}

/** Three days before, a red day that is measured, one that is down, and today. */
async function home(t: Test): Promise<MeterScene> {
  const scene = MeterScene.in(t, '2025-01-08');
  scene.say([
    ['2025-01-10 06:00:00', 6],
    ['2025-01-10 22:00:00', 7],
    ['2025-01-11 06:00:00', 7.4],
    ['2025-01-12 07:00:00', 1],
    ['2025-01-12 07:01:00', 1.001],
    ['2025-01-12 07:02:00', 1.002],
  ]);
  await scene.runAt('2025-01-12 07:02:12');
  // Not on disk yet, and shown.
  scene.say([['2025-01-12 07:03:00', 1.012]]);
  await scene.runAt('2025-01-12 07:03:12');
  return scene;
}

t.test('each tariff day with its bands, quality, colour and cost', async (t) => {
  const { days, total, next, ...rest } = await ask(await home(t), { from: '2025-01-07' });
  const lines = days.map(({ day, colour, mwh, kind, microEuros, isOpen }) =>
    [day, colour, mwh, kind, microEuros, ...(isOpen === true ? ['open'] : [])].join(' '),
  );
  t.same(lines, [
    '2025-01-07  0  0',
    '2025-01-08 blue 3000000 estimated 451400',
    '2025-01-09 white 3000000 estimated 527400',
    '2025-01-10 red 1400000 measured 818920',
    '2025-01-11 red  down 0',
    '2025-01-12 blue 12000 measured 1931 open',
  ]);
  t.match(days[1], {
    bands: {
      peak: { mwh: 2_000_000, estimatedMwh: 2_000_000, coveredMs: 57_600_000, kind: 'estimated' },
      'off-peak': { mwh: 1_000_000 },
    },
    colourState: 'final',
    problem: null,
  });
  t.match(days[5], {
    bands: { peak: { mwh: 12_000, coveredMs: 180_000 }, 'off-peak': { mwh: 0, kind: null } },
  });
  t.match(days[4], { bands: { peak: { mwh: null, kind: 'down' } }, mwh: null });
  t.match(total, {
    ...{ colour: null, band: null, days: 5, mwh: 7_412_000, estimatedMwh: 6_000_000, downDays: 1 },
    ...{ microEuros: 1_799_651, unpricedDays: 0 },
  });
  t.equal(next, null);
  t.match(rest, { first: '2025-01-07', last: '2025-01-12', firstDay: '2025-01-08', restarts: 1, sums: [] });
});

t.test('by colour and by band they add up to the same', async (t) => {
  const scene = await home(t);
  const byColour = await ask(scene, { from: '2025-01-08', by: 'colour' });
  t.match(byColour.sums, [
    { colour: 'blue', days: 2, mwh: 3_012_000, microEuros: 453_331 },
    { colour: 'white', days: 1, mwh: 3_000_000, microEuros: 527_400 },
    { colour: 'red', days: 2, downDays: 1, mwh: 1_400_000, microEuros: 818_920 },
  ]);
  t.same(byColour.days, []);
  const byBand = await ask(scene, { from: '2025-01-08', by: 'band' });
  t.match(byBand.sums, [
    { band: 'peak', mwh: 5_012_000, microEuros: 321_800 + 378_800 + 756_200 + 1_931 },
    { band: 'off-peak', mwh: 2_400_000, microEuros: 129_600 + 148_600 + 62_720 },
  ]);
  t.same(byBand.total, byColour.total);
});

t.test('a day whose colour is not known has no cost, and says why', async (t) => {
  const scene = MeterScene.in(t);
  scene.say([
    ['2025-01-20 12:00:00', 1],
    ['2025-01-20 12:01:00', 1.001],
  ]);
  await scene.runAt('2025-01-20 12:01:12');
  const { days, total } = await ask(scene, { from: '2025-01-20' });
  t.match(days, [{ colour: null, microEuros: null, problem: 'the colour of 2025-01-20 is not known' }]);
  t.match(total, { microEuros: 0, unpricedDays: 1 });
  t.match((await ask(scene, { by: 'colour' })).sums.at(-1), { colour: null, unpricedDays: 1 });
});

t.test('what does not fit into one answer goes on', async (t) => {
  const scene = await home(t);
  const first = await ask(scene, { from: '2025-01-08', limit: 3 });
  t.same(
    first.days.map(({ day }) => day),
    ['2025-01-08', '2025-01-09', '2025-01-10'],
  );
  t.equal(first.next, '2025-01-11');
  const second = await ask(scene, { from: first.next, limit: 3 });
  t.equal(second.days.length, 2);
  t.equal(second.next, null);
});

t.test('ranges that are none are refused in plain words', async (t) => {
  const scene = await home(t);
  for (const [input, words] of [
    [{ from: '2025-02-30' }, /2025-02-30 is no day/],
    [{ from: '2025-01-12', to: '2025-01-11' }, /must not be after/],
    [{ to: '2025-01-13' }, /in the future/],
    [{ from: '1990-01-01' }, /more than 7305 days/],
  ] as const) {
    await t.rejects(ask(scene, input), { code: 'input_invalid', message: words });
  }
  await t.rejects(ask(undefined, {}), { code: 'not_found', hint: /server\.meter/ });
});
