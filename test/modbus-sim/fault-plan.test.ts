import fc from 'fast-check';
import t from 'tap';
import { FaultPlan, overlap } from '../../modbus-sim/fault-plan.ts';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';

t.test('a fault acts from its start up to, and not at, its end, on its device only', async (t) => {
  const plan = new FaultPlan(1, {
    a: [
      { kind: 'slow', delayMs: 5, startMs: 300, endMs: 400 },
      { kind: 'silent', startMs: 100, endMs: 200 },
    ],
  });
  const kinds = [99, 100, 199, 200, 300, 399, 400].map((nowMs) => plan.activeFault('a', nowMs)?.kind);
  t.same(kinds, [undefined, 'silent', 'silent', undefined, 'slow', 'slow', undefined]);
  t.equal(plan.activeFault('b', 150), undefined);
});

t.test('the active fault is the one that a plain search finds', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 30 }),
      fc.nat(3000),
      (gaps, nowMs) => {
        let atMs = 0;
        const windows = gaps.map(([gapMs, lengthMs]): FaultWindow => {
          const startMs = atMs + gapMs;
          atMs = startMs + lengthMs;
          return { kind: 'silent', startMs, endMs: atMs };
        });
        const found = new FaultPlan(1, { a: windows }).activeFault('a', nowMs);
        return found === windows.find(({ startMs, endMs }) => nowMs >= startMs && nowMs < endMs);
      },
    ),
  );
});

t.test('counter resets do not hide other faults and are found by time', async (t) => {
  const plan = new FaultPlan(1, {
    a: [
      { kind: 'counter-reset', startMs: 500, endMs: 500 },
      { kind: 'silent', startMs: 100, endMs: 900 },
      { kind: 'counter-reset', startMs: 150, endMs: 150 },
      { kind: 'frozen', startMs: 950, endMs: 990 },
    ],
  });
  t.equal(plan.activeFault('a', 500)?.kind, 'silent');
  t.same(
    [149, 150, 499, 500, 9999].map((nowMs) => plan.lastCounterResetMs('a', nowMs)),
    [undefined, 150, 150, 500, 500],
  );
  t.same(plan.momentsMs('a'), [150, 500, 950]);
  t.same(
    plan.faultsBegun('a', 100, 950).map((fault) => fault.kind),
    ['frozen'],
  );
});

t.test('overlapping and backward windows are found, and refused by the plan', async (t) => {
  const first: FaultWindow = { kind: 'silent', startMs: 0, endMs: 10 };
  const second: FaultWindow = { kind: 'refuse', startMs: 9, endMs: 20 };
  const backward: FaultWindow = { kind: 'silent', startMs: 30, endMs: 25 };
  t.same(overlap([second, first]), [first, second]);
  t.same(overlap([first, backward]), [backward, backward]);
  t.equal(overlap([first, { ...second, startMs: 10 }]), undefined);
  t.throws(() => new FaultPlan(1, { a: [first, second] }), { code: 'ERR_ASSERTION' });
});
