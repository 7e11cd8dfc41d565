import t from 'tap';
import type { GatewayError } from '../../../gateway/core/errors.ts';
import { ControlBench, readyBench } from './control-bench.ts';
import { inverterControls } from './fake-inverter.ts';

t.test(
  'what is out of range, off a step or no number is refused by name, and nothing is written',
  async (t) => {
    const bench = await readyBench();
    const wrong: readonly (readonly [string, number, RegExp])[] = [
      ['battery_power_w', 5_010, /battery_power_w 5010 is above its limit of 5000 W/],
      ['battery_power_w', -5_010, /below its limit of -5000 W/],
      ['battery_power_w', 5_000.000001, /above its limit/],
      ['battery_power_w', 15, /whole number of steps of 10 W/],
      ['battery_power_w', NaN, /not a finite number/],
      ['battery_power_w', Infinity, /not a finite number/],
      ['battery_power_w', -Infinity, /not a finite number/],
      ['battery_power_w', 65_536 + 1_000, /above its limit/],
      ['active_power_limit_pct', 100.5, /above its limit of 100 %/],
    ];
    for (const [control, value, message] of wrong) {
      await t.rejects(bench.set(control, value), { code: 'control_refused', message });
    }
    t.same(bench.inverter.writes, []);
    t.same(bench.open(), []);
  },
);

t.test('what the device says that it is rated for is a limit too, and nothing is written then', async (t) => {
  const bench = await readyBench();
  bench.inverter.ratedPct = 80;
  await t.rejects(bench.set('active_power_limit_pct', 90), {
    code: 'control_refused',
    message: 'active_power_limit_pct 90 is more than the 80 % that the device is rated for',
  });
  t.same(bench.inverter.writes, []);
  t.same(bench.open(), [], 'the intent was withdrawn');
  await bench.set('active_power_limit_pct', 80);
});

t.test('a scale that the device does not say leaves it as it was', async (t) => {
  const bench = await readyBench();
  bench.inverter.registers.set(33, 0x8000);
  await t.rejects(bench.set('active_power_limit_pct', 50), {
    code: 'control_refused',
    message: /scale register 33 holds -32768/,
  });
  t.same(bench.inverter.writes, []);
});

t.test('leases are from one second to five minutes', async (t) => {
  const bench = await readyBench();
  for (const leaseMs of [0, 999, 300_001, NaN]) {
    await t.rejects(bench.set('battery_power_w', 100, { leaseMs }), { code: 'control_refused' });
  }
  t.same(bench.inverter.writes, []);
  await bench.set('battery_power_w', 100, { leaseMs: 300_000 });
  await bench.clock.advance(299_000);
  t.notOk(bench.inverter.isBack);
  await bench.clock.advance(2_000);
  t.ok(bench.inverter.isBack);
});

t.test('another set point too soon is refused with the time to wait; the same one is not', async (t) => {
  const bench = await readyBench();
  const name = 'battery_charge_limit_w';
  await bench.set(name, 3_000);
  await bench.set(name, 3_000);
  await t.rejects(bench.set(name, 2_000), { code: 'control_refused', hint: 'try again in 2 s' });
  await bench.clock.advance(2_000);
  await bench.set(name, 2_000);
  await bench.release(name);
  await t.rejects(bench.set(name, 1_000), { code: 'control_refused' }, 'nor by way of a release');
  t.ok(bench.inverter.isBack, 'which is never too soon');
});

t.test('the writes of a year are counted, kept over a restart, and leave some to put it back', async (t) => {
  const bench = new ControlBench();
  bench.controls = inverterControls.map((control) => ({ ...control, writesPerYearMax: 40 }));
  await bench.start();
  await bench.allowControl();
  let setPoints = 0;
  const setUntilRefused = async (): Promise<GatewayError> => {
    for (;;) {
      try {
        await bench.set('battery_power_w', 100 + 10 * setPoints);
        setPoints += 1;
      } catch (error) {
        return error as GatewayError;
      }
    }
  };
  const refusal = await setUntilRefused();
  t.equal(refusal.code, 'control_refused');
  t.match(refusal.message, /36 of the 40 writes/);
  t.equal(setPoints, 18, 'two writes each, up to nine tenths');
  t.equal(bench.stateOf('battery_power_w').writesUsed, 36);
  t.ok(await bench.release('battery_power_w'), 'what puts it back is never refused');
  t.equal(bench.stateOf('battery_power_w').writesUsed, 38);
  await bench.start();
  t.equal(bench.stateOf('battery_power_w').writesUsed, 38);
  await t.rejects(bench.set('battery_power_w', 100), { code: 'control_refused' });
  bench.clock.stepWall(365 * 86_400_000);
  t.equal(bench.stateOf('battery_power_w').writesUsed, 0, 'a new year');
  await bench.set('battery_power_w', 100);
});
