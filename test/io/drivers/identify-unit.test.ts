import t from 'tap';
import { GatewayError, type ErrorCode } from '../../../gateway/core/errors.ts';
import { identifyUnit } from '../../../gateway/io/drivers/identify-unit.ts';
import type { RegisterReader } from '../../../gateway/io/drivers/driver.ts';

const failing = (code: ErrorCode, exception?: number): Promise<never> =>
  Promise.reject(new GatewayError(code, 'no', { facts: exception === undefined ? {} : { exception } }));

function counted(read: RegisterReader): { read: RegisterReader; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: async (range) => {
      asked.push(`${range.table} ${range.address} ${range.count}`);
      return await read(range);
    },
  };
}

t.test('a unit that refuses everything is there, known to nobody, and asked for nothing twice', async (t) => {
  const { read, asked } = counted(async () => await failing('device_exception', 2));
  t.same(await identifyUnit(read), { isPresent: true, matches: [] });
  t.equal(new Set(asked).size, asked.length);
});

t.test('a silent unit is given up after two requests, or after as many as are allowed', async (t) => {
  const silent = counted(async () => await failing('device_timeout'));
  t.same(await identifyUnit(silent.read), { isPresent: false, matches: [] });
  t.equal(silent.asked.length, 2);
  const once = counted(async () => await failing('frame_invalid'));
  t.notOk((await identifyUnit(once.read, 1)).isPresent);
  t.equal(once.asked.length, 1);
});

t.test('a gateway that does not reach the unit is believed at once', async (t) => {
  for (const exception of [10, 11]) {
    const absent = counted(async () => await failing('device_exception', exception));
    t.same(await identifyUnit(absent.read), { isPresent: false, matches: [] });
    t.equal(absent.asked.length, 1);
  }
});

t.test('a device that keeps silent about registers that it has not is known all the same', async (t) => {
  const words = Uint16Array.from('SolarEdge'.padEnd(32, '\0').match(/../gs) ?? [], (pair) => {
    return pair.charCodeAt(0) * 256 + pair.charCodeAt(1);
  });
  const { matches } = await identifyUnit(async ({ address, count }) => {
    if (address === 40_004) return words.slice(0, count);
    if (address === 40_069) return Uint16Array.of(103);
    if (address === 40_000) return Uint16Array.of(0x5375, 0x6e53);
    return count === 1 ? await failing('device_timeout') : await failing('device_exception', 2);
  });
  t.match(matches, [{ driver: { id: 'solaredge' }, certainty: 'certain' }]);
  t.equal(matches.length, 1, 'certain alone');
});

t.test('what is likely comes with all that fits as well', async (t) => {
  const { isPresent, matches } = await identifyUnit(async ({ address, count }) =>
    address === 40_000 && count === 2 ? Uint16Array.of(0x5375, 0x6e53) : await failing('device_exception', 2),
  );
  t.ok(isPresent);
  t.match(
    matches.map(({ driver }) => driver.id),
    ['sunspec'],
  );
});

t.test('when the connection itself fails, nothing is known', async (t) => {
  for (const code of ['connection_refused', 'host_forbidden', 'stopping'] as const) {
    await t.rejects(
      identifyUnit(async () => await failing(code)),
      { code },
    );
  }
});
