import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import {
  createRateLimits,
  defaultRates,
  rateClassOf,
  type RateClass,
  type RateLimits,
} from '../../../gateway/faces/rest/rate-limits.ts';
import type { Principal } from '../../../gateway/features/command.ts';
import { ManualTime } from '../manual-time.ts';

const somebody: Principal = { kind: 'token', id: 'token:a', scopes: new Set() };
const other: Principal = { kind: 'key', id: 'key:b', scopes: new Set() };

function bench(): { time: ManualTime; rates: RateLimits } {
  const time = new ManualTime();
  return { time, rates: createRateLimits(time) };
}

function takeAll(rates: RateLimits, principal: Principal, rateClass: RateClass): number {
  for (let taken = 0; ; taken += 1) {
    try {
      rates.take(principal, rateClass);
    } catch {
      return taken;
    }
  }
}

t.test('each class has its burst, then its rate, and nobody pays for another', (t) => {
  const { time, rates } = bench();
  for (const [rateClass, burst, perMinute] of [
    ['read', limits.readBurst, 1_200],
    ['control', 5, 60],
    ['admin', 10, 5],
  ] as const) {
    t.equal(takeAll(rates, somebody, rateClass), burst, rateClass);
    t.equal(takeAll(rates, other, rateClass), burst, `${rateClass} of another`);
    time.pass(60_000);
    t.equal(takeAll(rates, somebody, rateClass), Math.min(burst, perMinute));
  }
  t.end();
});

t.test('who asks too often hears when to come again, and is let in then', (t) => {
  const { time, rates } = bench();
  takeAll(rates, somebody, 'admin');
  t.throws(() => rates.take(somebody, 'admin'), { code: 'rate_limited', hint: /12 s/ });
  time.pass(12_000);
  t.doesNotThrow(() => rates.take(somebody, 'admin'));
  t.end();
});

t.test('one audit line is written for a row of refusals', (t) => {
  const { time, rates } = bench();
  const isNamed = (): boolean => {
    try {
      rates.take(somebody, 'control');
    } catch (error) {
      return error instanceof GatewayError && error.facts['principal'] === 'token:a';
    }
    return false;
  };
  for (let taken = 0; taken < 5; taken += 1) t.notOk(isNamed());
  t.ok(isNamed());
  for (let refused = 0; refused < 20; refused += 1) t.notOk(isNamed());
  time.pass(1_000);
  t.notOk(isNamed(), 'let in');
  t.ok(isNamed(), 'a new row');
  t.end();
});

t.test('the socket of the owner is not limited', (t) => {
  const { rates } = bench();
  const local: Principal = { kind: 'local', id: 'local', scopes: new Set() };
  for (let taken = 0; taken < 1_000; taken += 1) rates.take(local, 'admin');
  t.pass();
  t.end();
});

t.test('in no stretch of time is more let in than burst and rate', (t) => {
  const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(steps, (waits) => {
      const { time, rates } = bench();
      let taken = 0;
      for (const waitMs of waits) {
        time.pass(waitMs);
        try {
          rates.take(somebody, 'control');
          taken += 1;
        } catch {
          // Counted by what is let in.
        }
      }
      const { burst, perSecond } = defaultRates.control;
      const passedMs = waits.reduce((sum, waitMs) => sum + waitMs, 0);
      return taken <= burst + (passedMs / 1_000) * perSecond + 1e-6;
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('what a request weighs follows from its method and scope', (t) => {
  t.equal(rateClassOf('GET', 'admin'), 'read');
  t.equal(rateClassOf('HEAD', 'admin'), 'read');
  t.equal(rateClassOf('POST', 'read'), 'read');
  t.equal(rateClassOf('POST', 'control'), 'control');
  t.equal(rateClassOf('POST', 'modbus:raw'), 'control');
  t.equal(rateClassOf('DELETE', 'admin'), 'admin');
  t.equal(rateClassOf('PUT', 'provision'), 'admin');
  t.end();
});
