import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import type { Learned, LearnedAddresses } from '../../../gateway/io/drivers/learned-addresses.ts';
import { createRegisterPoll } from '../../../gateway/io/drivers/register-poll.ts';
import { rowDevice, rowDriver } from './row-device.ts';
import type { FixtureDevice } from './fixture-device.ts';

const { signal } = new AbortController();

/** Lets what nobody waits for come to its end. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Keeps entries as text, as a database does, and can fail. */
class LearnedStore implements LearnedAddresses {
  readonly entries = new Map<string, string>();
  failure: GatewayError | undefined;

  async load(key: string): Promise<unknown> {
    if (this.failure !== undefined) throw this.failure;
    const text = this.entries.get(key);
    return await Promise.resolve(text === undefined ? undefined : JSON.parse(text));
  }

  async save(key: string, learned: Learned): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.entries.set(key, JSON.stringify(learned));
    await Promise.resolve();
  }
}

const lines: string[] = [];
const logger: Logger = {
  ...silentLogger,
  info: (_facts, message) => void lines.push(message),
  warn: (_facts, message) => void lines.push(message),
};

/** Fields and model apart, so that the model is read when fields are refused. */
function namedDevice(model: string): { driver: DriverDefinition; device: FixtureDevice } {
  const device = rowDevice({});
  device.words.set('input:20000', model.charCodeAt(0) * 256 + model.charCodeAt(1));
  return { driver: { ...rowDriver({}), model: { table: 'input', address: 20_000, count: 1 } }, device };
}

t.test('what one device refused is known of the next of its model, and of no other', async (t) => {
  const learned = new LearnedStore();
  const first = namedDevice('M1');
  first.device.words.delete('input:2');
  const poll = createRegisterPoll(first.driver, first.device, 1, { learned, logger });
  await poll.identify(signal);
  for (let polls = 0; polls < 12; polls += 1) await poll.poll(signal).catch(errorCodeOf);
  await settled();
  t.strictSame(
    [...learned.entries],
    [['["example","M1",""]', '{"version":1,"refused":[{"table":"input","address":2,"count":1}]}']],
  );
  t.match(lines.join(), /the device refuses registers that its driver knows/);
  const next = createRegisterPoll(first.driver, first.device, 1, { learned });
  t.strictSame(next.unsupported(), []);
  await next.identify(signal);
  t.strictSame(next.unsupported(), ['grid_voltage_l3_v']);
  first.device.requests.length = 0;
  t.equal((await next.poll(signal)).requests, 2);
  t.ok((await next.poll(signal)).values.every(({ quality }) => quality === 'good'));
  const other = namedDevice('M2');
  const unknown = createRegisterPoll(other.driver, other.device, 1, { learned });
  await unknown.identify(signal);
  t.strictSame(unknown.unsupported(), []);
});

t.test('firmware that changed has taught nothing yet', async (t) => {
  const learned = new LearnedStore();
  const { driver, device } = namedDevice('M1');
  device.words.delete('input:2');
  const poll = createRegisterPoll(driver, device, 1, { learned });
  await poll.identify(signal);
  for (let polls = 0; polls < 12; polls += 1) await poll.poll(signal).catch(errorCodeOf);
  t.equal(poll.unsupported().length, 1);
  await poll.identify(signal);
  t.equal(poll.unsupported().length, 1, 'after an outage it is known');
  device.words.set('input:20000', 0x4d32).set('input:2', 3);
  await poll.identify(signal);
  t.strictSame(poll.unsupported(), []);
  t.equal((await poll.poll(signal)).requests, 1);
});

t.test('what is remembered badly, or not at all, is learned again', async (t) => {
  const learned = new LearnedStore();
  const { driver, device } = namedDevice('M1');
  device.words.delete('input:2');
  for (const text of ['{"version":7}', '[]', '"x"', '{"version":1,"refused":[{}]}']) {
    lines.length = 0;
    learned.entries.set('["example","M1",""]', text);
    const poll = createRegisterPoll(driver, device, 1, { learned, logger });
    await poll.identify(signal);
    t.match(lines.join(), /what devices refuse is learned anew: what was learned cannot be used/);
    for (let polls = 0; polls < 12; polls += 1) await poll.poll(signal).catch(errorCodeOf);
    await settled();
    t.match(learned.entries.get('["example","M1",""]'), /"address":2/);
  }
  lines.length = 0;
  learned.failure = new GatewayError('storage_failed', 'the disk is full');
  const poll = createRegisterPoll(driver, device, 1, { learned, logger });
  t.equal((await poll.identify(signal)).model, 'M1');
  for (let polls = 0; polls < 12; polls += 1) await poll.poll(signal).catch(errorCodeOf);
  await settled();
  t.strictSame(poll.unsupported(), ['grid_voltage_l3_v']);
  t.match(lines.join(), /learned anew: the disk is full.*could not be stored: the disk is full/);
});
