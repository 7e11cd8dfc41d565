import t from 'tap';
import { nextTryMs, type FailedTry } from '../../../gateway/features/jobs/retry-rule.ts';

const minuteMs = 60_000;
const usual: FailedTry = { attempts: 1, retries: 20, endedMs: 0, latestStartMs: 1e9, nowMs: 0 };

t.test('tries come a minute after a failure, then after twice that, up to an hour', (t) => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 20].map((attempts) => nextTryMs({ ...usual, attempts }));
  t.same(
    waits.map((waitMs) => (waitMs ?? NaN) / minuteMs),
    [1, 2, 4, 8, 16, 32, 60, 60, 60],
  );
  t.end();
});

t.test('a job is tried again as often as it says, and no more', (t) => {
  t.equal(nextTryMs({ ...usual, retries: 0 }), undefined);
  t.equal(nextTryMs({ ...usual, attempts: 3, retries: 2 }), undefined);
  t.not(nextTryMs({ ...usual, attempts: 2, retries: 2 }), undefined);
  t.end();
});

t.test('a try is never planned beyond the latest start, and there is none after it', (t) => {
  t.equal(nextTryMs({ ...usual, latestStartMs: 10_000 }), 10_000);
  t.equal(nextTryMs({ ...usual, latestStartMs: 10_000, nowMs: 10_000 }), 10_000);
  t.equal(nextTryMs({ ...usual, latestStartMs: 10_000, nowMs: 10_001 }), undefined);
  t.end();
});

t.test('a clock that was set back does not lengthen the wait', (t) => {
  t.equal(nextTryMs({ ...usual, endedMs: 5_000_000, nowMs: 1_000 }), 1_000 + minuteMs);
  t.end();
});
