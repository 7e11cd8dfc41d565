import fc from 'fast-check';
import t from 'tap';
import { RequestWindow } from '../../../gateway/features/sources/request-window.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 2, 27, 9, 30);

t.test(
  'no 24 hours have more requests than allowed, whenever they are asked for and however often it restarts',
  (t) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 * hourMs }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (waits, requestsMax) => {
          let window = new RequestWindow();
          let nowMs = startMs;
          const made: number[] = [];
          for (const wait of waits) {
            nowMs += wait;
            const waitMs = window.waitMs(nowMs, requestsMax);
            if (waitMs > 0) {
              if (window.waitMs(nowMs + waitMs, requestsMax) !== 0) return false;
              continue;
            }
            window.add(nowMs);
            made.push(nowMs);
            window = new RequestWindow(window.counts());
          }
          return made.every(
            (at) => made.filter((other) => other > at - dayMs && other <= at).length <= requestsMax,
          );
        },
      ),
    );
    t.end();
  },
);

t.test('hours of a clock that was ahead are forgotten', (t) => {
  const window = new RequestWindow();
  window.add(startMs + 10 * dayMs);
  t.equal(window.count(startMs), 0);
  t.equal(window.waitMs(startMs, 1), 0);
  t.end();
});
