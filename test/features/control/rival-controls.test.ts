import t from 'tap';
import type { ControlDefinition } from '../../../gateway/io/drivers/control-definition.ts';
import { readyBench, type ControlBench } from './control-bench.ts';

const shared = {
  source: 'made up',
  min: 0,
  max: 5_000,
  step: 1,
  minIntervalMs: 0,
  writesPerYearMax: 1_000_000,
} as const;

/** As in SunSpec's model 124: two rates, and a register that says which of them is in force. */
const mode = { address: 10, encoding: 'u16' } as const;
const charge: ControlDefinition = {
  ...shared,
  name: 'battery_charge_limit_w',
  set: [
    { register: { address: 11, encoding: 'u16' }, value: (setPoint) => setPoint },
    { register: mode, value: 1 },
  ],
  revert: [{ register: mode, value: 0 }],
};
const discharge: ControlDefinition = {
  ...shared,
  name: 'battery_discharge_limit_w',
  set: [
    { register: { address: 20, encoding: 'u16' }, value: (setPoint) => setPoint },
    { register: mode, value: 2 },
  ],
  revert: [{ register: mode, value: 0 }],
};
const unrelated: ControlDefinition = {
  ...shared,
  name: 'grid_export_limit_w',
  set: [{ register: { address: 40, encoding: 'u16' }, value: (setPoint) => setPoint }],
  revert: [{ register: { address: 40, encoding: 'u16' }, value: 5_000 }],
};

async function rivalBench(): Promise<ControlBench> {
  const bench = await readyBench();
  bench.controls = [charge, discharge, unrelated];
  bench.inverter.beforeWrite = () => undefined;
  return bench;
}

function words({ inverter }: ControlBench): readonly number[][] {
  return inverter.writes.map(({ address, word }) => [address, word]);
}

t.test('a control whose register another holds is refused, and the holder is named', async (t) => {
  const bench = await rivalBench();
  await bench.set('battery_charge_limit_w', 1_000, { source: 'grid', principal: 'token:a' });
  for (const source of ['grid', 'optimiser'] as const) {
    await t.rejects(bench.set('battery_discharge_limit_w', 500, { source }), {
      code: 'control_refused',
      message:
        /inverter battery_discharge_limit_w .*same registers as inverter battery_charge_limit_w.* held for grid by token:a/,
      facts: { source: 'grid', holder: 'token:a' },
    });
  }
  t.equal(bench.inverter.registers.get(10), 1);
  await bench.set('grid_export_limit_w', 100, { source: 'optimiser' });
  await bench.set('battery_charge_limit_w', 1_000, { source: 'grid' });
});

t.test('whoever goes before the holder has the other put back first', async (t) => {
  const bench = await rivalBench();
  await bench.set('battery_charge_limit_w', 1_000, { source: 'optimiser' });
  await bench.set('battery_discharge_limit_w', 500, { source: 'user' });
  t.same(words(bench), [
    [11, 1_000],
    [10, 1],
    [10, 0],
    [20, 500],
    [10, 2],
  ]);
  t.match(bench.stateOf('battery_charge_limit_w'), { state: 'idle', setPoint: null, claims: [] });
  t.equal(bench.stateOf('battery_discharge_limit_w').setPoint, 500);
  t.match(bench.open(), [{ control: 'battery_discharge_limit_w', state: 'applied' }]);
});

t.test('what is refused anyhow costs the holder nothing', async (t) => {
  const bench = await rivalBench();
  await bench.set('battery_charge_limit_w', 1_000, { source: 'optimiser' });
  await t.rejects(bench.set('battery_discharge_limit_w', 5_001), { code: 'control_refused' });
  await t.rejects(bench.set('battery_discharge_limit_w', 500, { leaseMs: 1 }), { code: 'control_refused' });
  t.equal(bench.stateOf('battery_charge_limit_w').setPoint, 1_000);
  t.equal(bench.inverter.registers.get(10), 1);
});

t.test('while the other is being put back neither is set', async (t) => {
  const bench = await rivalBench();
  await bench.set('battery_charge_limit_w', 1_000, { source: 'optimiser' });
  bench.inverter.faults = Array.from({ length: 9 }, () => 'ignores');
  await t.rejects(bench.set('battery_discharge_limit_w', 500), {
    code: 'control_refused',
    message: /battery_charge_limit_w, which writes the same registers, is being put back/,
  });
  await t.rejects(bench.set('battery_discharge_limit_w', 500), { message: /is being put back/ });
  bench.inverter.faults = [];
  await bench.clock.advance(70_000);
  await bench.set('battery_discharge_limit_w', 500);
});

t.test('of two that are asked for at the same moment one is set', async (t) => {
  const bench = await rivalBench();
  const outcomes = await Promise.allSettled([
    bench.set('battery_charge_limit_w', 1_000),
    bench.set('battery_discharge_limit_w', 500),
  ]);
  t.same(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  t.equal(bench.inverter.registers.get(10), 1);
});
