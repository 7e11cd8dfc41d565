import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { addDays, tempoDayAt, tempoDayInterval } from '../../../gateway/core/tempo-day.ts';
import { publishedTempoPrices } from '../../../gateway/core/tempo-price-table.ts';
import type { TempoColour } from '../../../gateway/core/tempo-rules.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { bindCostCommands, type CostTariff } from '../../../gateway/features/energy/cost-commands.ts';
import { tempo } from '../../../gateway/features/grid/tariffs/tempo.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { StoreCalls } from '../../../gateway/storage/store-calls.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { batchOf, openScratch, type Sample } from '../../storage/scratch.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';

const quarterMs = 900_000;

interface Answer {
  readonly flow: string;
  readonly rows: readonly {
    readonly what: string;
    readonly kwh: number;
    readonly unpricedKwh: number;
    readonly microEuros: number;
  }[];
  readonly total: { readonly kwh: number; readonly microEuros: number; readonly euros: string };
  readonly problem: string | null;
}

const prices = publishedTempoPrices.findLast(({ validFrom }) => validFrom <= '2026-03-01')?.prices;
const whyUnknown = 'the colour of the day is not known';

function tariffOf(colours: ReadonlyMap<string, TempoColour>): CostTariff {
  const colourOf = (day: string): TempoColour | undefined => colours.get(day);
  const opened = tempo.open(
    {},
    {
      zone: 'Europe/Paris',
      coloursOf: (day) => {
        const colour = colourOf(day);
        return colour === undefined ? ['blue', 'red'] : [colour];
      },
      tempoPriceOf: (_day, colour, band) => prices?.[colour][band],
      spotPrices: () => [],
    },
  );
  return {
    isTempo: true,
    zone: 'Europe/Paris',
    colourOf,
    prices: (range) => opened.prices(range),
    whyUnknown,
  };
}

/** A plug that draws 1 kWh an hour from the beginning of a day of Tempo to that of another. */
function asked(
  t: Parameters<typeof scratchDirectory>[0],
  { first, end }: { readonly first: string; readonly end: string },
  tariff: CostTariff,
): (input?: Readonly<Record<string, unknown>>) => Promise<Answer> {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  const [startMs, endMs] = [tempoDayInterval(first).startMs, tempoDayInterval(end).startMs];
  const [series = 0] = service.internSeries([
    { device: 'plug', quantity: 'load_energy_kwh' },
    { device: 'plug', quantity: 'load_voltage_v' },
    { device: 'lamp', quantity: 'load_voltage_v' },
  ]);
  const samples: Sample[] = [];
  for (let atMs = startMs; atMs <= endMs; atMs += 300_000)
    samples.push([series, atMs, 100 + (atMs - startMs) / 3_600_000]);
  for (let sequence = 1; samples.length > 0; sequence += 1)
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples.splice(0, 900)));
  const time = new ManualTime();
  time.stepWall(endMs + quarterMs - time.wall());
  const store = {
    call: async <Name extends keyof StoreCalls>(name: Name, ...given: Parameters<StoreCalls[Name]>) =>
      await Promise.resolve(callStore(service, name, given)),
  };
  const commands = bindCostCommands({ clock: time, store, tariff });
  const dispatcher = createDispatcher(commands, {
    ...{ audit: store, clock: time, logger: silentLogger, checkOutput: true },
  });
  const principal = { kind: 'local', id: 'local', scopes: new Set(['read'] as const) } as const;
  return async (input) => {
    const call = { principal, signal: new AbortController().signal, origin: 'local' };
    const given = { device: 'plug', from: first, ...input };
    return (await dispatcher.dispatch('cost.show', given, call)) as Answer;
  };
}

function coloursFrom(first: string, ...colours: readonly TempoColour[]): Map<string, TempoColour> {
  return new Map(colours.map((colour, index) => [addDays(first, index), colour]));
}

t.test('a day of Tempo costs what its bands come to, and its night is its own', async (t) => {
  const first = '2026-03-02';
  const ask = asked(t, { first, end: '2026-03-05' }, tariffOf(coloursFrom(first, 'blue', 'red', 'white')));
  const { flow, rows, total, problem } = await ask();
  t.equal(flow, 'load');
  t.same(
    rows.map(({ what, kwh, microEuros }) => [what, kwh, microEuros]),
    [
      ['2026-03-02', 24, 16 * 161_200 + 8 * 132_500],
      ['2026-03-03', 24, 16 * 706_000 + 8 * 157_500],
      ['2026-03-04', 24, 16 * 187_100 + 8 * 149_900],
    ],
  );
  t.same([total.kwh, total.euros, problem], [72, '20.388000', null]);
  const only = await ask({ from: '2026-03-03', to: '2026-03-03' });
  t.same(
    only.rows.map(({ what, kwh }) => [what, kwh]),
    [['2026-03-03', 24]],
    'a day stands for all of it',
  );
  const by = async (what: string): Promise<readonly (readonly [string, number])[]> =>
    (await ask({ by: what })).rows.map(({ what: key, kwh }) => [key, kwh]);
  t.same(await by('month'), [['2026-03', 72]]);
  t.same(await by('band'), [
    ['off-peak', 24],
    ['peak', 48],
  ]);
  t.same(await by('colour'), [
    ['blue', 24],
    ['red', 24],
    ['white', 24],
  ]);
  t.equal((await by('price')).length, 6);
});

t.test('energy without a price is told apart, and never as blue', async (t) => {
  const first = '2026-03-02';
  const ask = asked(t, { first, end: '2026-03-04' }, tariffOf(coloursFrom(first, 'blue')));
  const { rows, total, problem } = await ask();
  t.match(rows, [
    { what: '2026-03-02', kwh: 24, unpricedKwh: 0 },
    { what: '2026-03-03', kwh: 24, unpricedKwh: 24, microEuros: 0 },
  ]);
  t.match(total, { kwh: 48, unpricedKwh: 24 });
  t.equal(problem, whyUnknown);
  t.match((await ask({ by: 'colour' })).rows, [{ what: 'blue' }, { what: 'not known' }]);
});

t.test('days on which the clock is set have 23 and 25 hours', async (t) => {
  for (const [first, hours] of [
    ['2026-03-28', 23],
    ['2026-10-24', 25],
  ] as const) {
    const ask = asked(t, { first, end: addDays(first, 1) }, tariffOf(coloursFrom(first, 'blue')));
    const { rows } = await ask();
    t.same(
      rows.map(({ what, kwh, microEuros }) => [what, kwh, microEuros]),
      [[first, hours, 16 * 161_200 + (hours - 16) * 132_500]],
    );
  }
});

t.test('days of another tariff are those of the site', async (t) => {
  const first = '2026-03-02';
  const fixedPrice: CostTariff = {
    ...tariffOf(new Map()),
    isTempo: false,
    prices: ({ startMs, endMs }) => [{ startMs, endMs, microEurosPerKwh: 200_000 }],
  };
  const ask = asked(t, { first, end: '2026-03-04' }, fixedPrice);
  t.same(
    (await ask()).rows.map(({ what, kwh }) => [what, kwh]),
    [
      ['2026-03-02', 18],
      ['2026-03-03', 24],
      ['2026-03-04', 6],
    ],
  );
  await t.rejects(ask({ by: 'colour' }), { code: 'input_invalid', message: /only Tempo has colours/ });
});

t.test('what cannot be asked is refused with what to do', async (t) => {
  const ask = asked(t, { first: '2026-03-02', end: '2026-03-03' }, tariffOf(new Map()));
  await t.rejects(ask({ device: 'plig' }), { code: 'device_unknown' });
  await t.rejects(ask({ device: 'lamp' }), { code: 'not_found', message: /lamp/ });
  await t.rejects(ask({ flow: 'pv' }), { code: 'not_found', hint: /load/ });
  await t.rejects(ask({ from: '2026-02-30' }), { code: 'input_invalid' });
  await t.rejects(ask({ from: '2026-03-03', to: '2026-03-02' }), {
    code: 'input_invalid',
    message: /before/,
  });
  await t.rejects(ask({ from: '2000-01-01' }), { code: 'input_invalid', message: /twelve years/ });
  await t.rejects(ask({ by: 'hour' }), { code: 'input_invalid' });
  t.equal(tempoDayAt(Date.parse('2026-03-03T05:59+01:00')), '2026-03-02');
});
