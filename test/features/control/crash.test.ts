import t from 'tap';
import { ControlBench, type CrashPoint } from './control-bench.ts';

/** A real file takes its time; the others have the same database in memory. */
const onDiskEvery = 16;

/** What the gateway is asked for while it may die at any moment; each step goes on from what came before. */
const story: readonly ((bench: ControlBench) => Promise<unknown>)[] = [
  async (bench) => await bench.allowControl(),
  async (bench) => await bench.set('battery_power_w', 1_500),
  async (bench) => await bench.set('battery_power_w', 1_500),
  async (bench) => await bench.set('battery_power_w', -2_000),
  async (bench) => await bench.set('battery_charge_limit_w', 3_000, { source: 'optimiser' }),
  async (bench) => await bench.clock.advance(3_000),
  async (bench) => await bench.set('battery_charge_limit_w', 1_000, { source: 'grid' }),
  async (bench) => await bench.set('active_power_limit_pct', 50.5),
  async (bench) => await bench.set('grid_export_limit_w', 2_000),
  async (bench) => await bench.set('grid_export_limit_w', 1_000),
  async (bench) => await bench.release('battery_power_w'),
  async (bench) => await bench.set('battery_power_w', 500, { leaseMs: 1_000 }),
  async (bench) => await bench.clock.advance(2_000),
  async (bench) => {
    bench.inverter.faults = [undefined, 'ignores', 'ignores', 'ignores'];
    await bench.set('battery_power_w', 2_500);
  },
  async (bench) => await bench.ask(bench.control.setMode('inverter', 'self-consumption', 'local')),
];

/** Lives through the story until the gateway dies. */
async function live(bench: ControlBench): Promise<void> {
  await bench.start();
  for (const step of story) {
    if (bench.isCrashed) return;
    await step(bench).catch(() => undefined);
  }
}

/** Dies at the n-th moment of those that the story has. */
function dieAt(moment: number): CrashPoint {
  let seen = 0;
  return () => {
    seen += 1;
    return seen === moment;
  };
}

function countMoments(): Promise<number> {
  let moments = 0;
  const bench = new ControlBench();
  bench.crashAt = () => {
    moments += 1;
    return false;
  };
  return live(bench).then(() => moments);
}

t.test(
  'wherever the gateway dies, the next start leaves no set point behind',
  { timeout: 120_000 },
  async (t) => {
    const moments = await countMoments();
    t.ok(moments > 150, `${moments} moments at which it dies`);
    const failures: string[] = [];
    let leftOpen = 0;
    for (let moment = 1; moment <= moments; moment += 1) {
      const bench = new ControlBench(moment % onDiskEvery === 0 ? t.testdir({}) : undefined);
      bench.crashAt = dieAt(moment);
      await live(bench);
      leftOpen += Math.sign(bench.open().length);
      bench.crashAt = () => false;
      bench.inverter.faults = [];
      await bench.start();
      await bench.clock.advance(500);
      if (!bench.inverter.isBack) failures.push(`${moment}: not back at once`);
      await bench.clock.advance(9_500);
      if (!bench.inverter.isBack) failures.push(`${moment}: not back`);
      if (bench.open().length > 0) failures.push(`${moment}: the journal is open`);
      for (const violation of [...bench.violations, ...bench.inverter.outside]) {
        failures.push(`${moment}: ${violation}`);
      }
      bench.service.close();
    }
    t.same(failures, []);
    t.ok(leftOpen > 50, `${leftOpen} of the deaths left an intent open`);
  },
);

t.test('a gateway that dies again and again while it puts a device back gets there', async (t) => {
  const bench = new ControlBench();
  await bench.start();
  await bench.allowControl();
  await bench.set('battery_power_w', 1_500);
  for (let moment = 1; moment <= 12; moment += 1) {
    bench.crashAt = dieAt(moment);
    await bench.start();
    await bench.clock.advance(1_000);
  }
  bench.crashAt = () => false;
  await bench.start();
  await bench.clock.advance(10_000);
  t.ok(bench.inverter.isBack);
  t.same(bench.open(), []);
  t.same(bench.violations, []);
});
