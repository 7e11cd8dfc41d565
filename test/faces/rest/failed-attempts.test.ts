import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { createFailedAttempts, type FailedAttempts } from '../../../gateway/faces/rest/failed-attempts.ts';
import { ManualTime } from '../manual-time.ts';

function fail(attempts: FailedAttempts, count: number, address = 'a'): void {
  for (let failure = 0; failure < count; failure += 1) attempts.count(address);
}

function waits(attempts: FailedAttempts): boolean {
  try {
    attempts.check('a');
    return false;
  } catch {
    return true;
  }
}

t.test('after ten in a minute an address waits, twice as long each time, an hour at most', (t) => {
  const time = new ManualTime();
  const attempts = createFailedAttempts(time);
  fail(attempts, limits.failedAttemptsPerMinuteMax - 1);
  t.notOk(waits(attempts));
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    fail(attempts, limits.failedAttemptsPerMinuteMax);
    t.throws(() => attempts.check('a'), { code: 'rate_limited', hint: new RegExp(` ${minutes * 60} s`) });
    time.pass(minutes * 60_000 - 1);
    t.ok(waits(attempts), `${minutes} minutes`);
    time.pass(60_001);
    t.notOk(waits(attempts));
  }
  t.end();
});

t.test('failures that are far apart, or of another address, do not add up', (t) => {
  const time = new ManualTime();
  const attempts = createFailedAttempts(time);
  for (let minute = 0; minute < 30; minute += 1) {
    fail(attempts, limits.failedAttemptsPerMinuteMax - 1);
    fail(attempts, limits.failedAttemptsPerMinuteMax, `b${minute}`);
    t.notOk(waits(attempts));
    time.pass(60_000);
  }
  t.end();
});

t.test('an address that has been quiet for two hours is as good as new', (t) => {
  const time = new ManualTime();
  const attempts = createFailedAttempts(time);
  fail(attempts, limits.failedAttemptsPerMinuteMax);
  time.pass(2 * 3_600_000);
  fail(attempts, limits.failedAttemptsPerMinuteMax);
  t.throws(() => attempts.check('a'), { code: 'rate_limited', hint: / 60 s/ });
  t.end();
});
