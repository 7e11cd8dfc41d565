import t from 'tap';
import { monotonicMs, wallMs, type Clock } from '../../../gateway/core/clock.ts';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import type { RequestCost } from '../../../gateway/io/drivers/link-cost.ts';
import { createRegisterPoll, type PollOptions } from '../../../gateway/io/drivers/register-poll.ts';
import { exampleDriver } from './example-driver.ts';
import { rowDevice, rowDriver } from './row-device.ts';
import { FixtureDevice } from './fixture-device.ts';

const { signal } = new AbortController();

t.test('the device in its settings may have its words the other way round', async (t) => {
  const field = {
    name: 'pv_power_w',
    table: 'input',
    address: 0,
    encoding: 'u32',
    min: 0,
    max: 1e9,
  } as const;
  const device = new FixtureDevice({ registers: { 'input:0': '0001 0002' } });
  const driver = exampleDriver({ fields: [field] });
  const valueOf = async (options: PollOptions): Promise<number | undefined> =>
    (await createRegisterPoll(driver, device, 1, options).poll(signal)).values[0]?.value;
  t.equal(await valueOf({}), 0x10002);
  t.equal(await valueOf({ wordOrder: 'little' }), 0x20001);
  const selfDescribing = { ...driver, fields: [], discover: () => Promise.resolve(driver) };
  const poll = createRegisterPoll(selfDescribing, device, 1, { wordOrder: 'little' });
  await poll.identify(signal);
  t.equal((await poll.poll(signal)).values[0]?.value, 0x20001);
});

t.test(
  'a device that describes itself is read as it says, and again as it says after an outage',
  async (t) => {
    const device = rowDevice({});
    const whole = rowDriver({});
    let offered = 2;
    let changes = 0;
    const driver = exampleDriver({
      discover: async (read) => {
        await read({ table: 'input', address: 0, count: 1 });
        return { ...whole, fields: whole.fields.slice(0, offered) };
      },
    });
    const poll = createRegisterPoll(driver, device, 1, { onPlanChanged: () => (changes += 1) });
    t.equal(poll.requestCountMax, 8, 'a guess, for the bound');
    t.strictSame(poll.map.fields, []);
    const { values, requests } = await poll.poll(signal);
    t.strictSame([values, requests], [[], 0]);
    t.equal(device.requests.length, 1, 'a poll always asks something');
    t.equal((await poll.identify(signal)).serialNumber, 'ABC');
    t.ok(changes > 0);
    t.equal((await poll.poll(signal)).values.length, 2);
    offered = 5;
    await poll.identify(signal);
    t.equal((await poll.poll(signal)).values.length, 5);
    t.equal(poll.requestCountMax, 8);
    poll.allowRequests(poll.requestCountWanted);
    t.equal(poll.requestCountMax, 3);
    device.failure = () => new GatewayError('device_timeout', 'silence');
    t.equal(await poll.identify(signal).catch(errorCodeOf), 'device_timeout');
    t.equal(poll.map.fields.length, 5, 'the map is what it was');
    t.equal(await poll.poll(signal).catch(errorCodeOf), 'device_timeout');
  },
);

t.test('a map that is found again keeps what was learned of it', async (t) => {
  const device = rowDevice({});
  device.words.delete('input:2');
  const whole = { ...rowDriver({}), serialNumber: { table: 'input', address: 9, count: 1 } } as const;
  const poll = createRegisterPoll(
    exampleDriver({ discover: () => Promise.resolve({ ...whole, fields: [...whole.fields] }) }),
    device,
    1,
  );
  await poll.identify(signal);
  for (let polls = 0; polls < 12; polls += 1) await poll.poll(signal).catch(errorCodeOf);
  await poll.identify(signal);
  t.strictSame(poll.unsupported(), ['grid_voltage_l3_v']);
  t.equal((await poll.poll(signal)).values.length, 4);
});

/** Answers after a time that follows from the request's size. */
function timed(device: FixtureDevice, cost: RequestCost): Clock {
  let nowMs = 0;
  device.failure = ({ count }) => {
    nowMs += cost.perRequestMs + cost.perRegisterMs * count;
    return undefined;
  };
  return { monotonic: () => monotonicMs(nowMs), wall: () => wallMs(0) };
}

t.test('the plan follows what the link costs', async (t) => {
  const device = rowDevice({ apart: 20 });
  for (let address = 0; address < 90; address += 1)
    device.words.set(`input:${address}`, address % 20 === 0 ? 1 : 0);
  const cost = { perRequestMs: 10, perRegisterMs: 2 };
  let changes = 0;
  const clock = timed(device, cost);
  const poll = createRegisterPoll(rowDriver({ apart: 20 }), device, 1, {
    clock,
    onPlanChanged: () => (changes += 1),
  });
  poll.allowRequests(7);
  t.equal(poll.describePlan().requests.length, 1, 'as the driver says');
  t.equal(poll.measuredPollMs(), undefined);
  t.ok(poll.worstCaseMs() >= 7 * 100);
  for (let polls = 0; polls < 40; polls += 1) {
    await poll.identify(signal);
    await poll.poll(signal);
  }
  const plan = poll.describePlan();
  t.equal(plan.cycleRequests, 5, 'five short ones are cheaper on this link');
  t.ok(changes > 1);
  t.ok(plan.cost.perRequestMs < 15 && plan.cost.perRegisterMs > 1 && plan.cost.samples > 100);
  t.ok(Math.abs(plan.cycleMs - 60) < 5);
  t.ok((poll.measuredPollMs() ?? 0) >= 60);
});
