import t from 'tap';
import { registersOf } from '../../../gateway/io/drivers/control-definition.ts';
import { fronius } from '../../../gateway/io/drivers/fronius.ts';
import { froniusSf } from '../../../gateway/io/drivers/fronius-sf.ts';
import { FixtureDevice, readFixture } from './fixture-device.ts';

/** Where each model stands in a device's chain. */
function modelsOf(driverId: string): Map<number, number> {
  const [first = { registers: {} }] = readFixture(driverId).cases;
  const { words } = new FixtureDevice(first);
  const wordAt = (address: number): number => words.get(`holding:${address}`) ?? 0;
  const models = new Map<number, number>();
  for (let address = 40002; wordAt(address) > 0; address += 2 + wordAt(address + 1)) {
    models.set(wordAt(address), address);
  }
  return models;
}

for (const driver of [fronius, froniusSf]) {
  t.test(`${driver.id}: each model stands where the chain of models of its fixture leads`, (t) => {
    const models = modelsOf(driver.id);
    const fieldAddresses = new Map(driver.fields.map(({ name, address }) => [name, address]));
    t.equal(fieldAddresses.get('mppt_model'), models.get(160));
    t.equal(fieldAddresses.get('storage_model'), models.get(124));
    const { set, revertTimer } = driver.controls?.[0] ?? { set: [] };
    const registers = [...set.flatMap(registersOf).map(({ register }) => register), revertTimer?.register];
    const offsets = registers.map((register) => (register?.address ?? NaN) - (models.get(123) ?? NaN));
    t.strictSame(offsets, [5, 9, 7], 'WMaxLimPct, WMaxLim_Ena, WMaxLimPct_RvrtTms');
    t.equal((registers[0]?.scaleRegister ?? NaN) - (models.get(123) ?? NaN), 23, 'WMaxLimPct_SF');
    t.end();
  });
}
