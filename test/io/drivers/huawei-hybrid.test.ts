import assert from 'node:assert';
import t from 'tap';
import { huaweiHybrid } from '../../../gateway/io/drivers/huawei-hybrid.ts';
import { huaweiSun2000 } from '../../../gateway/io/drivers/huawei-sun2000.ts';
import { recognise } from '../../../gateway/io/drivers/recognise.ts';
import { FixtureDevice, readFixture } from './fixture-device.ts';

/** The hybrid's fixture, with another status of its battery, or without that register. */
function hybridWhere(change: { status: string } | 'no battery register'): FixtureDevice {
  const [first] = readFixture('huawei-hybrid').cases;
  assert(first !== undefined);
  if (change === 'no battery register') return new FixtureDevice({ ...first, without: ['holding:37000'] });
  return new FixtureDevice({ ...first, registers: { ...first.registers, 'holding:37000': change.status } });
}

t.test('an inverter is taken for a hybrid when its battery is there', async (t) => {
  for (const [device, isHybrid] of [
    [hybridWhere({ status: '0002' }), true],
    [hybridWhere({ status: '0004' }), true],
    [hybridWhere({ status: '0000' }), false],
    [hybridWhere({ status: 'FFFF' }), false],
    [hybridWhere('no battery register'), false],
  ] as const) {
    const found = [huaweiHybrid, huaweiSun2000].map((driver) =>
      recognise(driver, (range) => device.readRegisters(1, range)),
    );
    t.strictSame(await Promise.all(found), isHybrid ? ['certain', undefined] : [undefined, 'certain']);
  }
});
