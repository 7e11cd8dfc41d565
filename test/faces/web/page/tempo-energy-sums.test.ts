import t from 'tap';
import { presenceWords } from '../../../../gateway/faces/web/page/member-words.ts';
import type { EnergyDay } from '../../../../gateway/faces/web/page/server-types.ts';
import { sumByColour } from '../../../../gateway/faces/web/page/tempo-energy-sums.ts';

const measured = (mwh: number) => ({ mwh, estimatedMwh: 0, kind: 'measured' as const });
const estimated = (mwh: number) => ({ mwh, estimatedMwh: mwh, kind: 'estimated' as const });
const down = { mwh: null, estimatedMwh: 0, kind: 'down' as const };
const day = (given: Partial<EnergyDay>): EnergyDay => ({
  ...{ day: '2026-01-12', isOpen: false, colour: 'blue', microEuros: 10, problem: null },
  bands: { peak: measured(2_000), 'off-peak': measured(1_000) },
  ...given,
});

t.test('days add up by colour and all together; what is not known is counted apart, and is no zero', (t) => {
  const sums = sumByColour([
    day({}),
    day({ colour: 'red', microEuros: 90, bands: { peak: estimated(500), 'off-peak': measured(0) } }),
    day({ microEuros: 5 }),
    day({ colour: null, microEuros: null, problem: 'the colour is not known' }),
    day({ bands: { peak: down, 'off-peak': down }, microEuros: 0 }),
  ]);
  const sum = { estimatedMwh: 0, unpriced: 0, down: 0 };
  t.same(sums, [
    { ...sum, colour: 'blue', days: 3, peakMwh: 4_000, offPeakMwh: 2_000, microEuros: 15, down: 1 },
    { ...sum, colour: 'red', days: 1, peakMwh: 500, offPeakMwh: 0, estimatedMwh: 500, microEuros: 90 },
    { ...sum, colour: 'unknown', days: 1, peakMwh: 2_000, offPeakMwh: 1_000, microEuros: 0, unpriced: 1 },
    {
      ...{ colour: 'all', days: 5, peakMwh: 6_500, offPeakMwh: 3_000, estimatedMwh: 500 },
      ...{ microEuros: 105, unpriced: 1, down: 1 },
    },
  ]);
  t.same(sumByColour([]), []);
  t.end();
});

t.test('a member is there since his last arrival, until the day he leaves', (t) => {
  const today = '2026-11-22';
  t.equal(presenceWords([], today), 'never yet');
  t.equal(presenceWords([{ arrival: '2026-06-01', leave: null }], today), 'since Mon, 1 Jun 2026');
  t.equal(
    presenceWords(
      [
        { arrival: '2026-09-01', leave: '2026-11-23' },
        { arrival: '2025-01-01', leave: '2025-03-01' },
      ],
      today,
    ),
    'since Tue, 1 Sept 2026, leaves Mon, 23 Nov 2026, and once before',
  );
  t.match(presenceWords([{ arrival: '2026-06-01', leave: today }], today), /left Sun, 22 Nov 2026$/);
  t.end();
});
