import t from 'tap';
import {
  costOfDay,
  meteredDays,
  unreadDay,
  wholeDay,
  type MeteredStretch,
} from '../../gateway/core/metered-day.ts';
import { tariffBandInterval, type TariffBand } from '../../gateway/core/tariff-band.ts';

const day = '2025-01-10';

function stretch(
  band: TariffBand,
  mwh: number | null,
  kind: MeteredStretch['kind'],
  more: Partial<MeteredStretch> = {},
): MeteredStretch {
  return { day, band, ...tariffBandInterval(more.day ?? day, band), kind, mwh, ...more };
}

const prices = {
  priceOf: (_day: string, band: TariffBand) => (band === 'peak' ? 756_200 : 156_800),
  whyNoPrice: () => '',
};

t.test('a band is as good as the worst of its parts', (t) => {
  const { startMs, endMs } = tariffBandInterval(day, 'peak');
  const [one] = meteredDays([
    stretch('peak', 5, 'measured', { endMs: startMs + 10 }),
    stretch('peak', 3, 'estimated', { startMs: startMs + 10 }),
  ]);
  t.same(one?.bands.peak, { mwh: 8, estimatedMwh: 3, coveredMs: endMs - startMs, kind: 'estimated' });
  t.same(one?.bands['off-peak'], { mwh: 0, estimatedMwh: 0, coveredMs: 0, kind: null });
  t.match(one && wholeDay(one), { mwh: 8, kind: 'estimated' });
  t.end();
});

t.test('a day is down when nothing is known of it, and costs nothing', (t) => {
  const [down] = meteredDays([stretch('peak', null, 'down'), stretch('off-peak', null, 'down')]);
  t.ok(down);
  if (down === undefined) return;
  t.match(wholeDay(down), { mwh: null, kind: 'down', estimatedMwh: 0 });
  t.same(costOfDay(down, prices), { microEuros: 0, problem: null });
  const [half] = meteredDays([stretch('peak', null, 'down'), stretch('off-peak', 1_000_000, 'measured')]);
  t.ok(half);
  t.match(half && wholeDay(half), { mwh: 1_000_000, kind: 'measured' });
  t.same(half && costOfDay(half, prices), { microEuros: 156_800, problem: null });
  t.end();
});

t.test('days come in order, however their stretches do', (t) => {
  const days = meteredDays([
    stretch('peak', 1, 'measured', { day: '2025-01-11' }),
    stretch('off-peak', 2, 'measured'),
    stretch('peak', 3, 'measured', { day: '2024-12-31' }),
  ]);
  t.same(
    days.map((one) => one.day),
    ['2024-12-31', day, '2025-01-11'],
  );
  t.end();
});

t.test('a day is rounded once, and what took nothing needs no price', (t) => {
  // 0.5 and 0.4 millionths: together one.
  const exact = { priceOf: (_: string, band: TariffBand) => (band === 'peak' ? 5 : 4), whyNoPrice: () => '' };
  const [small] = meteredDays([
    stretch('peak', 100_000, 'measured'),
    stretch('off-peak', 100_000, 'measured'),
  ]);
  t.same(small && costOfDay(small, exact), { microEuros: 1, problem: null });

  const unknown = {
    priceOf: (_: string, band: TariffBand) => (band === 'peak' ? 756_200 : undefined),
    whyNoPrice: (of: string, band: TariffBand) => `no colour of ${of}, ${band}`,
  };
  t.same(small && costOfDay(small, unknown), { microEuros: null, problem: `no colour of ${day}, off-peak` });
  const [peak] = meteredDays([stretch('peak', 2_000_000, 'measured'), stretch('off-peak', 0, 'measured')]);
  t.same(peak && costOfDay(peak, unknown), { microEuros: 1_512_400, problem: null });
  t.same(costOfDay(unreadDay(day), unknown), { microEuros: 0, problem: null });
  t.end();
});
