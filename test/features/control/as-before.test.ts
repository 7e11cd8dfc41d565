import t from 'tap';
import { readyBench, type ControlBench } from './control-bench.ts';
import { installersLimit } from './fake-inverter.ts';

function limitOf({ inverter }: ControlBench): readonly (number | undefined)[] {
  return [inverter.registers.get(40), inverter.registers.get(41)];
}

const installers = [installersLimit[40], installersLimit[41]];

t.test('what an installer has set comes back, after several set points too', async (t) => {
  const bench = await readyBench();
  await bench.set('grid_export_limit_w', 2_000);
  await bench.set('grid_export_limit_w', 1_000);
  t.same(limitOf(bench), [1_000, 1]);
  t.ok(await bench.release('grid_export_limit_w'));
  t.same(limitOf(bench), installers);
  t.same(bench.violations, []);
  bench.inverter.registers.set(40, 4_000);
  await bench.set('grid_export_limit_w', 500);
  await bench.clock.advance(61_000);
  t.same(limitOf(bench), [4_000, installersLimit[41]], 'what was there before the latest first set point');
});

t.test('it is on disk before the first write, and comes back after a crash', async (t) => {
  const bench = await readyBench();
  bench.inverter.beforeWrite = () => {
    t.match(bench.open(), [{ before: '{"40":[7000],"41":[3]}' }]);
  };
  await bench.set('grid_export_limit_w', 2_000);
  await bench.set('grid_export_limit_w', 1_000);
  bench.inverter.beforeWrite = () => undefined;
  bench.crashAt = () => true;
  await bench.clock.advance(1_000);
  bench.crashAt = () => false;
  await bench.start();
  await bench.clock.advance(10_000);
  t.same(limitOf(bench), installers);
  t.same(bench.open(), []);
});

t.test('registers that go together are written in one request', async (t) => {
  const bench = await readyBench();
  const requests: number[] = [];
  const { access } = bench.inverter;
  Object.defineProperty(bench.inverter, 'access', {
    value: {
      ...access,
      writeRegisters: async (...parameters: Parameters<typeof access.writeRegisters>) => {
        requests.push(parameters[0].words.length);
        await access.writeRegisters(...parameters);
      },
    },
  });
  await bench.start();
  await bench.set('grid_export_limit_w', 2_000);
  t.same(requests, [2]);
});

t.test('a device that cannot be read first is not written at all', async (t) => {
  const bench = await readyBench();
  bench.inverter.isDead = true;
  await t.rejects(bench.set('grid_export_limit_w', 2_000), { code: 'device_timeout' });
  t.same(bench.inverter.writes, []);
  t.same(bench.open(), []);
});

t.test('to decide for itself a device keeps what its installer has set', async (t) => {
  const bench = await readyBench();
  await bench.ask(bench.control.setMode('inverter', 'self-consumption', 'local'));
  t.same(limitOf(bench), installers);
  t.notOk(bench.inverter.writes.some(({ address }) => address >= 40));
});
