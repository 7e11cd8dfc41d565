import fc from 'fast-check';
import t from 'tap';
import type { Interval } from '../../../../gateway/core/interval.ts';
import { tempoDayAt } from '../../../../gateway/core/tempo-day.ts';
import { publishedTempoPrices } from '../../../../gateway/core/tempo-price-table.ts';
import { possibleColours, type TempoCalendar } from '../../../../gateway/core/tempo-rules.ts';
import { readSpotPrices } from '../../../../gateway/features/grid/read-spot-prices.ts';
import type { TariffSettings } from '../../../../gateway/features/grid/tariff-section.ts';
import { tariffKinds } from '../../../../gateway/features/grid/tariffs/index.ts';
import type { Tariff, TariffPorts } from '../../../../gateway/features/grid/tariffs/tariff.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const settings: TariffSettings = {
  fixed: { price: 0.2 },
  peakOffPeak: { peakPrice: 0.25, offPeakPrice: 0.15, offPeakHours: ['22:00-06:00', '12:30-14:00'] },
};
const colours: TempoCalendar = new Map([
  ['2026-01-12', 'red'],
  ['2026-01-13', 'white'],
]);
const spot = readSpotPrices(
  ['time,EUR/MWh', '2026-01-12T00:00Z,50', '2026-01-12T01:00Z,-12.5', '2026-01-12T03:00Z,80'].join('\n'),
);
const ports: TariffPorts = {
  zone: 'Europe/Paris',
  coloursOf: (day) => {
    const known = colours.get(day);
    return known === undefined ? possibleColours(day, colours) : [known];
  },
  tempoPriceOf: (_day, colour, band) =>
    publishedTempoPrices.findLast(({ validFrom }) => validFrom <= '2026-08-01')?.prices[colour][band],
  spotPrices: () => spot.slots,
};

function opened(kind: string, given: TariffSettings = settings, zone = ports.zone): Tariff {
  const found = tariffKinds.find(({ id }) => id === kind);
  if (found === undefined) throw new RangeError(kind);
  return found.open(given, { ...ports, zone });
}

function priceAt(tariff: Tariff, time: string): number | undefined {
  const startMs = Date.parse(time);
  return tariff.prices({ startMs, endMs: startMs + 1 })[0]?.microEurosPerKwh;
}

const aroundYear = fc
  .tuple(
    fc.integer({ min: Date.UTC(2025, 11, 1), max: Date.UTC(2026, 11, 1) }),
    fc.integer({ min: 1, max: 9 * dayMs }),
  )
  .map(([startMs, lengthMs]): Interval => ({ startMs, endMs: startMs + lengthMs }));

for (const { id } of tariffKinds) {
  t.test(`${id}: slots ascend, lie within what was asked, and are whole micro-euros`, (t) => {
    const tariff = opened(id);
    fc.assert(
      fc.property(aroundYear, (range) => {
        let toMs = range.startMs;
        for (const slot of tariff.prices(range)) {
          if (slot.startMs < toMs || slot.endMs <= slot.startMs || slot.endMs > range.endMs) return false;
          if (!Number.isInteger(slot.microEurosPerKwh)) return false;
          toMs = slot.endMs;
        }
        return true;
      }),
      { numRuns: 60 },
    );
    t.same(tariff.prices({ startMs: dayMs, endMs: dayMs }), []);
    t.not(tariff.whyUnknown, '');
    t.end();
  });

  t.test(`${id}: a part of a range has the prices of the whole`, (t) => {
    const tariff = opened(id);
    fc.assert(
      fc.property(aroundYear, fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const atMs = Math.floor(range.startMs + share * (range.endMs - range.startMs - 1));
        const inWhole = tariff.prices(range).find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
        const alone = tariff.prices({ startMs: atMs, endMs: atMs + 1 })[0];
        return inWhole?.microEurosPerKwh === alone?.microEurosPerKwh;
      }),
      { numRuns: 60 },
    );
    t.end();
  });
}

t.test('a tariff without its price says which setting is missing', (t) => {
  t.throws(() => opened('fixed', {}), { code: 'config_invalid', facts: { setting: 'tariff.fixed.price' } });
  t.throws(() => opened('peak-off-peak', { peakOffPeak: { peakPrice: 1 } as never }), {
    code: 'config_invalid',
    facts: { setting: 'tariff.peakOffPeak.offPeakPrice' },
  });
  t.end();
});

t.test('off-peak hours go by the clock of the site, over midnight and within the day', (t) => {
  const tariff = opened('peak-off-peak');
  for (const [time, price] of [
    ['2026-01-12T21:59:59+01:00', 250_000],
    ['2026-01-12T22:00:00+01:00', 150_000],
    ['2026-01-13T05:59:59+01:00', 150_000],
    ['2026-01-13T06:00:00+01:00', 250_000],
    ['2026-01-13T12:30:00+01:00', 150_000],
    ['2026-01-13T14:00:00+01:00', 250_000],
    ['2026-07-13T22:00:00+02:00', 150_000],
    ['2026-07-13T21:59:00+02:00', 250_000],
  ] as const)
    t.equal(priceAt(tariff, time), price, time);
  t.end();
});

t.test('on the days on which the clock is set off-peak hours are as long as it shows them', (t) => {
  const tariff = opened('peak-off-peak');
  const offPeakHours = (from: string, to: string): number => {
    const slots = tariff.prices({ startMs: Date.parse(from), endMs: Date.parse(to) });
    const cheap = slots.filter(({ microEurosPerKwh }) => microEurosPerKwh === 150_000);
    return cheap.reduce((ms, { startMs, endMs }) => ms + endMs - startMs, 0) / hourMs;
  };
  t.equal(offPeakHours('2026-03-28T18:00+01:00', '2026-03-29T12:00+02:00'), 7, 'an hour is left out');
  t.equal(offPeakHours('2026-10-24T18:00+02:00', '2026-10-25T12:00+01:00'), 9, 'an hour comes twice');
  t.equal(offPeakHours('2026-05-04T18:00+02:00', '2026-05-05T12:00+02:00'), 8);
  const gap = opened('peak-off-peak', {
    peakOffPeak: { peakPrice: 0.25, offPeakPrice: 0.15, offPeakHours: ['02:15-02:45'] },
  });
  const spring = {
    startMs: Date.parse('2026-03-29T00:00+01:00'),
    endMs: Date.parse('2026-03-30T00:00+02:00'),
  };
  t.same(
    gap.prices(spring).map(({ microEurosPerKwh }) => microEurosPerKwh),
    [250_000],
    'hours that are not there',
  );
  t.end();
});

t.test('a Tempo day is from 06:00 to 06:00, and its night belongs to it', (t) => {
  const tariff = opened('tempo');
  for (const [time, price] of [
    ['2026-01-12T06:00+01:00', 729_500],
    ['2026-01-12T21:59+01:00', 729_500],
    ['2026-01-12T22:00+01:00', 161_500],
    ['2026-01-13T05:59+01:00', 161_500],
    ['2026-01-13T06:00+01:00', 192_100],
    ['2026-01-13T23:00+01:00', 153_600],
    ['2026-01-18T12:00+01:00', 165_400],
    ['2026-01-14T12:00+01:00', undefined],
  ] as const)
    t.equal(priceAt(tariff, time), price, time);
  t.equal(tempoDayAt(Date.parse('2026-01-18T12:00+01:00')), '2026-01-18', 'a Sunday can be blue only');
  const own = opened('tempo', { tempo: { redPeakPrice: 0.8 } });
  t.equal(priceAt(own, '2026-01-12T12:00+01:00'), 800_000, 'one price is changed');
  t.equal(priceAt(own, '2026-01-13T12:00+01:00'), 192_100, 'and the others are not');
  t.end();
});

t.test('spot prices have gaps, go below zero, and are what is paid once taxes are on them', (t) => {
  const plain = opened('spot-csv');
  t.equal(priceAt(plain, '2026-01-12T00:59:59Z'), 50_000);
  t.equal(priceAt(plain, '2026-01-12T01:00Z'), -12_500);
  t.equal(priceAt(plain, '2026-01-12T02:00Z'), undefined, 'a gap');
  t.equal(priceAt(plain, '2026-01-12T03:30Z'), 80_000, 'the last one');
  const taxed = opened('spot-csv', { spotCsv: { file: 'x', factor: 1.2, addPrice: 0.1 } });
  t.equal(priceAt(taxed, '2026-01-12T00:30Z'), 160_000);
  t.equal(priceAt(taxed, '2026-01-12T01:30Z'), 85_000);
  t.end();
});
