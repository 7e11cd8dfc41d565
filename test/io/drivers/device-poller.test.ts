import t from 'tap';
import { createDevicePoller } from '../../../gateway/io/drivers/device-poller.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';
import { FixtureDevice } from './fixture-device.ts';

const { signal } = new AbortController();

function field(name: string, address: number, more: Partial<RegisterField> = {}): RegisterField {
  return { name, table: 'holding', address, encoding: 'u16', min: 0, max: 70_000, ...more };
}

const limits = {
  registersMax: 100,
  responseMsMax: 100,
  requestGapMs: 0,
  connectDelayMs: 0,
  requestTimeoutMs: 1_000,
  perRequestMs: 20,
  perRegisterMs: 0.5,
};
const fields = [
  field('pv_power_w', 0, { scaleRegister: 3 }),
  field('grid_power_w', 2),
  field('home_power_w', 20),
  field('spare', 90),
  field('battery_voltage_v', 300),
];
const derived = [{ quantity: 'battery_power_w', from: ['spare'], compute: () => 0 }] as const;
const driver = exampleDriver({ limits, fields, derived });

function deviceOf(without: readonly number[] = []): FixtureDevice {
  const device = new FixtureDevice({ registers: {} });
  for (let address = 0; address < 400; address += 1) device.words.set(`holding:${address}`, 1);
  device.words.set('holding:3', 0);
  for (const address of without) device.words.delete(`holding:${address}`);
  return device;
}

t.test('a plan tells its requests, what they cost, and what other ways would', (t) => {
  const plan = createDevicePoller(driver, deviceOf(), 1).describePlan();
  t.strictSame(plan.requests, [
    {
      table: 'holding',
      first: 0,
      count: 21,
      used: 4,
      fields: ['pv_power_w', 'grid_power_w', 'home_power_w'],
      expectedMs: 30.5,
      isOnTrial: false,
    },
    { table: 'holding', first: 90, count: 1, used: 1, fields: ['spare'], expectedMs: 20.5, isOnTrial: false },
    {
      table: 'holding',
      first: 300,
      count: 1,
      used: 1,
      fields: ['battery_voltage_v'],
      expectedMs: 20.5,
      isOnTrial: false,
    },
  ]);
  t.equal(plan.cycleRequests, 3);
  t.equal(plan.cycleMs, 71.5);
  const [perValue, hole10, hole50] = plan.comparisons;
  t.match(perValue, { way: 'one_per_value', requests: 5, cycleMs: 104, savedMs: 32.5, savedPct: 31.25 });
  t.match(hole10, { way: 'fixed_hole_10', requests: 4, cycleMs: 83.5 });
  t.match(hole50, { way: 'fixed_hole_50', requests: 3, cycleMs: 71.5, savedMs: 0, savedPct: 0 });
  t.strictSame(plan.cost, { perRequestMs: 20, perRegisterMs: 0.5, samples: 0 });
  t.strictSame([plan.holes, plan.unsupported], [[], []]);
  t.end();
});

t.test('a plan tells what the device refuses, and what is on trial', async (t) => {
  const poller = createDevicePoller(driver, deviceOf([20]), 1);
  await poller.poll(signal);
  await poller.poll(signal);
  t.strictSame(
    poller.describePlan().requests.map(({ first, count, isOnTrial }) => [first, count, isOnTrial]),
    [
      [90, 1, false],
      [300, 1, false],
      [0, 4, true],
    ],
  );
  for (let polls = 0; polls < 8; polls += 1) await poller.poll(signal);
  const plan = poller.describePlan();
  t.strictSame(plan.unsupported, ['home_power_w']);
  t.strictSame(plan.holes, [{ table: 'holding', address: 20, count: 1 }]);
  t.match(plan.comparisons[0], { way: 'one_per_value', requests: 4 }, 'compared is what the device has');
});

t.test('a poll gives values, and what they are is known before', async (t) => {
  const poller = createDevicePoller(driver, deviceOf(), 1);
  const values = await poller.poll(signal);
  t.strictSame(
    values.map(({ quantity }) => quantity),
    poller.quantities,
  );
  t.strictSame(poller.quantities, [
    'pv_power_w',
    'grid_power_w',
    'home_power_w',
    'battery_voltage_v',
    'battery_power_w',
  ]);
  t.equal(poller.requestCountMax, 5);
  t.equal(poller.requestCountWanted, 5);
  t.equal(poller.measuredPollMs(), undefined);
  t.ok(poller.worstCaseMs() >= 500);
  const [last] = poller.describePlan().requests.slice(-1);
  t.strictSame(last, {
    table: 'holding',
    first: 300,
    count: 1,
    used: 1,
    fields: ['battery_voltage_v'],
    expectedMs: last?.expectedMs,
    isOnTrial: false,
  });
});

t.test('a device that describes itself measures nothing until it has', async (t) => {
  const poller = createDevicePoller(
    exampleDriver({ discover: () => Promise.resolve(driver) }),
    deviceOf(),
    1,
  );
  t.strictSame(poller.quantities, []);
  t.strictSame(poller.describePlan().requests, []);
  t.match(await poller.identify(signal), { model: '', firmware: '' });
  t.equal(poller.quantities.length, 5);
  t.equal(poller.map.fields.length, 5);
});
