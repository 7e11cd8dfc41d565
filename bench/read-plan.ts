/**
 * What one poll of each device that we have a driver for costs by our plan, next to a request for each value, to
 * merging over holes of at most 10 and 50 registers, and to the optimum for the link. Computed, from links that
 * are measured (the loopback), given (an inverter over TCP) and computed from the bytes (a serial line).
 * `node dist/bench/read-plan.js [--seed 1]`
 */
import { driverIds, findDriver } from '../gateway/io/drivers/index.ts';
import type { RequestCost } from '../gateway/io/drivers/link-cost.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { numberArgument, print, printAim } from './measure.ts';
import { comparePlans, type PlanCosts } from './plans/compare-plans.ts';
import { inverterOverTcp, measureLoopback, rtuAt9600 } from './plans/links.ts';

/** Of what the best plan for the link costs. */
const optimumAim = 1.05;
const otherWays = { onePerValue: 'one_per_value', hole10: 'hole_10', hole50: 'hole_50' } as const;

const seed = numberArgument('seed', 1);
// One that describes itself has no fields before it was asked.
const drivers = driverIds.map((id) => findDriver(id)).filter((driver) => driver !== undefined);
const planned = drivers.filter(({ fields }) => fields.length > 0);
const loopback = await measureLoopback();
report('loopback', loopback);
report('inverter_over_tcp', inverterOverTcp);
report('rtu_9600', rtuAt9600);

function report(name: string, link: RequestCost): void {
  const label = `read_plan.${name}`;
  print(`${label}.per_request`, link.perRequestMs, 'ms');
  print(`${label}.per_register`, link.perRegisterMs, 'ms');
  const costs = new Map(
    planned.map((driver) => [
      driver.id,
      comparePlans(driver, link, new SeededRandom(`read plan ${seed} ${name} ${driver.id}`)),
    ]),
  );
  console.log(row(['ms a poll', 'ours', 'optimum', 'one a value', 'hole 10', 'hole 50']));
  for (const [id, { fitted, optimum, onePerValue, hole10, hole50 }] of costs) {
    console.log(row([id, ...[fitted, optimum, onePerValue, hole10, hole50].map((ms) => ms.toFixed(1))]));
  }
  const all = [...costs.values()];
  const sum = (way: keyof PlanCosts): number => all.reduce((sumMs, each) => sumMs + each[way], 0);
  const worst = Math.max(...all.map(({ fitted, optimum }) => fitted / optimum));
  print(`${label}.drivers`, all.length, 'drivers');
  printAim(
    `${label}.to_optimum`,
    sum('fitted') / sum('optimum'),
    'x',
    sum('fitted') <= optimumAim * sum('optimum'),
  );
  print(`${label}.to_optimum_worst_driver`, worst, 'x');
  print(`${label}.to_optimum_before_measuring`, sum('declared') / sum('optimum'), 'x');
  for (const [way, figure] of Object.entries(otherWays)) {
    print(`${label}.to_${figure}`, sum('fitted') / sum(way as keyof typeof otherWays), 'x');
  }
}

function row([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(20)}${cells.map((cell) => cell.padStart(12)).join('')}`;
}
