import t from 'tap';
import { comparePlans } from '../../../bench/plans/compare-plans.ts';
import { inverterOverTcp, rtuAt9600 } from '../../../bench/plans/links.ts';
import { driverIds, findDriver } from '../../../gateway/io/drivers/index.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';

t.test('no way to ask is cheaper than the optimum, and ours comes close on the link it has measured', (t) => {
  for (const id of driverIds) {
    const driver = findDriver(id);
    if (driver === undefined || driver.fields.length === 0) continue;
    for (const link of [inverterOverTcp, rtuAt9600]) {
      const costs = comparePlans(driver, link, new SeededRandom(`test ${id}`));
      const others = [costs.declared, costs.fitted, costs.onePerValue, costs.hole10, costs.hole50];
      t.ok(costs.optimum > 0 && others.every((ms) => ms >= costs.optimum - 1e-9), id);
    }
    const { fitted, optimum } = comparePlans(driver, inverterOverTcp, new SeededRandom(id));
    t.ok(fitted <= 1.1 * optimum, `${id}: ${fitted} ms a poll instead of ${optimum}`);
  }
  t.end();
});

t.test('a serial line of 9,600 bit/s takes 2.1 ms a register, as it takes 1.04 ms a byte', (t) => {
  t.equal(rtuAt9600.perRegisterMs.toFixed(3), '2.083');
  t.end();
});

t.end();
