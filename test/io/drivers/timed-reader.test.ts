import t from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { LinkCost } from '../../../gateway/io/drivers/link-cost.ts';
import { timedReader, type UnitReader } from '../../../gateway/io/drivers/timed-reader.ts';
import { FixtureDevice } from './fixture-device.ts';

const { signal } = new AbortController();
const range = { table: 'input', address: 0, count: 2 } as const;

/** Records instead of fitting. */
class RecordedCost extends LinkCost {
  readonly samples: [number, number][] = [];

  override add(registers: number, ms: number): void {
    this.samples.push([registers, ms]);
  }
}

/** A device that takes `answerMs`, after the silence that its line keeps. */
function linkOf({ requestGapMs = 0, answerMs = 30 }): {
  device: FixtureDevice;
  cost: RecordedCost;
  read: UnitReader;
  pass(ms: number): void;
} {
  let nowMs = 1_000;
  let readyMs = 0;
  const device = new FixtureDevice({ registers: { 'input:0': '0001 0002' } });
  device.failure = () => {
    nowMs = Math.max(nowMs, readyMs) + answerMs;
    readyMs = nowMs + requestGapMs;
    return undefined;
  };
  const clock = { monotonic: () => monotonicMs(nowMs), wall: () => wallMs(0) };
  const cost = new RecordedCost({ perRequestMs: 1, perRegisterMs: 1, answerMsMax: 1 });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { device, cost, read: timedReader(device, 1, { clock, cost, requestGapMs }), pass };
}

t.test('a request costs its answer', async (t) => {
  const { cost, read } = linkOf({});
  t.strictSame(await read(range, signal), new Uint16Array([1, 2]));
  t.strictSame(cost.samples, [[2, 30]]);
});

t.test('the silence between requests is part of each, waited for or not, and counted once', async (t) => {
  const { cost, read, pass } = linkOf({ requestGapMs: 50 });
  await read(range, signal);
  t.strictSame(cost.samples, [], 'the first may have waited for another unit');
  await read(range, signal);
  pass(20);
  await read(range, signal);
  pass(1_000);
  await read(range, signal);
  t.strictSame(cost.samples, [
    [2, 80],
    [2, 80],
    [2, 80],
  ]);
});

t.test('a request after another unit of the line does not count', async (t) => {
  const { device, cost, read } = linkOf({ requestGapMs: 50 });
  await read(range, signal);
  await device.readRegisters(2, range);
  await read(range, signal);
  t.strictSame(cost.samples, []);
});

t.test('connecting is not a cost of requests', async (t) => {
  const { device, cost, read } = linkOf({});
  device.isConnected = () => false;
  await read(range, signal);
  t.strictSame(cost.samples, []);
});

t.test('what fails is not measured, and fails as it did', async (t) => {
  const { device, cost, read } = linkOf({});
  device.failure = () => new GatewayError('device_timeout', 'silence');
  t.equal(await read(range, signal).catch(errorCodeOf), 'device_timeout');
  t.strictSame(cost.samples, []);
});

t.test('the first answer after a request that failed may be a late one: it does not count', async (t) => {
  const { device, cost, read } = linkOf({});
  const answers = device.failure;
  device.failure = () => new GatewayError('device_timeout', 'no answer in time');
  t.equal(await read(range, signal).catch(errorCodeOf), 'device_timeout');
  device.failure = answers;
  await read(range, signal);
  t.strictSame(cost.samples, []);
  await read(range, signal);
  t.strictSame(cost.samples, [[2, 30]]);
});
