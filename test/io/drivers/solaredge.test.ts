import assert from 'node:assert';
import t from 'tap';
import { createPollDecoder } from '../../../gateway/io/drivers/decode-poll.ts';
import { solaredge } from '../../../gateway/io/drivers/solaredge.ts';
import type { RegisterRange } from '../../../gateway/io/transports/transport.ts';
import { FixtureDevice, readFixture } from './fixture-device.ts';

const inverter: RegisterRange = { table: 'holding', address: 40069, count: 54 };
const batteries = [57600, 57856, 58368].map((block): RegisterRange => {
  return { table: 'holding', address: block + 66, count: 70 };
});
const ofAllBatteries = [
  'battery_available_kwh',
  'battery_capacity_kwh',
  'battery_charge_kwh',
  'battery_discharge_kwh',
  'battery_power_w',
  'battery_soc_pct',
  'pv_power_w',
];

/** The first case of the fixture, where the read of one block failed this once. */
async function missingWithout(lost: number): Promise<string[]> {
  const [first] = readFixture('solaredge').cases;
  assert(first !== undefined);
  const device = new FixtureDevice(first);
  const blocks = await Promise.all(
    [inverter, ...batteries].map(async (range, index) => ({
      range,
      words: index === lost ? undefined : await device.readRegisters(1, range),
    })),
  );
  const values = createPollDecoder(solaredge)(blocks);
  return values.filter(({ quality }) => quality === 'missing').map(({ quantity }) => quantity);
}

t.test('three batteries are never taken for two because a read failed', async (t) => {
  const none = await missingWithout(-1);
  t.strictSame(
    ofAllBatteries.filter((quantity) => none.includes(quantity)),
    [],
    'all are there when all was read',
  );
  for (const battery of [1, 2, 3]) {
    const missing = await missingWithout(battery);
    t.strictSame(
      ofAllBatteries.filter((quantity) => missing.includes(quantity)),
      ofAllBatteries,
      `battery ${battery} was not read`,
    );
  }
});
