import t from 'tap';
import { overlap } from '../../modbus-sim/fault-plan.ts';
import { randomFaultPlan } from '../../modbus-sim/random-fault-plan.ts';

const options = { startMs: 1_700_000_000_000, endMs: 1_700_000_000_000 + 30 * 86_400_000 };

t.test('the same seed gives the same plan, another seed another', async (t) => {
  const windows = (seed: number): unknown => randomFaultPlan(seed, ['a'], options).windows('a');
  t.same(windows(7), windows(7));
  t.notSame(windows(7), windows(8));
});

t.test('the faults of a device do not depend on the other devices, and differ from theirs', async (t) => {
  const plan = randomFaultPlan(7, ['b', 'a'], options);
  t.same(plan.windows('a'), randomFaultPlan(7, ['a'], options).windows('a'));
  t.notSame(plan.windows('a'), plan.windows('b'));
});

t.test('a month has every kind of fault, in order and without overlap', async (t) => {
  const plan = randomFaultPlan(3, ['a'], options);
  const windows = plan.windows('a');
  t.equal(overlap(windows), undefined);
  t.same([...new Set(windows.map((fault) => fault.kind))].sort(), [
    'exception',
    'frozen',
    'garbage',
    'half-open',
    'reboot',
    'refuse',
    'silent',
    'slow',
  ]);
  t.type(plan.lastCounterResetMs('a', options.endMs), 'number');
  t.ok(
    windows.every(
      ({ startMs, endMs }) => startMs >= options.startMs && startMs < options.endMs && endMs > startMs,
    ),
  );
  t.ok(windows.length > 100 && windows.length < 400, `${windows.length} faults at a mean gap of 3 h`);
});

t.test('only the wanted kinds come, as often as wanted', async (t) => {
  const plan = randomFaultPlan(3, ['a'], { ...options, kinds: ['silent'], gapMsMean: 86_400_000 });
  t.ok(plan.windows('a').every((fault) => fault.kind === 'silent'));
  t.ok(plan.windows('a').length > 10 && plan.windows('a').length < 60);
});
