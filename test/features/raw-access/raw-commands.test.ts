import assert from 'node:assert';
import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import type { Scope } from '../../../gateway/features/command.ts';
import { DeviceQuestions } from '../../../gateway/features/device-questions.ts';
import { RawAccess } from '../../../gateway/features/raw-access/raw-access.ts';
import { bindRawCommands } from '../../../gateway/features/raw-access/raw-commands.ts';
import type { RegisterAccess } from '../../../gateway/io/transports/transport.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';
import { createStubGateway } from '../../faces/stub-gateway.ts';

/** A device of ten holding registers, 0x4100 and on, whose lane is always free. */
function rawBench() {
  const time = new ManualTime();
  const store = new MemoryStore();
  const words = Uint16Array.from({ length: 10 }, (_, index) => 0x4100 + index);
  const device = {
    mode: 'control',
    failure: undefined as GatewayError | undefined,
    isDeaf: false,
    writes: 0,
  };
  const registers: RegisterAccess = {
    readRegisters: ({ address, count }) => Promise.resolve(words.slice(address, address + count)),
    writeRegisters: (write) => {
      device.writes += 1;
      if (!device.isDeaf) words.set(write.words, write.address);
      return device.failure === undefined ? Promise.resolve() : Promise.reject(device.failure);
    },
  };
  const known = (id: string): void => {
    if (id !== 'inverter') throw new GatewayError('device_unknown', `there is no device ${id}`);
  };
  const questions = new DeviceQuestions({
    clock: time,
    alarm: time,
    access: {
      use: async (id, how, work) => {
        known(id);
        assert.equal(how.priority, 'housekeeping');
        return await work(registers, new AbortController().signal);
      },
    },
  });
  const raw = new RawAccess({
    clock: time,
    questions,
    store,
    deviceIds: () => ['inverter'],
    isControlled: (id) => {
      known(id);
      return device.mode === 'control';
    },
  });
  return { raw, device, words, store };
}

async function overHttp(scopes: readonly Scope[]) {
  const made = rawBench();
  const gateway = await createStubGateway(bindRawCommands({ raw: made.raw }));
  const headers = { authorization: `Bearer ${await gateway.token(scopes)}`, host: 'localhost' };
  const get = async (url: string) => await gateway.rest.inject({ method: 'GET', url, headers });
  const post = async (payload: object) => {
    // Within its rate.
    gateway.time.pass(1_000);
    return await gateway.rest.inject({
      method: 'POST',
      url: '/api/v1/devices/inverter/registers',
      headers,
      payload,
    });
  };
  return { ...made, gateway, get, post };
}

t.test('registers are read as words, as text, and as numbers of either word order', async (t) => {
  const { get, store } = await overHttp(['modbus:raw']);
  const words = await get('/api/v1/devices/inverter/registers?address=1&count=2');
  t.same(words.json(), {
    device: 'inverter',
    table: 'holding',
    address: 1,
    count: 2,
    words: '4101 4102',
    text: 'A.A.',
  });
  const number = await get('/api/v1/devices/inverter/registers?address=1&type=u32');
  t.same(number.json<{ values: number[] }>().values, [0x4101_4102]);
  const swapped = await get('/api/v1/devices/inverter/registers?address=1&count=4&type=u32&order=little');
  t.same(swapped.json<{ values: number[] }>().values, [0x4102_4101, 0x4104_4103]);
  const actions = store.audit.filter(({ action }) => action === 'register.read');
  t.equal(actions.length, 3, 'each reading left a line');
  t.match(actions[0]?.detail, /inverter holding 1 \+2/);
});

t.test('only who has the scope reads or writes', async (t) => {
  const { get, post, device } = await overHttp(['read', 'control', 'admin']);
  t.equal((await get('/api/v1/devices/inverter/registers?address=1')).statusCode, 403);
  t.equal((await get('/api/inverter/modbus/holding/1')).statusCode, 403);
  t.equal((await post({ address: 1, words: [1] })).statusCode, 403);
  t.equal(device.writes, 0);
});

t.test('what makes no sense is refused before anything is asked', async (t) => {
  const { get, post, device } = await overHttp(['modbus:raw']);
  const wrong = [
    'address=65536',
    'address=-1',
    'address=65535&count=2',
    'address=0&count=126',
    'address=0&count=0',
    'address=0&count=3&type=u32',
    'address=0&type=u8',
    'count=1',
  ];
  for (const query of wrong)
    t.equal((await get(`/api/v1/devices/inverter/registers?${query}`)).statusCode, 400, query);
  const bodies = [
    { address: 1 },
    { address: 1, words: [] },
    { address: 1, words: [65_536] },
    { address: 1, words: [1], value: 1, type: 'u16' },
    { address: 1, value: 1 },
    { address: 1, value: 1.5, type: 'u16' },
    { address: 1, words: [1, 2], functionCode: 6 },
    { address: 1, words: [1], functionCode: 5 },
    { address: 65_535, words: [1, 2] },
  ];
  for (const body of bodies) t.equal((await post(body)).statusCode, 400, JSON.stringify(body));
  t.not((await post({ address: 1, value: 70_000, type: 'u16' })).statusCode, 200);
  t.equal(device.writes, 0);
});

t.test('words and numbers are written and read back', async (t) => {
  const { post, words } = await overHttp(['modbus:raw']);
  t.same((await post({ address: 2, words: [1, 0xffff] })).json(), {
    device: 'inverter',
    address: 2,
    words: '0001 ffff',
  });
  t.equal((await post({ address: 4, value: -2, type: 's32', order: 'little' })).statusCode, 200);
  t.equal((await post({ address: 6, value: 7, type: 'u16', functionCode: 6 })).statusCode, 200);
  t.same([...words.subarray(2, 7)], [1, 0xffff, 0xfffe, 0xffff, 7]);
});

t.test('a device in another mode is written nothing, and the answer says why', async (t) => {
  const { post, device } = await overHttp(['modbus:raw']);
  device.mode = 'read';
  const answer = await post({ address: 2, words: [1] });
  t.not(answer.statusCode, 200);
  t.match(answer.json(), { code: 'control_refused' });
  t.match(answer.body, /egw device mode inverter control/);
  t.equal(device.writes, 0);
});

const call = {
  principal: { kind: 'local', id: 'local', scopes: new Set<Scope>() },
  signal: new AbortController().signal,
  origin: 'local',
} as const;
const write = { address: 2, words: Uint16Array.of(9), functionCode: 16 } as const;

t.test('a write that the device does not hold is not confirmed', async (t) => {
  const { raw, device } = rawBench();
  device.isDeaf = true;
  const error = await raw.write('inverter', write, call).catch((failure: unknown) => failure);
  t.equal(errorCodeOf(error), 'control_unconfirmed');
  t.match((error as Error).message, /register 2 holds 16642, not the 9/);
});

t.test('what the device holds decides when the answer to a write was lost', async (t) => {
  const { raw, device } = rawBench();
  device.failure = new GatewayError('device_timeout', 'no answer');
  await raw.write('inverter', write, call);
  device.isDeaf = true;
  const other = { ...write, words: Uint16Array.of(10) };
  const error = await raw.write('inverter', other, call).catch((failure: unknown) => failure);
  t.equal(errorCodeOf(error), 'control_unconfirmed');
});

t.test('a refused write is the device’s own refusal', async (t) => {
  const { raw, device } = rawBench();
  device.failure = new GatewayError('device_exception', 'exception 2', { facts: { exception: 2 } });
  const error = await raw.write('inverter', write, call).catch((failure: unknown) => failure);
  t.equal(errorCodeOf(error), 'device_exception');
});

t.test('the earlier API’s form answers in its own shape, and never writes', async (t) => {
  const { get, gateway, device } = await overHttp(['modbus:raw']);
  const answer = await get('/api/inverter/modbus/holding/1?type=U32&size=2&endianess=little');
  t.same(answer.json(), {
    register: 1,
    size: 2,
    raw_value: '41014102',
    swapped_value: '41024101',
    value: 0x4102_4101,
  });
  t.equal(
    (await get('/api/inverter/modbus/input/1?type=STR&size=2')).json<{ value: string }>().value,
    'A.A.',
  );
  t.equal((await get('/api/inverter/modbus/holding/1?type=BYTES')).json<{ value: string }>().value, '4101');
  t.equal((await get('/api/inverter/modbus/holding/1?type=U32')).statusCode, 400);
  t.equal((await get('/api/inverter/modbus/holding/1?values=1')).statusCode, 400);
  const posted = await gateway.rest.inject({ method: 'POST', url: '/api/inverter/modbus/holding/1' });
  t.ok(posted.statusCode >= 400);
  t.equal(device.writes, 0);
});
