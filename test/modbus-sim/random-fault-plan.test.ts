import { createHash } from 'node:crypto';
import t from 'tap';
import { overlap } from '../../modbus-sim/fault-plan.ts';
import { everyFaultKind, randomFaultPlan } from '../../modbus-sim/random-fault-plan.ts';

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

t.test('the plans of old seeds stay as they were', async (t) => {
  const plan = randomFaultPlan(7, ['meter-1'], { startMs: 0, endMs: 86_400_000 });
  const digest = createHash('sha256')
    .update(JSON.stringify(plan.windows('meter-1')))
    .digest('hex');
  t.equal(digest.slice(0, 16), 'c69704a52a9ae468');
});

t.test('every kind can be asked for', async (t) => {
  const plan = randomFaultPlan(3, ['a'], { ...options, kinds: everyFaultKind, gapMsMean: 1_800_000 });
  const kinds = new Set(plan.windows('a').map((fault) => fault.kind));
  for (const kind of ['mute', 'reset', 'counter-noise'] as const) t.ok(kinds.has(kind), kind);
  const states = Array.from({ length: 720 }, (_, hour) =>
    plan.lastingState('a', options.startMs + hour * 3_600_000),
  );
  t.ok(
    states.some(({ counterShiftWh }) => counterShiftWh !== 0),
    'counter-jump',
  );
  t.ok(
    states.some(({ countersResetAtMs }) => countersResetAtMs !== undefined),
    'counter-reset',
  );
  t.match(states.at(-1)?.serialNumber, /^\d{8}$/, 'device-swap');
});
