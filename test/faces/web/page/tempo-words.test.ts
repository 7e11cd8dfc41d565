import t from 'tap';
import {
  calendarDayWords,
  colourDetail,
  dayWords,
  formatEuros,
  formatPrice,
  monthWords,
  oddsWords,
  percent,
} from '../../../../gateway/faces/web/page/tempo-words.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll('\u2212', '-');
const noOdds = { blue: 0, white: 0, red: 0 };

t.test('amounts are told in euros, small ones with more decimals', (t) => {
  for (const [microEuros, words] of [
    [null, '–'],
    [0, '0.00 €'],
    [12_345_678, '12.35 €'],
    [10_000, '0.01 €'],
    [9_949, '0.0099 €'],
    [-1, '0.0000 €'],
    [-2_500_000, '-2.50 €'],
  ] as const)
    t.equal(plain(formatEuros(microEuros)), words);
  t.equal(plain(formatPrice(160_900)), '0.1609 €/kWh');
  t.equal(formatPrice(null), '–');
  t.end();
});

t.test('days and months are those of the calendar, whatever the zone of the browser', (t) => {
  t.equal(dayWords('2026-11-22'), 'Sun 22 Nov');
  t.equal(dayWords('2024-02-29', true), 'Thu, 29 Feb 2024');
  t.equal(dayWords('nonsense'), 'nonsense');
  t.equal(monthWords('2026-01'), 'January 2026');
  t.end();
});

t.test('what a day can be is told with its odds, the likeliest first, and what is sure as sure', (t) => {
  t.equal(plain(oddsWords({ blue: 0.2, white: 0.8, red: 0 })), 'it can be white (80 %) or blue (20 %)');
  t.equal(
    plain(oddsWords({ blue: 0.7, white: 0.296, red: 0.004 })),
    'it can be blue (70 %), white (30 %) or red (1 %)',
  );
  t.equal(oddsWords({ blue: 0, white: 0, red: 1 }), 'it can only be red');
  t.equal(oddsWords(noOdds), '');
  t.equal(plain(percent(0.999)), '99 %');
  t.equal(plain(percent(1)), '100 %');
  t.end();
});

t.test('a colour says who told it, and whether it may change', (t) => {
  const day = { day: '2026-11-22', odds: noOdds } as const;
  const red = { ...day, colour: 'red', provider: 'rte-public' } as const;
  t.equal(colourDetail({ ...red, state: 'final' }), 'RTE');
  t.equal(colourDetail({ ...red, state: 'provisional' }), 'RTE, provisional, it may still change');
  t.equal(
    plain(colourDetail({ ...day, colour: null, state: null, provider: null, odds: { ...noOdds, blue: 1 } })),
    'it can only be blue',
  );
  t.end();
});

t.test('a day of the calendar says all that its colour and shape do, and what it was believed to be', (t) => {
  const unknown = { day: '2026-12-01', colour: null, state: null, provider: null, heardMs: null } as const;
  t.equal(
    plain(calendarDayWords({ ...unknown, redProbability: 0.25, corrections: [] })),
    'Tue, 1 Dec 2026 · not known yet · red with 25 %',
  );
  t.equal(
    calendarDayWords({
      ...{ day: '2026-01-12', colour: 'red', state: 'provisional', provider: 'couleur-tempo', heardMs: 5 },
      redProbability: 1,
      corrections: [{ colour: 'white', provider: 'rte', heardMs: 1 }],
    }),
    'Mon, 12 Jan 2026 · red, provisional · api-couleur-tempo.fr · corrected: it was white (RTE)',
  );
  t.end();
});
