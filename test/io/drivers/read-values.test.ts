import assert from 'node:assert';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { findDriver } from '../../../gateway/io/drivers/index.ts';
import { readValues } from '../../../gateway/io/drivers/read-values.ts';
import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';
import { exception, FixtureDevice, readFixture } from './fixture-device.ts';

const plain = { table: 'holding', encoding: 'u16', min: 0, max: 1_000 } as const;
const fields: readonly RegisterField[] = [
  { ...plain, name: 'grid_voltage_l1_v', address: 10, scale: 0.1 },
  { ...plain, name: 'nominal_power_w', address: 11, max: 10 },
  { ...plain, name: 'device_status', address: 12, labels: { 1: 'running' } },
  { ...plain, name: 'alarm_code', address: 13, flags: { 0: 'hot', 3: 'wet', 15: 'loud' }, max: 65_535 },
  { ...plain, name: 'battery_status', address: 14, notAvailable: [0xffff] },
];
const driver = exampleDriver({
  fields,
  serialNumber: { table: 'holding', address: 20, count: 1 },
  derived: [{ quantity: 'home_power_w', from: ['grid_voltage_l1_v'], compute: ([volts = NaN]) => volts * 2 }],
});
const registers = { 'holding:10': '08fe 0bb8 0001 8009 ffff', 'holding:20': '4142' };

async function read(device: FixtureDevice, of: DriverDefinition = driver) {
  return await readValues(of, of, (range) => device.readRegisters(1, range));
}

t.test('every field is decoded, with its unit, its words and what its code or bits mean', async (t) => {
  const { identity, fields: values, points } = await read(new FixtureDevice({ registers }));
  t.equal(identity.serialNumber, 'AB');
  t.same(points, []);
  t.same(values, [
    {
      name: 'grid_voltage_l1_v',
      value: 230.2,
      unit: 'V',
      quality: 'good',
      text: null,
      register: 'holding 10',
      words: '08fe',
    },
    {
      name: 'nominal_power_w',
      value: 3000,
      unit: 'W',
      quality: 'suspect',
      text: null,
      register: 'holding 11',
      words: '0bb8',
    },
    {
      name: 'device_status',
      value: 1,
      unit: '',
      quality: 'good',
      text: 'running',
      register: 'holding 12',
      words: '0001',
    },
    {
      name: 'alarm_code',
      value: 0x8009,
      unit: '',
      quality: 'good',
      text: 'hot, wet, loud',
      register: 'holding 13',
      words: '8009',
    },
    {
      name: 'battery_status',
      value: null,
      unit: '',
      quality: 'missing',
      text: null,
      register: 'holding 14',
      words: 'ffff',
    },
    {
      name: 'home_power_w',
      value: 460.4,
      unit: 'W',
      quality: 'good',
      text: null,
      register: null,
      words: null,
    },
  ]);
});

t.test('a code without a label is said to be unknown, and no bit set is none', async (t) => {
  const device = new FixtureDevice({ registers: { ...registers, 'holding:12': '0009 0000' } });
  const { fields: values } = await read(device);
  t.equal(values[2]?.text, 'unknown code 9');
  t.equal(values[3]?.text, 'none');
});

t.test('what a device refuses costs only itself, and what is derived from it', async (t) => {
  const { fields: values } = await read(
    new FixtureDevice({ registers, without: ['holding:10', 'holding:12'] }),
  );
  t.same(
    values.map(({ name, value, text }) => [name, value, text]),
    [
      ['grid_voltage_l1_v', null, 'refused by the device'],
      ['nominal_power_w', 3000, null],
      ['device_status', null, 'refused by the device'],
      ['alarm_code', 0x8009, 'hot, wet, loud'],
      ['battery_status', null, null],
    ],
  );
});

t.test('a device that is busy or gone ends the reading', async (t) => {
  const device = new FixtureDevice({ registers });
  device.failure = () => exception(6);
  const error = await read(device).catch((error: unknown) => error);
  t.equal(errorCodeOf(error), 'device_busy');
});

t.test('a SunSpec device that was never asked describes itself, point by point', async (t) => {
  const sunspec = findDriver('sunspec');
  assert(sunspec !== undefined);
  const [fixture] = readFixture('sunspec').cases;
  const {
    fields: values,
    points,
    identity,
  } = await read(new FixtureDevice(fixture ?? { registers: {} }), sunspec);
  t.equal(identity.serialNumber, readFixture('sunspec').serialNumber);
  t.ok(values.length > 5 && points.length > 30);
  t.ok(points.some(({ model, point }) => model === 1 && point === 'Mn'));
});

for (const id of ['sungrow-hybrid', 'huawei-sun2000', 'solaredge']) {
  t.test(`all that ${id} knows is what its fixture says`, async (t) => {
    const known = findDriver(id);
    const [fixture] = readFixture(id).cases;
    assert(known !== undefined && fixture !== undefined);
    const { fields: values } = await read(new FixtureDevice(fixture), known);
    for (const [quantity, expected] of Object.entries(fixture.expected)) {
      t.equal(values.find(({ name }) => name === quantity)?.value, expected, quantity);
    }
  });
}
