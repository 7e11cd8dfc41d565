import t, { type Test } from 'tap';
import { readyBench, type ControlBench } from './control-bench.ts';
import { writeFaults, type WriteFault } from './fake-inverter.ts';

function soundAfterwards(t: Test, bench: ControlBench): void {
  t.same(bench.violations, []);
  t.same(bench.inverter.outside, []);
  t.ok(bench.inverter.isBack, 'the device is back');
  t.same(bench.open(), [], 'and the journal says so');
}

/** What becomes of a set point when this happens to one write, and when it happens to every try. */
const outcomes: Readonly<Record<WriteFault, { readonly once: 'applied' | 'failed' }>> = {
  ignores: { once: 'applied' },
  rounds: { once: 'applied' },
  refuses: { once: 'failed' },
  'applies-and-is-silent': { once: 'applied' },
  'is-silent': { once: 'applied' },
  'applies-late': { once: 'applied' },
  reboots: { once: 'failed' },
};

for (const fault of writeFaults) {
  for (const at of [0, 1]) {
    t.test(`a device that ${fault.replaceAll('-', ' ')} once, at write ${at + 1}, ends sound`, async (t) => {
      const bench = await readyBench();
      bench.inverter.faults = at === 0 ? [fault] : [undefined, fault];
      const outcome = await bench.set('battery_power_w', 1_500).then(
        () => 'applied',
        (error: unknown) => (error as { code: string }).code,
      );
      if (outcomes[fault].once === 'applied') {
        t.equal(outcome, 'applied');
        t.equal(bench.inverter.registers.get(11), -1_500 & 0xffff);
        t.equal(bench.inverter.registers.get(10), 2);
      } else if (outcome !== 'applied') {
        t.equal(outcome, 'control_unconfirmed');
      }
      await bench.clock.advance(75_000);
      soundAfterwards(t, bench);
    });
  }

  t.test(`a device that ${fault.replaceAll('-', ' ')} every time is put back, with an alarm`, async (t) => {
    const bench = await readyBench();
    bench.inverter.faults = Array.from({ length: 6 }, () => fault);
    await bench.set('battery_power_w', 1_500).then(
      () => t.equal(fault, 'applies-and-is-silent', 'what was read back counts'),
      (error: unknown) => {
        t.match(error, {
          code: 'control_unconfirmed',
          message: /inverter battery_power_w did not become 1500 W/,
        });
        t.match(bench.control.notes(), [{ subject: 'control:inverter:battery_power_w', status: 'degraded' }]);
        t.not(bench.stateOf('battery_power_w').problem, null);
      },
    );
    bench.inverter.faults = [];
    await bench.clock.advance(400_000);
    soundAfterwards(t, bench);
    await bench.set('battery_power_w', 1_500);
    t.same(bench.control.notes(), [], 'the next success ends the alarm');
  });
}

t.test('what a device rounded to is told', async (t) => {
  const bench = await readyBench();
  bench.inverter.faults = Array.from({ length: 4 }, (_, index) => (index === 0 ? undefined : 'rounds'));
  await t.rejects(bench.set('battery_power_w', 1_500), {
    message: /did not become 1500 W: register 11 holds 1499 after 1500 was written/,
    hint: /put back/,
  });
});

t.test('a set point that takes effect after it was given up is found by a second look', async (t) => {
  const bench = await readyBench();
  bench.inverter.lateMs = 3_000;
  bench.inverter.faults = [undefined, 'applies-late', 'ignores', 'ignores'];
  await t.rejects(bench.set('battery_power_w', 1_500), {
    code: 'control_unconfirmed',
    hint: /being put back/,
  });
  t.ok(bench.inverter.isBack, 'for now');
  await bench.clock.advance(10_000);
  soundAfterwards(t, bench);
});

t.test('a device that ignores what puts it back is asked again until it does not', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  bench.inverter.faults = Array.from({ length: 30 }, () => 'ignores');
  t.notOk(await bench.release('battery_power_w'));
  t.match(bench.stateOf('battery_power_w'), { state: 'reverting', setPoint: null });
  await bench.clock.advance(600_000);
  soundAfterwards(t, bench);
});

t.test('a device that refuses in the middle of a renewal is put back', async (t) => {
  const bench = await readyBench();
  await bench.set('active_power_limit_pct', 50);
  bench.inverter.faults = [undefined, 'refuses'];
  await t.rejects(bench.set('active_power_limit_pct', 50), { code: 'control_unconfirmed' });
  await bench.clock.advance(10_000);
  soundAfterwards(t, bench);
});

t.test('a renewal that cannot even be read leaves the lease to end when it would', async (t) => {
  const bench = await readyBench();
  await bench.set('battery_power_w', 1_500);
  await bench.clock.advance(30_000);
  bench.inverter.isDead = true;
  await t.rejects(bench.set('battery_power_w', 1_500), { code: 'device_timeout' });
  bench.inverter.isDead = false;
  t.equal(bench.stateOf('battery_power_w').state, 'applied');
  await bench.clock.advance(31_000);
  soundAfterwards(t, bench);
});

t.test('with its own timer the device is back when the gateway died', async (t) => {
  const bench = await readyBench();
  await bench.set('active_power_limit_pct', 50, { leaseMs: 30_000 });
  bench.crashAt = () => true;
  await bench.clock.advance(30_500);
  t.ok(bench.inverter.isBack);
});
