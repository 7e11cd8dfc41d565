import t from 'tap';
import {
  chartRanges,
  coarser,
  firstRange,
  fitted,
  notTooShort,
  moved,
  resolutionFor,
  scaled,
} from '../../../../gateway/faces/web/page/chart-ranges.ts';
import { resolutionFor as resolutionOfGateway } from '../../../../gateway/features/time-range.ts';

t.test('every range is asked in the resolution that the gateway itself would choose', (t) => {
  const found = chartRanges.map(({ label, spanMs }) => [label, resolutionFor(spanMs)]);
  t.same(found, [
    ['1 h', 'raw'],
    ['24 h', '1m'],
    ['7 d', '1h'],
    ['30 d', '1h'],
    ['1 y', '1d'],
  ]);
  for (let spanMs = 60_000; spanMs < 400 * 86_400_000; spanMs *= 1.3) {
    t.equal(resolutionFor(spanMs), resolutionOfGateway(spanMs), String(spanMs));
  }
  t.end();
});

t.test('a level that holds nothing any more gives way to the next coarser', (t) => {
  t.same([coarser('raw'), coarser('1m'), coarser('1h'), coarser('1d')], ['1m', '1h', '1d', undefined]);
  t.end();
});

t.test('zoom keeps the middle, has a least and stays out of the future', (t) => {
  const nowMs = 10_000_000;
  t.same(scaled({ fromMs: 1_000_000, toMs: 2_000_000 }, 0.5, nowMs), { fromMs: 1_250_000, toMs: 1_750_000 });
  t.same(scaled({ fromMs: 9_000_000, toMs: nowMs }, 2, nowMs), { fromMs: 8_000_000, toMs: nowMs });
  t.same(scaled({ fromMs: 1_000_000, toMs: 1_070_000 }, 0.01, nowMs), { fromMs: 1_005_000, toMs: 1_065_000 });
  t.end();
});

t.test('moving keeps the length and stops at now', (t) => {
  t.same(moved({ fromMs: 1_000, toMs: 3_000 }, -0.5, 9_000), { fromMs: 0, toMs: 2_000 });
  t.same(moved({ fromMs: 5_000, toMs: 8_500 }, 1, 9_000), { fromMs: 5_500, toMs: 9_000 });
  t.end();
});

t.test('a young gateway begins with the hour, and no span is too short to draw', (t) => {
  t.equal(firstRange(undefined, 1e12).label, '1 h');
  t.equal(firstRange(1e12 - 3_600_000, 1e12).label, '1 h');
  t.equal(firstRange(1e12 - 4 * 3_600_000, 1e12).label, '24 h');
  t.same(notTooShort({ fromMs: 99_000, toMs: 100_000 }), { fromMs: 40_000, toMs: 100_000 });
  t.same(notTooShort({ fromMs: 0, toMs: 100_000 }), { fromMs: 0, toMs: 100_000 });
  t.end();
});

t.test('a span that is mostly empty begins where history does, and shows five minutes at least', (t) => {
  const span = { fromMs: 0, toMs: 3_600_000 };
  t.same(fitted(span, 1_000_000), span);
  t.same(fitted(span, 2_800_000), { fromMs: 2_800_000, toMs: 3_600_000 });
  t.same(fitted(span, 3_590_000), { fromMs: 3_300_000, toMs: 3_600_000 });
  t.end();
});
