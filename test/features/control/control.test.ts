import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { blockLane, ControlBench, readyBench } from './control-bench.ts';

t.test('a set point is on disk before it is written, read back, and ends with its lease', async (t) => {
  const bench = await readyBench();
  const answer = await bench.set('battery_power_w', 1_500);
  t.equal(answer.value, 1_500);
  t.equal(bench.inverter.registers.get(11), -1_500 & 0xffff, 'the device counts the other way round');
  t.match(bench.open(), [{ control: 'battery_power_w', value: 1_500, state: 'applied', principal: 'local' }]);
  await bench.clock.advance(59_000);
  t.notOk(bench.inverter.isBack);
  await bench.clock.advance(1_500);
  t.ok(bench.inverter.isBack, 'within seconds of the end of the lease');
  t.same(bench.open(), []);
  t.same(bench.violations, []);
});

t.test('the same set point again renews the lease without a write', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  const writes = bench.inverter.writes.length;
  for (let minute = 0; minute < 10; minute += 1) {
    await bench.clock.advance(30_000);
    await bench.set('battery_power_w', 1_500);
  }
  t.equal(bench.inverter.writes.length, writes);
  t.notOk(bench.inverter.isBack);
  t.equal(bench.stateOf('battery_power_w').writesUsed, 2);
});

t.test('a renewal finds a device that forgot its set point, and tells it again', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  bench.inverter.registers.set(11, 0);
  await bench.set('battery_power_w', 1_500);
  t.equal(bench.inverter.registers.get(11), -1_500 & 0xffff);
  t.equal(bench.stateOf('battery_power_w').writesUsed, 3, 'and counts it');
  t.same(bench.violations, []);
});

t.test('a revert timer is written before the set point, and fed by a renewal', async (t) => {
  const bench = await readyBench();
  await bench.set('active_power_limit_pct', 50.5);
  t.same(
    bench.inverter.writes.map(({ address, word }) => [address, word]),
    [
      [31, 60],
      [30, 5_050],
      [32, 1],
    ],
  );
  await bench.clock.advance(30_000);
  await bench.set('active_power_limit_pct', 50.5);
  t.same(
    bench.inverter.writes.map(({ address }) => address),
    [31, 30, 32, 31, 32],
    'the timer and what starts it; what the device holds already is spared',
  );
  await t.rejects(bench.set('active_power_limit_pct', 50, { leaseMs: 121_000 }), {
    code: 'control_refused',
    hint: /1s to 2m/,
  });
});

t.test('a step of the wall clock does not prolong a lease', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  bench.clock.stepWall(-86_400_000);
  await bench.clock.advance(61_000);
  t.ok(bench.inverter.isBack);
});

t.test('user goes before grid, and grid before optimiser', async (t) => {
  const bench = await readyBench();
  const name = 'battery_power_w';
  await bench.set(name, 1_000, { source: 'grid', principal: 'token:grid' });
  await t.rejects(bench.set(name, 2_000, { source: 'optimiser' }), {
    code: 'control_refused',
    message: 'inverter battery_power_w cannot be set: it is held for grid by token:grid',
    hint: /ends in 60 s/,
  });
  await t.rejects(bench.release(name, 'optimiser'), { code: 'control_refused' });
  await bench.set(name, 2_000, { source: 'grid', principal: 'token:other' });
  await bench.set(name, 3_000, { source: 'user' });
  await t.rejects(bench.set(name, 1_000, { source: 'grid' }), { code: 'control_refused' });
  t.equal(bench.stateOf(name).setPoint, 3_000);
  t.ok(await bench.release(name));
  t.ok(bench.inverter.isBack);
  t.same(bench.violations, []);
});

t.test('of several limits the lowest applies, and each ends with its own lease', async (t) => {
  const bench = await readyBench();
  const name = 'battery_charge_limit_w';
  const power = (): number => (bench.inverter.registers.get(20) ?? NaN) * 10;
  await bench.set(name, 3_000, { source: 'user', leaseMs: 120_000 });
  await bench.clock.advance(5_000);
  await bench.set(name, 1_000, { source: 'grid', leaseMs: 60_000 });
  t.equal(power(), 1_000);
  const answer = await bench.set(name, 4_000, { source: 'optimiser', leaseMs: 300_000 });
  t.equal(answer.value, 1_000, 'a looser one changes nothing');
  await bench.clock.advance(61_000);
  t.equal(power(), 3_000, 'the grid has no limit any more');
  await bench.clock.advance(60_000);
  t.equal(power(), 4_000);
  t.notOk(bench.inverter.isBack);
  t.ok(await bench.release(name, 'optimiser'));
  t.ok(bench.inverter.isBack);
  t.same(bench.violations, []);
  t.same(bench.open(), []);
});

t.test('two that want different things do not make the device swing', async (t) => {
  const bench = await readyBench();
  let refused = 0;
  for (let second = 0; second < 50; second += 1) {
    await bench.set('battery_power_w', 2_000, { source: 'user' });
    await bench.set('battery_power_w', -2_000, { source: 'optimiser' }).catch(() => (refused += 1));
    await bench.clock.advance(1_000);
  }
  t.equal(refused, 50);
  t.equal(bench.inverter.writes.length, 2);
});

t.test('a device is only read until somebody allows more', async (t) => {
  const bench = new ControlBench();
  await bench.start();
  await t.rejects(bench.set('battery_power_w', 100), {
    code: 'control_refused',
    hint: 'allow set points with: egw device mode inverter control',
  });
  await bench.ask(bench.control.setMode('inverter', 'self-consumption', 'local'));
  t.same(
    bench.inverter.writes.map(({ address, word }) => [address, word]),
    [
      [11, 0],
      [10, 0],
      [20, 1_000],
      [32, 0],
    ],
    'it is put back once',
  );
  t.same(bench.open(), []);
  await bench.clock.advance(600_000);
  t.equal(bench.inverter.writes.length, 4);
  await t.rejects(bench.set('battery_power_w', 100), { code: 'control_refused' });
  await bench.allowControl();
  await bench.set('battery_power_w', 100);
  await bench.start();
  t.equal(bench.control.modeOf('inverter'), 'control', 'modes survive a restart');
  t.same(bench.violations, []);
});

t.test('a device that may not be controlled any more is put back first', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  await bench.set('battery_charge_limit_w', 1_000);
  const notBack = await bench.ask(bench.control.setMode('inverter', 'read', 'token:1'));
  t.same(notBack, []);
  t.ok(bench.inverter.isBack);
  t.equal(bench.control.modeOf('inverter'), 'read');
  t.match(bench.service.listAuditLines({ beforeMs: Infinity, rowsMax: 1 }), [
    { principal: 'token:1', action: 'device.mode-changed', detail: 'inverter: control became read' },
  ]);
});

t.test(
  'when the gateway stops the devices are put back; when it cannot, the next start does it',
  async (t) => {
    const bench = await readyBench();
    await bench.set('battery_power_w', 1_500);
    t.same(await bench.ask(bench.control.stop()), []);
    t.ok(bench.inverter.isBack);
    await t.rejects(bench.set('battery_power_w', 1_500), { code: 'stopping' });

    await bench.start();
    await bench.set('battery_power_w', 1_500);
    bench.inverter.isDead = true;
    const stoppedMs = bench.nowMs;
    t.same(await bench.ask(bench.control.stop()), ['inverter battery_power_w']);
    t.ok(bench.nowMs - stoppedMs <= limits.controlStopMsMax + 10, 'in a bounded time');
    t.equal(bench.open().length, 1);
    bench.inverter.isDead = false;
    await bench.start();
    await bench.clock.advance(1_000);
    t.ok(bench.inverter.isBack);
    await bench.clock.advance(5_000);
    t.same(bench.open(), [], 'after a second look');
    t.same(bench.violations, []);
  },
);

t.test('what was left set is put back before anything else of the device is controlled', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  bench.inverter.isDead = true;
  await bench.start();
  await bench.clock.advance(3_000);
  await t.rejects(bench.set('battery_charge_limit_w', 1_000), {
    code: 'control_refused',
    message: /battery_power_w was left set before the start, and is put back first/,
  });
  t.match(bench.control.notes(), [
    {
      subject: 'control:inverter:battery_power_w',
      status: 'degraded',
      message: /is not back yet: no answer/,
    },
  ]);
  bench.inverter.isDead = false;
  await bench.clock.advance(10_000);
  t.ok(bench.inverter.isBack);
  t.same(bench.control.notes(), []);
  await bench.set('battery_charge_limit_w', 1_000);
});

t.test('a device that is down is not told anything, and is put back when it answers again', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  bench.inverter.isDead = true;
  bench.deviceState = 'down';
  await t.rejects(bench.set('battery_power_w', 1_500), {
    code: 'control_refused',
    message: /the device is down/,
  });
  await bench.clock.advance(120_000);
  t.equal(bench.stateOf('battery_power_w').state, 'reverting');
  const { requests } = bench.inverter;
  await bench.clock.advance(100_000);
  t.equal(bench.inverter.requests, requests, 'it is not asked over and over');
  bench.inverter.isDead = false;
  bench.deviceState = 'up';
  bench.feed.publish({ type: 'device', id: 'inverter', state: 'up', since: 0 });
  await bench.clock.advance(100);
  t.ok(bench.inverter.isBack);
  t.same(bench.open(), []);
});

t.test('a set point that waits too long for its turn is given up, and never written later', async (t) => {
  const bench = await readyBench();
  blockLane(bench, 60_000);
  await bench.clock.advance(1);
  await t.rejects(bench.set('battery_power_w', 1_500), { code: 'deadline_exceeded' });
  await bench.clock.advance(120_000);
  t.same(bench.inverter.writes, []);
  t.same(bench.open(), []);
});

t.test('a set point whose lease ends before its turn comes is not written', async (t) => {
  const bench = await readyBench();
  blockLane(bench, 5_000);
  await bench.clock.advance(1);
  await t.rejects(bench.set('battery_power_w', 1_500, { leaseMs: 2_000 }), {
    code: 'control_refused',
    message: /the lease ended before its turn came/,
  });
  t.same(bench.inverter.writes, []);
  t.same(bench.open(), []);
});

t.test('a lease that ends while another set point waits for the lane is not held up by it', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500, { leaseMs: 5_000 });
  await bench.clock.advance(3_000);
  blockLane(bench, 6_000);
  await bench.clock.advance(1);
  await t.rejects(bench.set('battery_power_w', 2_000), { message: /lease .* ended meanwhile/ });
  await bench.clock.advance(5_000);
  t.ok(bench.inverter.isBack, 'as soon as the lane is free');
  t.same(bench.open(), []);
});

t.test('only so many set points wait for one control', async (t) => {
  const bench = await readyBench();
  blockLane(bench, 5_000);
  await bench.clock.advance(1);
  const order = {
    device: 'inverter',
    control: 'battery_power_w',
    source: 'user',
    principal: 'local',
  } as const;
  const calls = Array.from(
    { length: limits.controlCallsMax + 1 },
    async (_, index) => await bench.control.set({ ...order, value: 10 * index, leaseMs: undefined }),
  );
  const last = calls.at(-1);
  await t.rejects(
    async () => {
      await last;
    },
    { code: 'queue_full' },
  );
  t.equal(
    (await bench.ask(Promise.allSettled(calls))).filter(({ status }) => status === 'fulfilled').length,
    8,
  );
});

t.test('without the database nothing is set, and what is set is put back all the same', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  const writes = bench.inverter.writes.length;
  bench.storeFailure = new GatewayError('storage_failed', 'no disk');
  await t.rejects(bench.set('battery_charge_limit_w', 1_000), { code: 'storage_failed' });
  t.equal(bench.inverter.writes.length, writes);
  await bench.clock.advance(61_000);
  t.ok(bench.inverter.isBack);
  t.equal(bench.open().length, 1, 'the journal does not know yet');
  bench.storeFailure = undefined;
  await bench.clock.advance(60_000);
  t.same(bench.open(), []);
});

t.test('unknown devices and controls are answered with the nearest name', async (t) => {
  const bench = await readyBench();
  await t.rejects(bench.set('batery_power_w', 1), {
    code: 'not_found',
    hint: 'did you mean battery_power_w?',
  });
  await t.rejects(bench.release('batery_power_w'), { code: 'not_found' });
  const order = { device: 'invertr', control: 'x', source: 'user', principal: 'local' } as const;
  await t.rejects(bench.ask(bench.control.set({ ...order, value: 1, leaseMs: undefined })), {
    code: 'device_unknown',
    hint: 'did you mean inverter?',
  });
  t.throws(() => bench.control.describe('invertr'), { code: 'device_unknown' });
});

t.test('a device that offers nothing cannot be given more than reading', async (t) => {
  const bench = new ControlBench();
  bench.controls = [];
  await bench.start();
  await t.rejects(bench.allowControl(), { code: 'control_refused', message: /offers no controls/ });
});
