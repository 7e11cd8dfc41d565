import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { createRegisterPoll } from '../../../gateway/io/drivers/register-poll.ts';
import { exception } from './fixture-device.ts';
import { rowDevice, rowDriver, rowNames } from './row-device.ts';

const { signal } = new AbortController();

t.test('a poll reads the plan in order and decodes it', async (t) => {
  const device = rowDevice({});
  const { values, failedRanges, requests } = await createRegisterPoll(rowDriver({}), device, 1).poll(signal);
  t.strictSame(
    values.map(({ value }) => value),
    [1, 2, 3, 4, 5],
  );
  t.strictSame(failedRanges, []);
  t.equal(requests, 1);
  t.strictSame(device.requests, [{ table: 'input', address: 0, count: 5 }]);
});

t.test('trouble of the connection or the device ends the poll without asking on', async (t) => {
  const codes = ['device_timeout', 'connection_closed', 'connection_refused', 'frame_invalid'] as const;
  for (const code of codes) {
    const device = rowDevice({ apart: 1_000 });
    device.failure = ({ address }) => (address === 1_000 ? new GatewayError(code, code) : undefined);
    const poll = createRegisterPoll(rowDriver({ apart: 1_000 }), device, 1);
    t.equal(await poll.poll(signal).catch(errorCodeOf), code);
    t.equal(device.requests.length, 2);
  }
  const device = rowDevice({ apart: 1_000 });
  device.failure = () => exception(11);
  t.equal(
    await createRegisterPoll(rowDriver({ apart: 1_000 }), device, 1)
      .poll(signal)
      .catch(errorCodeOf),
    'device_exception',
  );
  t.equal(device.requests.length, 1, 'a gateway that says that the device is silent is the same');
});

t.test('exceptions 4 and 6 cost their block this once', async (t) => {
  for (const code of [4, 5, 6, 8]) {
    const device = rowDevice({ apart: 1_000 });
    const poll = createRegisterPoll(rowDriver({ apart: 1_000 }), device, 1);
    device.failure = ({ address }) => (address === 1_000 ? exception(code) : undefined);
    for (let polls = 0; polls < 5; polls += 1) {
      const { values, failedRanges } = await poll.poll(signal);
      t.strictSame(
        values.map(({ quality }) => quality),
        ['good', 'missing', 'good', 'good', 'good'],
      );
      t.strictSame(
        failedRanges.map(({ range }) => range.address),
        [1_000],
      );
    }
    device.failure = undefined;
    t.ok((await poll.poll(signal)).values.every(({ quality }) => quality === 'good'));
    t.strictSame(poll.unsupported(), []);
  }
});

t.test('one refusal is forgiven', async (t) => {
  const device = rowDevice({ apart: 1_000 });
  const poll = createRegisterPoll(rowDriver({ apart: 1_000 }), device, 1);
  for (let polls = 0; polls < 6; polls += 1) {
    device.failure = ({ address }) => (address === 1_000 && polls % 2 === 0 ? exception(2) : undefined);
    await poll.poll(signal);
  }
  t.strictSame(poll.unsupported(), []);
  t.equal(poll.describePlan().requests.length, 5);
});

t.test('a device that refuses everything, as when it boots, teaches nothing', async (t) => {
  const device = rowDevice({ apart: 1_000 });
  const poll = createRegisterPoll(rowDriver({ apart: 1_000 }), device, 1);
  device.failure = () => exception(2);
  for (let polls = 0; polls < 20; polls += 1) {
    t.equal(await poll.poll(signal).catch(errorCodeOf), 'device_exception');
  }
  device.failure = undefined;
  t.ok((await poll.poll(signal)).values.every(({ quality }) => quality === 'good'));
});

t.test('a refused block is tried in halves, one a poll, until the others are back in one plan', async (t) => {
  const device = rowDevice({});
  device.words.delete('input:2');
  const poll = createRegisterPoll(rowDriver({}), device, 1);
  const counts: number[] = [];
  for (let polls = 0; polls < 12; polls += 1) {
    counts.push(
      await poll.poll(signal).then(
        ({ requests }) => requests,
        () => 1,
      ),
    );
  }
  t.ok(Math.max(...counts) <= poll.requestCountMax, counts.join());
  t.strictSame(poll.unsupported(), ['grid_voltage_l3_v']);
  const { values, requests } = await poll.poll(signal);
  t.strictSame(
    values.map(({ value }) => value),
    [1, 2, 4, 5],
  );
  t.equal(requests, 2);
  t.strictSame(
    poll.describePlan().requests.map(({ first, count }) => [first, count]),
    [
      [0, 2],
      [3, 2],
    ],
  );
});

t.test(
  'registers that exist but cannot be read across end up in two requests, with nothing given up',
  async (t) => {
    const device = rowDevice({});
    device.failure = ({ address, count }) => (address <= 1 && address + count > 2 ? exception(2) : undefined);
    const poll = createRegisterPoll(rowDriver({}), device, 1);
    for (let polls = 0; polls < 40; polls += 1) await poll.poll(signal).catch(errorCodeOf);
    const { values } = await poll.poll(signal);
    t.strictSame(
      values.map(({ value }) => value),
      [1, 2, 3, 4, 5],
    );
    t.strictSame(poll.unsupported(), []);
    t.equal(poll.describePlan().requests.length, 2);
  },
);

t.test('a register that firmware brings later is found', async (t) => {
  const device = rowDevice({});
  device.words.delete('input:2');
  const poll = createRegisterPoll(rowDriver({}), device, 1);
  for (let polls = 0; polls < 20; polls += 1) await poll.poll(signal).catch(errorCodeOf);
  t.equal(poll.unsupported().length, 1);
  device.words.set('input:2', 3);
  for (let polls = 0; polls < 400; polls += 1) await poll.poll(signal);
  t.strictSame(poll.unsupported(), []);
  t.equal((await poll.poll(signal)).requests, 1, 'and the plan is whole again');
});

t.test('whichever registers a device lacks, the others are read, within the promised requests', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([0, 1, 2, 3, 4], { maxLength: 4 }),
      fc.constantFrom(1, 15, 1_000),
      async (lacking, apart) => {
        const device = rowDevice({ apart });
        for (const index of lacking) device.words.delete(`input:${index * apart}`);
        for (let gap = 0; gap < 4 * apart; gap += 1) {
          if (gap % apart !== 0) device.words.set(`input:${gap}`, 0xdead);
        }
        const poll = createRegisterPoll(rowDriver({ apart }), device, 1);
        for (let polls = 0; polls < 60; polls += 1) {
          const result = await poll.poll(signal).catch(errorCodeOf);
          if (typeof result === 'object') assert.ok(result.requests <= poll.requestCountMax);
        }
        const seen = new Map<string, number>();
        for (let polls = 0; polls < 3; polls += 1) {
          for (const { quantity, value } of (await poll.poll(signal)).values) {
            if (!Number.isNaN(value)) seen.set(quantity, value);
          }
        }
        const present = [0, 1, 2, 3, 4].filter((index) => !lacking.includes(index));
        assert.deepEqual(
          [...seen.values()].sort(),
          present.map((index) => index + 1),
        );
        assert.deepEqual([...poll.unsupported()].sort(), lacking.map((index) => rowNames[index]).sort());
      },
    ),
    { numRuns: 100 },
  );
});

t.test('a probe is one smallest request, and any answer will do', async (t) => {
  const device = rowDevice({});
  const poll = createRegisterPoll(rowDriver({}), device, 1);
  await poll.probe(signal);
  t.strictSame(device.requests, [{ table: 'input', address: 0, count: 1 }]);
  for (const code of [2, 4, 6]) {
    device.failure = () => exception(code);
    await poll.probe(signal);
  }
  device.failure = () => exception(11);
  t.equal(await poll.probe(signal).catch(errorCodeOf), 'device_exception');
  device.failure = () => new GatewayError('device_timeout', 'silence');
  t.equal(await poll.probe(signal).catch(errorCodeOf), 'device_timeout');
});
