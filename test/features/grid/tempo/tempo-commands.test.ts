import t from 'tap';
import { scratchDirectory } from '../../../storage/upkeep/history.ts';
import { TempoBench } from './tempo-bench.ts';

const heardMs = Date.parse('2026-01-12T11:05+01:00');
const rte = { provider: 'rte', state: 'final', heardMs } as const;

async function benchOf(t: Parameters<typeof scratchDirectory>[0], at: string): Promise<TempoBench> {
  const bench = new TempoBench(scratchDirectory(t), at);
  await bench.tempo.restore();
  return bench;
}

t.test('the status tells both days, the price now and the days left', async (t) => {
  const bench = await benchOf(t, '2026-01-12T21:00+01:00');
  bench.tempo.book.hear([
    { day: '2026-01-12', colour: 'red', ...rte },
    { day: '2026-01-09', colour: 'white', ...rte },
  ]);
  const status = await bench.ask('tempo.status');
  t.match(status, {
    season: '2025-2026',
    today: { day: '2026-01-12', colour: 'red', state: 'final', provider: 'rte', possible: ['red'] },
    tomorrow: { day: '2026-01-13', colour: null, state: null, possible: ['blue', 'white', 'red'] },
    band: 'peak',
    bandEndMs: Date.parse('2026-01-12T22:00+01:00'),
    microEurosPerKwh: 646_800,
    problem: null,
    quotas: [
      { colour: 'blue', total: 300, used: 19, left: 281 },
      { colour: 'white', total: 43, used: 1, left: 42 },
      { colour: 'red', total: 22, used: 1, left: 21 },
    ],
    unknownDays: 113,
  });
  bench.at('2026-01-13T05:59+01:00');
  t.match(await bench.ask('tempo.status'), {
    today: { day: '2026-01-12' },
    band: 'off-peak',
    microEurosPerKwh: 146_000,
  });
  bench.at('2026-01-13T06:00+01:00');
  t.match(await bench.ask('tempo.status'), {
    today: { day: '2026-01-13' },
    microEurosPerKwh: null,
    problem: 'the colour of 2026-01-13 is not known',
  });
  bench.close();
});

t.test('the calendar has each day of a season once, with its corrections', async (t) => {
  const bench = await benchOf(t, '2024-03-01T12:00+01:00');
  bench.tempo.book.hear([{ day: '2024-02-29', colour: 'white', ...rte, provider: 'couleur-tempo' }]);
  bench.tempo.book.hear([{ day: '2024-02-29', colour: 'red', ...rte }]);
  const { days, quotas } = (await bench.ask('tempo.calendar')) as unknown as {
    days: readonly { day: string; redProbability: number }[];
    quotas: readonly unknown[];
  };
  t.equal(days.length, 366, 'with a 29 February');
  t.match(quotas[0], { colour: 'blue', total: 301 });
  t.same([days[0]?.day, days.at(-1)?.day], ['2023-09-01', '2024-08-31']);
  t.match(
    days.find(({ day }) => day === '2024-02-29'),
    { colour: 'red', state: 'final', redProbability: 1, corrections: [{ colour: 'white' }] },
  );
  t.match(days.at(-1), { colour: null, provider: null, heardMs: null, redProbability: 0, corrections: [] });
  t.match(await bench.ask('tempo.calendar', { season: '2024-2025' }), { season: '2024-2025' });
  const few = (await bench.ask('tempo.calendar', { from: '2024-02-28', to: '2024-03-01' })) as unknown as {
    days: readonly unknown[];
  };
  t.equal(few.days.length, 3);
  for (const [input, message] of [
    [{ season: '2024-2026' }, /no season/],
    [{ season: '2024' }, /no season/],
    [{ season: '0000-0001' }, /no season/],
    [{ season: '9998-9999' }, /no season/],
    [{ from: '9999-12-31', to: '9999-12-31' }, /no day/],
    [{ season: '2024-2025', from: '2024-09-01' }, /season is given/],
    [{ from: '2024-02-30' }, /from: "2024-02-30" is no day/],
    [{ to: '01/02/2024' }, /to: "01\/02\/2024" is no day/],
    [{ from: '' }, /is no day/],
    [{ from: '2024-1-5' }, /is no day/],
    [{ from: '2024-03-02', to: '2024-03-01' }, /is after/],
    [{ from: '2014-09-01', to: '2024-03-01' }, /more than/],
  ] as const)
    await t.rejects(bench.ask('tempo.calendar', input), { code: 'input_invalid', message });
  bench.close();
});

t.test('a colour by hand holds until a provider agrees, over a restart', async (t) => {
  const bench = await benchOf(t, '2026-01-12T12:00+01:00');
  bench.tempo.book.hear([{ day: '2026-01-13', colour: 'white', ...rte }]);
  t.match(await bench.ask('tempo.set-colour', { day: '2026-01-13', colour: 'red' }), {
    day: '2026-01-13',
    colour: 'red',
    provider: 'by hand',
    state: 'final',
    corrections: [{ colour: 'white', provider: 'rte' }],
  });
  await bench.restart();
  bench.tempo.book.hear([{ day: '2026-01-13', colour: 'white', ...rte }]);
  t.match(bench.tempo.book.colourOf('2026-01-13'), { colour: 'red', provider: 'by hand' });
  bench.tempo.book.hear([{ day: '2026-01-13', colour: 'red', ...rte }]);
  t.match(bench.tempo.book.colourOf('2026-01-13'), { colour: 'red', provider: 'rte' });
  for (const [day, colour, message] of [
    ['2024-02-30', 'red', /no day/],
    ['', 'red', /no day/],
    ['2026-1-5', 'red', /no day/],
    ['13/01/2026', 'red', /no day/],
    ['2026-07-14', 'red', /cannot be red: no day from April to October/],
    ['2026-01-18', 'white', /no Sunday is white/],
    ['2013-01-10', 'red', /not from 2014-09-01/],
    ['2026-09-01', 'blue', /not from/],
  ] as const)
    await t.rejects(bench.ask('tempo.set-colour', { day, colour }), { code: 'input_invalid', message }, day);
  await t.rejects(bench.ask('tempo.set-colour', { day: '2026-01-13', colour: 'green' }), {
    code: 'input_invalid',
  });
  bench.close();
});

const six = {
  bluePeak: 0.2,
  blueOffPeak: 0.1,
  whitePeak: 0.3,
  whiteOffPeak: 0.1,
  redPeak: 0.8,
  redOffPeak: 0.1,
};

t.test('prices are given, listed, removed and taken from files', async (t) => {
  const bench = await benchOf(t, '2026-01-12T12:00+01:00');
  bench.tempo.book.hear([{ day: '2026-01-12', colour: 'red', ...rte }]);
  const set = await bench.ask('tempo.set-prices', { validFrom: '2026-01-01', validTo: '2026-01-31', ...six });
  t.match(
    (set as unknown as { rows: readonly { isNow: boolean }[] }).rows.filter(({ isNow }) => isNow),
    [
      {
        validFrom: '2026-01-01',
        lastDay: '2026-01-31',
        redPeak: 0.8,
        source: 'set by token:7',
        isBuiltIn: false,
      },
    ],
  );
  t.match(await bench.ask('tempo.status'), { microEurosPerKwh: 800_000 });
  await bench.tempo.book.flush();
  await bench.restart();
  t.match(await bench.ask('tempo.status'), { microEurosPerKwh: 800_000 });
  await bench.ask('tempo.remove-prices', { validFrom: '2026-01-01' });
  t.match(await bench.ask('tempo.status'), { microEurosPerKwh: 646_800 });
  await t.rejects(bench.ask('tempo.remove-prices', { validFrom: '2026-01-01' }), { code: 'not_found' });
  await t.rejects(bench.ask('tempo.remove-prices', { validFrom: '2026-02-01' }), {
    code: 'not_found',
    message: /built in/,
  });
  const text = JSON.stringify({
    '2024-2025': { '1': { hp: 1, hc: 1 }, '2': { hp: 1, hc: 1 }, '3': { hp: 1, hc: 1 } },
  });
  t.match(await bench.ask('tempo.import-prices', { text, dryRun: true }), { taken: [{}], unchanged: 0 });
  t.equal(bench.service.listTempoPrices().length, 0, 'a dry run keeps nothing');
  t.match(await bench.ask('tempo.import-prices', { text }), {
    taken: [{ validFrom: '2024-09-01', lastDay: '2025-08-31', redPeak: 1 }],
    unchanged: 0,
    refused: [],
  });
  t.match(await bench.ask('tempo.import-prices', { text }), { unchanged: 1 });
  for (const [input, message] of [
    [{ validFrom: '2026-13-01', ...six }, /no day/],
    [{ validFrom: '2026-02-01', validTo: '2026-01-31', ...six }, /before they begin/],
    [{ validFrom: '2026-02-01', ...six, redPeak: -0.1 }, /redPeak/],
    [{ validFrom: '2026-02-01', ...six, redPeak: 101 }, /redPeak/],
    [{ validFrom: '2026-02-01', ...six, redPeak: 'much' }, /redPeak/],
    [{ validFrom: '2026-02-01', ...six, redPeak: undefined }, /redPeak/],
  ] as const)
    await t.rejects(bench.ask('tempo.set-prices', input), { code: 'input_invalid', message });
  bench.close();
});

t.test('prices of the configuration hold on every date, and are told', async (t) => {
  const settings = { kind: 'tempo', tempo: { redPeakPrice: 0.9 } } as const;
  const bench = new TempoBench(scratchDirectory(t), '2025-03-03T12:00+01:00', { settings });
  await bench.tempo.restore();
  bench.tempo.book.hear([{ day: '2025-03-03', colour: 'red', ...rte }]);
  t.equal(bench.tempo.known.priceOf('2025-03-03', 'peak'), 900_000);
  t.equal(bench.tempo.known.priceOf('2025-03-03', 'off-peak'), undefined);
  t.match(await bench.ask('tempo.prices'), { everyDay: [{ price: 'red peak', eurosPerKwh: 0.9 }] });
  bench.close();
});
