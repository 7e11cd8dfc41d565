import t from 'tap';
import { planHarvest, type PlannedDevice } from '../../../gateway/features/harvest/harvest-plan.ts';

function device(id: string, changes: Partial<PlannedDevice> = {}): PlannedDevice {
  return {
    id,
    lane: 'modbus-tcp:192.0.2.1:502',
    periodMs: 1_000,
    requestCount: 1,
    responseMsMax: 20,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    ...changes,
  };
}

t.test('a device alone on its lane keeps its driver’s time-out and its period', async (t) => {
  const plan = planHarvest([device('a')]);
  t.match(plan.devices.get('a'), { requestTimeoutMs: 3_000, periodMs: 1_000, busyMs: 20, ageBoundMs: 1_020 });
});

t.test('where devices share a lane the death of one costs no other a beat', async (t) => {
  const ids = Array.from({ length: 10 }, (_, index) => `unit-${index}`);
  const plan = planHarvest(ids.map((id) => device(id)));
  for (const id of ids) {
    const timing = plan.devices.get(id);
    t.equal(timing?.requestTimeoutMs, 400, 'half of what the period leaves');
    t.equal(timing?.ageBoundMs, 1_000 + 10 * 20 + 400, 'the others, the dying one’s time-out, its own');
    t.ok((timing?.ageBoundMs ?? Infinity) <= 2 * 1_000, 'no beat is lost');
  }
});

t.test('periods that cannot be kept become the shortest feasible ones', async (t) => {
  const ids = Array.from({ length: 20 }, (_, index) => `unit-${index}`);
  const plan = planHarvest(ids.map((id) => device(id, { responseMsMax: 120 })));
  const [bound] = [...plan.lanes.values()];
  t.equal(bound?.stretch, 3, '2.4 s of work do not fit into 1 s, nor into 2');
  t.equal(plan.devices.get('unit-0')?.periodMs, 3_000);
});

t.test('devices of different lanes do not know of each other', async (t) => {
  const plan = planHarvest([device('a'), device('b', { lane: 'elsewhere', responseMsMax: 900 })]);
  t.equal(plan.devices.get('a')?.ageBoundMs, 1_020);
  t.equal(plan.lanes.size, 2);
});

t.test('without devices there is nothing to plan', async (t) => {
  t.equal(planHarvest([]).devices.size, 0);
});
