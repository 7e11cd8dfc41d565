import { once } from 'node:events';
import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../../gateway/core/errors.ts';
import type { Network } from '../../../gateway/core/network.ts';
import { createModbusTcpTransport } from '../../../gateway/io/transports/modbus-tcp.ts';
import type {
  RegisterRange,
  RegisterTransport,
  TransportCounters,
} from '../../../gateway/io/transports/transport.ts';
import { createRealNetwork } from '../../../gateway/system/real-network.ts';
import { MisbehavingSlave, type Behaviour } from './misbehaving-slave.ts';
import { StillClock } from './still-clock.ts';

const unit = 7;
const range: RegisterRange = { table: 'input', address: 100, count: 4 };
const words = [100, 101, 102, 103];
const forever = new AbortController().signal;

const network = createRealNetwork({
  resolver: { resolve: async (host: string) => [host] },
  refuseAddress: () => undefined,
});

interface Case {
  readonly title: string;
  readonly behaviour: Behaviour;
  /** The error of the request; without, it succeeds. */
  readonly code?: ErrorCode;
  /** The device leaves it at that, so that the caller's signal must end the request. */
  readonly isSilent?: boolean;
  /** Whether the connection is given up. */
  readonly reconnects: boolean;
  readonly counts?: Partial<TransportCounters>;
}

const lost = { reconnects: true, code: 'frame_invalid', counts: { framesInvalid: 1 } } as const;

const cases: readonly Case[] = [
  { title: 'a wrong transaction id', ...lost, behaviour: writing((frame) => frame.writeUInt16BE(9_999, 0)) },
  { title: 'a wrong protocol id', ...lost, behaviour: writing((frame) => frame.writeUInt16BE(1, 2)) },
  { title: 'a wrong unit', ...lost, behaviour: writing((frame) => frame.writeUInt8(8, 6)) },
  { title: 'a wrong function', ...lost, behaviour: writing((frame) => frame.writeUInt8(3, 7)) },
  { title: 'an exception of another function', ...lost, behaviour: sending(0x83, 2) },
  { title: 'fewer registers than asked for', ...lost, behaviour: resizing(-2) },
  { title: 'more registers than asked for', ...lost, behaviour: resizing(2) },
  { title: 'a byte count that lies', ...lost, behaviour: writing((frame) => frame.writeUInt8(6, 8)) },
  { title: 'a length that lies', ...lost, behaviour: writing((frame) => frame.writeUInt16BE(9, 4)) },
  { title: 'length 0', ...lost, behaviour: writing((frame) => frame.writeUInt16BE(0, 4)) },
  { title: 'length 65535', ...lost, behaviour: writing((frame) => frame.writeUInt16BE(65_535, 4)) },
  {
    title: 'random bytes',
    ...lost,
    behaviour: (_, socket) => socket.write(Buffer.from('93a4f1c66ffe0a2178', 'hex')),
  },
  {
    title: 'trailing garbage',
    behaviour: (honest, socket) => socket.write(Buffer.concat([honest, Buffer.from('deadbeefdead', 'hex')])),
    reconnects: true,
    counts: { framesInvalid: 1 },
  },
  {
    title: 'trailing bytes that could begin a frame',
    behaviour: (honest, socket) => socket.write(Buffer.concat([honest, Buffer.from('000000', 'hex')])),
    reconnects: true,
    counts: { framesInvalid: 1 },
  },
  {
    title: 'a frame that stays short',
    behaviour: (honest, socket) => socket.write(honest.subarray(0, 12)),
    isSilent: true,
    code: 'device_timeout',
    reconnects: true,
    counts: { timeouts: 1 },
  },
  {
    title: 'silence',
    behaviour: () => undefined,
    isSilent: true,
    code: 'device_timeout',
    reconnects: true,
    counts: { timeouts: 1 },
  },
  {
    title: 'a connection closed within a frame',
    behaviour: (honest, socket) => socket.end(honest.subarray(0, 10)),
    code: 'connection_closed',
    reconnects: true,
  },
  {
    title: 'a connection reset',
    behaviour: (_, socket) => socket.resetAndDestroy(),
    code: 'connection_closed',
    reconnects: true,
  },
  { title: 'an answer in single bytes', behaviour: byteByByte, reconnects: false },
  {
    title: 'a late answer glued before the answer',
    behaviour: (honest, socket) => socket.write(Buffer.concat([answerBefore(honest), honest])),
    reconnects: false,
    counts: { repliesLate: 1 },
  },
  {
    title: 'an answer sent twice',
    behaviour: (honest, socket) => socket.write(Buffer.concat([honest, honest])),
    reconnects: false,
    counts: { repliesLate: 1 },
  },
  {
    title: 'exception 2',
    behaviour: sending(0x84, 2),
    code: 'device_exception',
    reconnects: false,
    counts: { exceptions: 1 },
  },
  {
    title: 'exception 6',
    behaviour: sending(0x84, 6),
    code: 'device_busy',
    reconnects: false,
    counts: { exceptions: 1 },
  },
];

for (const { title, behaviour, code, isSilent, reconnects, counts } of cases) {
  t.test(`after ${title}, at most one request is lost`, async (t) => {
    const { slave, transport } = await start(t);
    t.strictSame([...(await transport.readRegisters(unit, range, forever))], words, 'an honest answer first');

    const controller = new AbortController();
    slave.behaviour = (honest, socket) => {
      behaviour(honest, socket);
      if (isSilent === true) controller.abort();
    };
    const result = await transport.readRegisters(unit, range, controller.signal).catch(errorCodeOf);
    t.strictSame(result instanceof Uint16Array ? [...result] : result, code ?? words);

    t.strictSame([...(await transport.readRegisters(unit, range, forever))], words, 'the next one is read');
    t.equal(slave.connections, reconnects ? 2 : 1);
    const expected = {
      requests: 3,
      replies: code === undefined ? 3 : 2,
      exceptions: 0,
      timeouts: 0,
      framesInvalid: 0,
      repliesLate: 0,
      connects: reconnects ? 2 : 1,
      connectFailures: 0,
    };
    t.strictSame(transport.counters(), { ...expected, ...counts });
  });
}

t.test('an exception says which', async (t) => {
  const { slave, transport } = await start(t);
  slave.behaviour = sending(0x84, 2);
  await t.rejects(transport.readRegisters(unit, range, forever), {
    code: 'device_exception',
    facts: { exception: 2, unit, table: 'input', address: 100 },
  });
});

t.test('holding registers are asked with function 3, and 125 fit one answer', async (t) => {
  const { slave, transport } = await start(t);
  const read = await transport.readRegisters(unit, { table: 'holding', address: 5000, count: 125 }, forever);
  t.equal(read.length, 125);
  t.equal(read[124], 5124);
  t.equal(slave.requests[0]?.toString('hex'), '000100000006070313880' + '07d');
});

t.test('a refused connection is tried again by the next request', async (t) => {
  const { slave, transport } = await start(t);
  await slave.close();
  t.equal(await transport.readRegisters(unit, range, forever).catch(errorCodeOf), 'connection_refused');
  t.equal(transport.counters().connectFailures, 1);
  await slave.listen();
  t.strictSame([...(await transport.readRegisters(unit, range, forever))], words);
});

t.test('a connection that the device closed while nothing was asked is made again', async (t) => {
  const { slave, transport } = await start(t);
  await transport.readRegisters(unit, range, forever);
  await slave.close();
  await slave.listen();
  while (transport.isConnected()) await new Promise(setImmediate);
  t.strictSame([...(await transport.readRegisters(unit, range, forever))], words);
});

t.test('garbage while nothing is asked closes the connection, and costs no request', async (t) => {
  const { slave, transport } = await start(t);
  let peer: Socket | undefined;
  slave.behaviour = (honest, socket) => {
    peer = socket;
    socket.write(honest);
  };
  await transport.readRegisters(unit, range, forever);
  peer?.write('garbage');
  while (transport.isConnected()) await new Promise(setImmediate);
  t.equal(transport.counters().framesInvalid, 1);
  t.strictSame([...(await transport.readRegisters(unit, range, forever))], words);
});

t.test('a signal that fired before sends nothing and leaves the connection', async (t) => {
  const { slave, transport } = await start(t);
  await transport.readRegisters(unit, range, forever);
  t.equal(
    await transport.readRegisters(unit, range, AbortSignal.abort()).catch(errorCodeOf),
    'device_timeout',
  );
  t.equal(slave.requests.length, 1);
  t.ok(transport.isConnected());
});

t.test('a request that ends because the gateway stops says so, and counts as no time-out', async (t) => {
  const { slave, transport } = await start(t);
  const controller = new AbortController();
  slave.behaviour = () => controller.abort(new GatewayError('stopping', 'the gateway is stopping'));
  t.equal(await transport.readRegisters(unit, range, controller.signal).catch(errorCodeOf), 'stopping');
  t.equal(transport.counters().timeouts, 0);
});

t.test('closing ends the pending request, and every later one', async (t) => {
  const { slave, transport } = await start(t);
  slave.behaviour = () => transport.close();
  t.equal(await transport.readRegisters(unit, range, forever).catch(errorCodeOf), 'connection_closed');
  t.equal(await transport.readRegisters(unit, range, forever).catch(errorCodeOf), 'connection_closed');
  t.notOk(transport.isConnected());
});

t.test('two requests at once are a programmer error', async (t) => {
  const { transport } = await start(t);
  const first = transport.readRegisters(unit, range, forever);
  await t.rejects(transport.readRegisters(unit, range, forever), { name: 'AssertionError' });
  t.strictSame([...(await first)], words);
});

t.test('it waits after connecting, and between requests, no longer than needed', async (t) => {
  const { transport, clock } = await start(t, { connectDelayMs: 1_000, requestGapMs: 50 });
  await transport.readRegisters(unit, range, forever);
  t.strictSame(clock.waits, [1_000], 'after connecting');
  await transport.readRegisters(unit, range, forever);
  t.strictSame(clock.waits, [1_000, 50], 'after an answer');
  clock.nowMs += 30;
  await transport.readRegisters(unit, range, forever);
  t.strictSame(clock.waits, [1_000, 50, 20], 'what is left of the gap');
  clock.nowMs += 60;
  await transport.readRegisters(unit, range, forever);
  t.equal(clock.waits.length, 3, 'nothing after the gap');
});

t.test('a connection that is not made in time is the failure of the network', async (t) => {
  const hanging: Network = {
    connectTcp: ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new GatewayError('connection_timeout', 'too slow')));
      }),
  };
  const transport = createModbusTcpTransport(
    { endpoint: { host: '192.0.2.1', port: 502 }, connectDelayMs: 0, requestGapMs: 0 },
    { network: hanging, serial: noSerialLines, ...new StillClock().ports() },
  );
  const controller = new AbortController();
  const result = transport.readRegisters(unit, range, controller.signal);
  controller.abort();
  await t.rejects(result, { code: 'connection_timeout' });
  t.equal(transport.address, 'modbus-tcp://192.0.2.1:502');
});

async function start(
  t: Test,
  { connectDelayMs = 0, requestGapMs = 0 } = {},
): Promise<{ slave: MisbehavingSlave; transport: RegisterTransport; clock: StillClock }> {
  const slave = new MisbehavingSlave();
  await slave.listen();
  const clock = new StillClock();
  const transport = createModbusTcpTransport(
    { endpoint: { host: '127.0.0.1', port: slave.port }, connectDelayMs, requestGapMs },
    { network, serial: noSerialLines, ...clock.ports() },
  );
  t.teardown(async () => {
    transport.close();
    await slave.close();
  });
  return { slave, transport, clock };
}

function writing(change: (frame: Buffer) => void): Behaviour {
  return (honest, socket) => {
    change(honest);
    socket.write(honest);
  };
}

function resizing(bytes: number): Behaviour {
  return (honest, socket) => {
    const frame = Buffer.alloc(honest.length + bytes);
    honest.copy(frame);
    frame.writeUInt16BE(frame.length - 6, 4);
    frame.writeUInt8(frame.length - 9, 8);
    socket.write(frame);
  };
}

/** An exception. */
function sending(functionCode: number, exception: number): Behaviour {
  return (honest, socket) => {
    const frame = Buffer.from(honest.subarray(0, 9));
    frame.writeUInt16BE(3, 4);
    frame.writeUInt8(functionCode, 7);
    frame.writeUInt8(exception, 8);
    socket.write(frame);
  };
}

function answerBefore(honest: Buffer): Buffer {
  const late = Buffer.from(honest);
  late.writeUInt16BE(honest.readUInt16BE(0) - 1, 0);
  late.fill(0xee, 9);
  return late;
}

function byteByByte(honest: Buffer, socket: Socket): void {
  void (async () => {
    for (const byte of honest) {
      if (!socket.write(Buffer.of(byte))) await once(socket, 'drain');
      await new Promise(setImmediate);
    }
  })();
}

t.test(
  'a silent unit does not cost the others of its connection theirs, and its late answer is dropped',
  async (t) => {
    const { slave, transport } = await start(t);
    await transport.readRegisters(8, range, forever);
    const controller = new AbortController();
    let answerLate = (): void => undefined;
    slave.behaviour = (honest, socket) => {
      answerLate = () => void socket.write(honest);
      controller.abort();
    };
    t.equal(
      await transport.readRegisters(unit, range, controller.signal).catch(errorCodeOf),
      'device_timeout',
    );
    slave.behaviour = (honest, socket) => {
      answerLate();
      socket.write(honest);
    };
    const other = { ...range, address: 500 };
    t.strictSame([...(await transport.readRegisters(8, other, forever))], [500, 501, 502, 503]);
    t.equal(slave.connections, 1);
    t.match(transport.counters(), { timeouts: 1, repliesLate: 1, connects: 1 });
  },
);
