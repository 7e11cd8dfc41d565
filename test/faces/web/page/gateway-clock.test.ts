import t from 'tap';
import { createGatewayClock } from '../../../../gateway/faces/web/page/gateway-clock.ts';

t.test('the gateway’s time counts, whatever the browser’s clock says', (t) => {
  let browserMs = 5_000_000;
  const clock = createGatewayClock({
    nowMs: () => browserMs,
    after: () => () => undefined,
    every: () => () => undefined,
  });
  t.equal(clock.nowMs(), 5_000_000, 'until it is known, the browser’s is as good as any');
  clock.take(9_000_000);
  t.equal(clock.nowMs(), 9_000_500, 'cut to the second, so half a second later on average');
  browserMs += 60_000;
  clock.take(9_060_000);
  t.equal(clock.nowMs(), 9_060_500, 'small differences do not move it');
  clock.take(9_061_000);
  t.equal(clock.nowMs(), 9_060_500);
  clock.take(1_000_000);
  t.equal(clock.nowMs(), 1_000_500, 'a step is followed');
  clock.take(NaN);
  t.equal(clock.nowMs(), 1_000_500, 'no time is no news');
  t.end();
});
