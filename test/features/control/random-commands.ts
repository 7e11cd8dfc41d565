import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import type { Random } from '../../../gateway/core/random.ts';
import { sources } from '../../../gateway/features/control/claims.ts';
import { ControlBench, type CrashPoint } from './control-bench.ts';
import { writeFaults } from './fake-inverter.ts';

export interface RandomCommandsResult {
  readonly commands: number;
  readonly setPoints: number;
  readonly refusals: number;
  readonly writes: number;
  readonly restarts: number;
  readonly writesOutsideLimits: number;
  /** Writes without an intent on disk, and confirmations without reading back. */
  readonly violations: readonly string[];
  /** Leases and restarts after which the device was not back in time though it did what it was told. */
  readonly setPointsOutlived: number;
}

const names = [
  'battery_power_w',
  'battery_charge_limit_w',
  'active_power_limit_pct',
  'grid_export_limit_w',
] as const;
const monthMs = 30 * 86_400_000;
/** At its edges encodings overflow, wrap or turn their sign. */
const edges = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  5e-324,
  Number.MAX_VALUE,
  32_767,
  32_768,
  -32_769,
  65_535,
  65_536,
  66_536,
  2 ** 31,
  2 ** 32 + 1_000,
  5_000.000_1,
  100.5,
];

/**
 * Random orders, good and bad, in a random hurry, to a device with random faults, and a gateway that dies now
 * and then, and has its wall clock set by years. An oracle that knows the device's limits by heart watches each write.
 */
export async function runRandomCommands(how: {
  readonly seed: number;
  readonly commands: number;
}): Promise<RandomCommandsResult> {
  const random = seededRandom(how.seed);
  const bench = new ControlBench();
  await bench.start();
  await bench.allowControl();
  const counts = { setPoints: 0, refusals: 0, restarts: 0, setPointsOutlived: 0 };
  for (let command = 0; command < how.commands; command += 1) {
    if (random.integer(300) === 0) bench.crashAt = dieAfter(random.integer(12));
    if (random.integer(20) === 0) bench.inverter.faults.push(pick(random, writeFaults));
    if (random.integer(10) === 0) await bench.clock.advance(random.integer(5_000));
    if (random.integer(50) === 0) bench.clock.stepWall((random.integer(241) - 120) * monthMs);
    try {
      await (random.integer(12) === 0 ? releaseSome(bench, random) : setSome(bench, random));
      counts.setPoints += 1;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      counts.refusals += 1;
    }
    if (bench.isCrashed) counts.setPointsOutlived += await restart(bench, counts);
    if (command % 1_000 === 999) counts.setPointsOutlived += await outlived(bench);
  }
  counts.setPointsOutlived += await outlived(bench);
  return {
    commands: how.commands,
    ...counts,
    writes: bench.inverter.writes.length,
    writesOutsideLimits: bench.inverter.outside.length,
    violations: bench.violations,
  };
}

async function setSome(bench: ControlBench, random: Random): Promise<unknown> {
  const control = pick(random, names);
  const { max, step } = bench.stateOf(control);
  const isWild = random.integer(3) === 0;
  const value = isWild ? pick(random, edges) : random.integer(Math.ceil((1.2 * max) / step)) * step;
  return await bench.set(control, random.integer(2) === 0 ? value : -value, {
    source: pick(random, sources),
    principal: pick(random, ['local', 'token:a', 'token:b']),
    leaseMs: random.integer(3) === 0 ? random.integer(400_000) : undefined,
  });
}

async function releaseSome(bench: ControlBench, random: Random): Promise<unknown> {
  return await bench.release(pick(random, names), pick(random, sources));
}

/** Dies around a later request of the device or call of the store. */
function dieAfter(moments: number): CrashPoint {
  let left = moments;
  return () => {
    left -= 1;
    return left < 0;
  };
}

/** 1 if the device is not back right after the next start. */
async function restart(bench: ControlBench, counts: { restarts: number }): Promise<number> {
  counts.restarts += 1;
  bench.crashAt = () => false;
  bench.inverter.faults = [];
  await bench.start();
  await bench.clock.advance(10_000);
  return bench.inverter.isBack && bench.open().length === 0 ? 0 : 1;
}

/** 1 if something is still set when every lease has ended and the device does what it is told. */
async function outlived(bench: ControlBench): Promise<number> {
  bench.crashAt = () => false;
  bench.inverter.faults = [];
  await bench.clock.advance(300_000 + 5_000);
  // What is tried again after failures comes with a backoff of up to a minute.
  if (!bench.inverter.isBack || bench.open().length > 0) await bench.clock.advance(65_000);
  return bench.inverter.isBack && bench.open().length === 0 ? 0 : 1;
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random.integer(values.length)] as Value;
}
