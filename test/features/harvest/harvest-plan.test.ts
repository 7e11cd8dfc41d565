import t from 'tap';
import { planLane, type PlannedDevice } from '../../../gateway/features/harvest/harvest-plan.ts';

function device(id: string, changes: Partial<PlannedDevice> = {}): PlannedDevice {
  return {
    id,
    periodMs: 1_000,
    requestCount: 1,
    identifyCount: 1,
    responseMsMax: 20,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    ...changes,
  };
}

t.test('a device alone on its lane keeps its driver’s time-out and its period', async (t) => {
  const plan = planLane([device('a')]);
  t.match(plan.devices.get('a'), { requestTimeoutMs: 3_000, periodMs: 1_000, busyMs: 20, ageBoundMs: 1_040 });
});

t.test('where devices share a lane the death of one costs no other a beat', async (t) => {
  const ids = Array.from({ length: 10 }, (_, index) => `unit-${index}`);
  const plan = planLane(ids.map((id) => device(id)));
  for (const id of ids) {
    const timing = plan.devices.get(id);
    t.equal(timing?.requestTimeoutMs, 390, 'half of what the period leaves');
    t.equal(
      timing?.ageBoundMs,
      1_000 + 10 * 20 + 20 + 390,
      'all polls, an identity, and the dying one’s time-out',
    );
    t.ok((timing?.ageBoundMs ?? Infinity) <= 2 * 1_000, 'no beat is lost');
  }
});

t.test('periods that cannot be kept become the shortest feasible ones', async (t) => {
  const ids = Array.from({ length: 20 }, (_, index) => `unit-${index}`);
  const plan = planLane(ids.map((id) => device(id, { responseMsMax: 120 })));
  t.equal(plan.bound.stretch, 3, '2.4 s of work do not fit into 1 s, nor into 2');
  t.equal(plan.devices.get('unit-0')?.periodMs, 3_000);
});

t.test('what was measured counts where the drivers’ own figures do not fit', async (t) => {
  const slow = { requestCount: 10, responseMsMax: 150 };
  t.equal(planLane([device('a', slow)]).devices.get('a')?.periodMs, 2_000, 'as declared: 1.5 s');
  const plan = planLane([device('a', { ...slow, measuredPollMs: 300 })]);
  t.match(plan.devices.get('a'), { periodMs: 1_000, busyMs: 300, ageBoundMs: 1_450 });
});

t.test('what was measured does not count where the drivers’ own figures fit', async (t) => {
  const plan = planLane([device('a', { measuredPollMs: 3 })]);
  t.equal(plan.devices.get('a')?.busyMs, 20);
});

t.test('a device that is slower than its driver says stretches the periods of its lane', async (t) => {
  const plan = planLane([device('a', { measuredPollMs: 1_400 }), device('b')]);
  t.equal(plan.bound.stretch, 3, 'a poll of each, and a probe that may stand before them');
  t.equal(plan.devices.get('b')?.periodMs, 3_000);
});

t.test('without devices there is nothing to plan', async (t) => {
  t.equal(planLane([]).devices.size, 0);
});
