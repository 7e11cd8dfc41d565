import t, { type Test } from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { transports } from '../../../gateway/io/transports/index.ts';
import type { RegisterRange, RegisterTransport } from '../../../gateway/io/transports/transport.ts';
import { turns } from './memory-wires.ts';
import { slaveFramings } from './slave-framings.ts';
import { refusing } from './test-slave.ts';
import { startInMemory, startOnLoopback, type TransportBench, type TransportId } from './transport-bench.ts';

const unit = 7;
const forever = new AbortController().signal;
const range: RegisterRange = { table: 'input', address: 100, count: 4 };
const words = [100, 101, 102, 103];

async function read(transport: RegisterTransport, asked = range, signal = forever): Promise<number[]> {
  return [...(await transport.readRegisters(unit, asked, signal))];
}

t.test('every transport is tried', (t) => {
  t.strictSame(transports.map(({ id }) => id).sort(), Object.keys(slaveFramings).sort());
  t.end();
});

for (const { id: anyId, endpoint } of transports) {
  const id = anyId as TransportId;
  t.test(`${id} in memory`, async (t) => await conforms(t, async (t) => startInMemory(t, id)));
  if (endpoint === 'host') {
    t.test(`${id} over a socket`, async (t) => await conforms(t, async (t) => await startOnLoopback(t, id)));
  }
}

async function conforms(t: Test, start: (t: Test) => Promise<TransportBench>): Promise<void> {
  await t.test('it reads 1 to 125 registers of both tables', async (t) => {
    const { transport } = await start(t);
    for (const table of ['holding', 'input'] as const) {
      for (let count = 1; count <= 125; count += 1) {
        const values = await read(transport, { table, address: 5_000, count });
        t.strictSame(
          values,
          Array.from({ length: count }, (_, index) => 5_000 + index),
        );
      }
    }
    t.match(transport.counters(), {
      requests: 250,
      replies: 250,
      connects: 1,
      framesInvalid: 0,
      repliesLate: 0,
    });
  });

  await t.test('it writes one register with function 6, and 1 to 123 with function 16', async (t) => {
    const { transport } = await start(t);
    await read(transport);
    await transport.writeRegisters(
      unit,
      { address: 9, words: Uint16Array.of(0xbeef), functionCode: 6 },
      forever,
    );
    t.strictSame(await read(transport, { table: 'holding', address: 8, count: 3 }), [8, 0xbeef, 10]);
    for (const count of [1, 2, 122, 123]) {
      const written = Uint16Array.from({ length: count }, (_, index) => 0xffff - index);
      await transport.writeRegisters(unit, { address: 700, words: written, functionCode: 16 }, forever);
      t.strictSame(await read(transport, { table: 'holding', address: 700, count }), [...written]);
    }
  });

  await t.test('a write comes through as the first request too', async (t) => {
    const { transport } = await start(t);
    await transport.writeRegisters(unit, { address: 9, words: Uint16Array.of(1), functionCode: 6 }, forever);
    t.strictSame(await read(transport, { table: 'holding', address: 9, count: 1 }), [1]);
  });

  await t.test('an exception says which, for reads and writes, and costs no connection', async (t) => {
    const { transport, slave } = await start(t);
    await read(transport);
    for (const exception of [1, 2, 3, 4, 5, 6, 10, 11]) {
      const code = exception === 5 || exception === 6 ? 'device_busy' : 'device_exception';
      slave.willDo(refusing(exception));
      await t.rejects(read(transport), {
        code,
        facts: { exception, unit, table: 'input', address: 100, count: 4 },
      });
      slave.willDo(refusing(exception));
      const write = { address: 3, words: Uint16Array.of(1, 2), functionCode: 16 } as const;
      await t.rejects(transport.writeRegisters(unit, write, forever), {
        code,
        facts: { exception, unit, address: 3 },
      });
    }
    t.equal(slave.connections, 1);
    t.match(transport.counters(), { exceptions: 16, framesInvalid: 0 });
    t.strictSame(await read(transport), words);
  });

  await t.test('a write that is confirmed as another is not confirmed', async (t) => {
    for (const functionCode of [6, 16] as const) {
      const { transport, slave } = await start(t);
      await read(transport);
      slave.willDo(({ session, answer, pack }) => {
        answer.writeUInt16BE(answer.readUInt16BE(4) + 1, 4);
        session.write(pack(answer));
      });
      const write = { address: 3, words: Uint16Array.of(1), functionCode };
      t.equal(await transport.writeRegisters(unit, write, forever).catch(errorCodeOf), 'frame_invalid');
      t.strictSame(await read(transport), words);
    }
  });

  await t.test('a request without an answer times out, and a late one is taken for no other', async (t) => {
    const { transport, slave, clock } = await start(t);
    await transport.readRegisters(8, range, forever);
    const controller = new AbortController();
    let late: Buffer | undefined;
    slave.willDo(({ honest }) => {
      late = honest;
      controller.abort();
    });
    t.equal(await read(transport, range, controller.signal).catch(errorCodeOf), 'device_timeout');
    t.ok(transport.isConnected(), 'another unit had just answered on it');
    clock.nowMs += 1_000;
    slave.willDo(({ session, honest }) => {
      session.write(late ?? honest);
      session.write(honest);
    });
    t.strictSame(await read(transport, { ...range, address: 500 }), [500, 501, 502, 503]);
    t.strictSame(await read(transport, { ...range, address: 900 }), [900, 901, 902, 903]);
    t.match(transport.counters(), { timeouts: 1, connects: 1, framesInvalid: 0 });
  });

  await t.test('a signal that fired before sends nothing', async (t) => {
    const { transport, slave } = await start(t);
    await read(transport);
    t.equal(await read(transport, range, AbortSignal.abort()).catch(errorCodeOf), 'device_timeout');
    t.equal(slave.requests.length, 1);
    t.ok(transport.isConnected());
  });

  await t.test('one request at a time', async (t) => {
    const { transport } = await start(t);
    const first = read(transport);
    await t.rejects(read(transport), { name: 'AssertionError' });
    t.strictSame(await first, words);
  });

  await t.test('what no device could answer is a programmer error', async (t) => {
    const { transport, slave } = await start(t);
    for (const bad of [
      { ...range, count: 0 },
      { ...range, count: 126 },
      { ...range, address: 65_533 },
      { ...range, address: -1 },
      { ...range, address: 0.5 },
    ]) {
      await t.rejects(read(transport, bad), { name: 'AssertionError' });
    }
    for (const bad of [0, 256, 1.5]) {
      await t.rejects(transport.readRegisters(bad, range, forever), { name: 'AssertionError' });
    }
    const two = { address: 1, words: Uint16Array.of(1, 2), functionCode: 6 } as const;
    await t.rejects(transport.writeRegisters(unit, two, forever), { name: 'AssertionError' });
    const many = { address: 1, words: new Uint16Array(124), functionCode: 16 } as const;
    await t.rejects(transport.writeRegisters(unit, many, forever), { name: 'AssertionError' });
    t.equal(slave.requests.length, 0);
  });

  await t.test('a connection that goes is made again, and closing ends it for good', async (t) => {
    const { transport, slave } = await start(t);
    t.notOk(transport.isConnected(), 'nothing is connected before it is asked');
    await read(transport);
    slave.willDo(({ session }) => session.close());
    t.equal(await read(transport).catch(errorCodeOf), 'connection_closed');
    t.strictSame(await read(transport), words);
    t.match(transport.counters(), { connects: 2 });
    slave.willDo(() => transport.close());
    t.equal(await read(transport).catch(errorCodeOf), 'connection_closed');
    t.equal(await read(transport).catch(errorCodeOf), 'connection_closed');
    t.notOk(transport.isConnected());
    await turns(2);
    t.equal(slave.connections, 2);
  });
}
