import t from 'tap';
import { chartRanges } from '../../../../gateway/faces/web/page/chart-ranges.ts';
import { ChartSpan } from '../../../../gateway/faces/web/page/chart-span.ts';

const [hour, day] = chartRanges;
const nowMs = 1_800_000_000_000;
const instant = (atMs: number): string => `at ${nowMs - atMs}`;

t.test('a range goes up to now, and moves with it', (t) => {
  const span = new ChartSpan();
  t.equal(span.range, day);
  t.same(span.wished(nowMs), { fromMs: nowMs - day.spanMs, toMs: nowMs });
  t.same(span.wished(nowMs + 1), { fromMs: nowMs + 1 - day.spanMs, toMs: nowMs + 1 });
  t.equal(span.words(span.drawn(nowMs, 0), nowMs, instant), 'The last 24 hours');
  t.end();
});

t.test('a part that was zoomed into stays where it is', (t) => {
  const span = new ChartSpan();
  span.choose(day, { fromMs: 0, toMs: 100_000 });
  t.same(span.wished(nowMs), { fromMs: 0, toMs: 100_000 });
  t.same(span.drawn(nowMs, 90_000), { fromMs: 0, toMs: 100_000 });
  t.equal(span.isZoomed, true);
  t.equal(span.words({ fromMs: nowMs - 2, toMs: nowMs - 1 }, nowMs, instant), 'at 2 – at 1');
  span.choose(hour, undefined);
  t.equal(span.isZoomed, false);
  t.equal(span.wished(nowMs).fromMs, nowMs - hour.spanMs);
  t.end();
});

t.test('a young history is suggested by the hour, and never against the user', (t) => {
  const span = new ChartSpan();
  t.equal(span.suggest(nowMs - 60_000, nowMs), true);
  t.equal(span.range, hour);
  t.equal(span.suggest(nowMs - 60_000, nowMs), false, 'it is the same');
  t.equal(span.words(span.drawn(nowMs, nowMs - 400_000), nowMs, instant), 'Since at 400000');
  span.choose(day, undefined);
  t.equal(span.suggest(nowMs - 60_000, nowMs), false);
  t.equal(span.range, day);
  t.end();
});
