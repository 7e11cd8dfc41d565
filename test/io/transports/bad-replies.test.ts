import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import type { RegisterRange } from '../../../gateway/io/transports/transport.ts';
import { turns } from './memory-wires.ts';
import { packSolarman, sealSolarman, slaveFramings, withBitwiseCrc } from './slave-framings.ts';
import { honestly, type Behaviour, type Exchange } from './test-slave.ts';
import { startInMemory, type TransportBench, type TransportId } from './transport-bench.ts';

const unit = 7;
const range: RegisterRange = { table: 'input', address: 100, count: 4 };
const words = [100, 101, 102, 103];
const requestTimeoutMs = 3_000;
const connectDelayMs = 500;
/** To the next good value, besides the connect delay. */
const recoveryMsMax = 1_000;
/** Turns in which the longest answer arrives byte by byte. */
const turnsMax = 80;

const garbage = Buffer.from('93a4f1c66ffe0a2178', 'hex');
const transportIds = Object.keys(slaveFramings) as TransportId[];
const tcp: readonly TransportId[] = ['modbus-tcp'];
const rtu: readonly TransportId[] = ['modbus-rtu', 'rtu-over-tcp'];
const solarman: readonly TransportId[] = ['solarman-v5'];

interface Row {
  readonly title: string;
  readonly behaviour: Behaviour;
  /** All without. */
  readonly transports?: readonly TransportId[];
}

const rows: readonly Row[] = [
  { title: 'a short frame', behaviour: sending(({ honest }) => honest.subarray(0, -3)) },
  { title: 'a single byte', behaviour: sending(({ honest }) => honest.subarray(0, 1)) },
  { title: 'fewer registers', behaviour: packing((answer) => resized(answer, -2)) },
  { title: 'more registers', behaviour: packing((answer) => resized(answer, 2)) },
  { title: 'a frame in single bytes', behaviour: byteByByte },
  { title: 'the answer twice', behaviour: sending(({ honest }) => Buffer.concat([honest, honest])) },
  {
    title: 'the answer, and half of it again',
    behaviour: sending(({ honest }) => Buffer.concat([honest, honest.subarray(0, 6)])),
  },
  { title: 'garbage before', behaviour: sending(({ honest }) => Buffer.concat([garbage, honest])) },
  { title: 'garbage after', behaviour: sending(({ honest }) => Buffer.concat([honest, garbage])) },
  { title: 'garbage alone', behaviour: sending(() => garbage) },
  { title: 'much garbage', behaviour: sending(() => Buffer.alloc(5_000, garbage)) },
  { title: 'an empty answer', behaviour: packing((answer) => answer.subarray(0, 0)) },
  { title: 'a byte count of 0', behaviour: packing((answer) => Buffer.of(...answer.subarray(0, 2), 0)) },
  { title: 'a byte count that lies', behaviour: packing((answer) => patched(answer, 2, 6)) },
  { title: 'a byte count of 255', behaviour: packing((answer) => patched(answer, 2, 255)) },
  { title: 'another unit', behaviour: packing((answer) => patched(answer, 0, unit + 1)) },
  { title: 'another function', behaviour: packing((answer) => patched(answer, 1, 3)) },
  { title: 'an exception of another function', behaviour: packing(() => Buffer.of(unit, 0x83, 2)) },
  { title: 'exception 0', behaviour: packing(() => Buffer.of(unit, 0x84, 0)) },
  { title: 'silence', behaviour: () => undefined },
  { title: 'a connection closed at once', behaviour: ({ session }) => session.close() },
  { title: 'a connection closed within a frame', behaviour: closingWithin },
  { title: 'its own request', behaviour: sending(({ request }) => request) },
  {
    title: 'its own request before the answer',
    behaviour: sending(({ request, honest }) => Buffer.concat([request, honest])),
  },
  { title: 'length 0', transports: tcp, behaviour: sending(({ honest }) => word(honest, 4, 0)) },
  { title: 'length 65535', transports: tcp, behaviour: sending(({ honest }) => word(honest, 4, 65_535)) },
  { title: 'a length that lies', transports: tcp, behaviour: sending(({ honest }) => word(honest, 4, 9)) },
  { title: 'another transaction', transports: tcp, behaviour: sending(({ honest }) => word(honest, 0, 999)) },
  { title: 'another protocol', transports: tcp, behaviour: sending(({ honest }) => word(honest, 2, 1)) },
  { title: 'a wrong CRC', transports: rtu, behaviour: sending(({ honest }) => flipped(honest, -1)) },
  { title: 'a flipped bit', transports: rtu, behaviour: sending(({ honest }) => flipped(honest, 5)) },
  { title: 'noise of one byte before', transports: rtu, behaviour: sending(({ honest }) => noisy(honest)) },
  {
    title: 'another master',
    transports: rtu,
    behaviour: sending(() => withBitwiseCrc(Buffer.of(9, 3, 0, 0, 0, 2))),
  },
  {
    title: 'a wrong inner CRC',
    transports: solarman,
    behaviour: sending(({ honest }) => sealSolarman(flipped(honest, 30))),
  },
  {
    title: 'a wrong checksum',
    transports: solarman,
    behaviour: sending(({ honest }) => flipped(honest, -2)),
  },
  { title: 'a wrong end', transports: solarman, behaviour: sending(({ honest }) => flipped(honest, -1)) },
  {
    title: 'length 0 of the envelope',
    transports: solarman,
    behaviour: sending(({ honest }) => little(honest, 1, 0)),
  },
  {
    title: 'length 65535 of the envelope',
    transports: solarman,
    behaviour: sending(({ honest }) => little(honest, 1, 65_535)),
  },
  {
    title: 'another sequence number',
    transports: solarman,
    behaviour: sending(({ honest }) => sealSolarman(patched(honest, 5, 200))),
  },
  {
    title: 'another logger',
    transports: solarman,
    behaviour: sending(({ honest }) => sealSolarman(patched(honest, 7, 9))),
  },
  {
    title: 'an inverter asleep',
    transports: solarman,
    behaviour: sending(({ request }) => packSolarman(Buffer.of(5, 0), request)),
  },
];

for (const id of transportIds) {
  for (const { title, behaviour, transports = transportIds } of rows) {
    if (!transports.includes(id)) continue;
    t.test(`${id}: ${title} costs at most one request and a second`, async (t) => {
      const bench = startInMemory(t, id, { connectDelayMs, requestGapMs: 20 });
      t.strictSame(await ask(bench), words, 'an honest answer first');
      bench.slave.willDo(behaviour);
      const result = await ask(bench);
      const lostAtMs = bench.clock.nowMs;
      if (typeof result !== 'string') t.strictSame(result, words, 'what is believed is true');
      const nextRange = { ...range, address: 200 };
      t.strictSame(await ask(bench, nextRange), [200, 201, 202, 203], 'the next request is answered');
      t.ok(bench.clock.nowMs - lostAtMs <= recoveryMsMax + connectDelayMs, 'without delay');
      t.strictSame(await ask(bench), words, 'and so is the one after it');
    });
  }
}

t.test('a half-open connection costs the requests made on it, and no more', async (t) => {
  for (const id of transportIds) {
    const bench = startInMemory(t, id);
    await ask(bench);
    bench.slave.willDo(() => undefined);
    t.equal(await ask(bench), 'device_timeout');
    t.strictSame(await ask(bench), words);
    t.equal(bench.slave.connections, id === 'modbus-rtu' ? 1 : 2);
  }
});

t.test('a line is silent before each request, also after noise', async (t) => {
  const bench = startInMemory(t, 'modbus-rtu');
  const { clock, slave } = bench;
  await ask(bench);
  const silenceMs = 3.5 * (10 / 9_600) * 1_000;
  const sentAtMs: number[] = [];
  const note: Behaviour = (exchange) => {
    sentAtMs.push(clock.nowMs);
    honestly(exchange);
  };
  const heardAtMs = clock.nowMs;
  slave.willDo(note);
  await ask(bench);
  t.ok((sentAtMs[0] ?? 0) - heardAtMs >= silenceMs, '3.5 characters after an answer');
  slave.willDo(
    sending(({ honest }) => flipped(honest, -1)),
    note,
  );
  t.equal(await ask(bench), 'frame_invalid');
  const damagedAtMs = clock.nowMs;
  await ask(bench);
  t.ok((sentAtMs[1] ?? 0) - damagedAtMs >= 50, 'longer after a damaged frame, whose rest may be on its way');
  t.equal(slave.connections, 1, 'the line stays open');
  t.match(bench.transport.counters(), { framesInvalid: 1, connects: 1 });
});

t.test('nothing is sent to a line that is not silent, until the request times out', async (t) => {
  const bench = startInMemory(t, 'modbus-rtu');
  const { transport, clock, slave } = bench;
  const controller = new AbortController();
  const untilMs = clock.nowMs + requestTimeoutMs;
  slave.willDo((exchange) => {
    honestly(exchange);
    clock.meanwhile = async () => {
      exchange.session.write(Buffer.of(0));
      await turns(1);
      if (clock.nowMs >= untilMs) controller.abort();
    };
  });
  await ask(bench);
  const result = await transport.readRegisters(unit, range, controller.signal).catch(errorCodeOf);
  t.equal(result, 'device_timeout');
  t.equal(slave.requests.length, 1);
  clock.meanwhile = undefined;
  t.strictSame(await ask(bench), words, 'when it is silent again, all is well');
});

/** The words, or the code of the error; a request that is not settled by what came is ended by its time-out. */
async function ask(
  { transport, clock }: TransportBench,
  asked = range,
): Promise<number[] | string | undefined> {
  const controller = new AbortController();
  const result = transport
    .readRegisters(unit, asked, controller.signal)
    .then((values) => [...values], errorCodeOf);
  const isOver = await Promise.race([result.then(() => true), turns(turnsMax).then(() => false)]);
  if (!isOver) {
    clock.nowMs += requestTimeoutMs;
    controller.abort();
  }
  return await result;
}

function sending(bytesOf: (exchange: Exchange) => Buffer): Behaviour {
  return (exchange) => exchange.session.write(bytesOf(exchange));
}

/** Other unit and PDU, packed as well as any. */
function packing(change: (answer: Buffer) => Buffer): Behaviour {
  return ({ session, answer, pack }) => session.write(pack(change(answer)));
}

function byteByByte({ session, honest }: Exchange): void {
  for (const byte of honest) session.write(Buffer.of(byte));
}

function closingWithin({ session, honest }: Exchange): void {
  session.write(honest.subarray(0, 5));
  session.close();
}

function resized(answer: Buffer, bytes: number): Buffer {
  const changed = Buffer.alloc(answer.length + bytes);
  answer.copy(changed);
  return patched(changed, 2, changed.length - 3);
}

function patched(bytes: Buffer, at: number, byte: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(byte, at);
  return changed;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const index = at < 0 ? bytes.length + at : at;
  return patched(bytes, index, (bytes[index] ?? 0) ^ 1);
}

function word(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt16BE(value, at);
  return bytes;
}

function little(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt16LE(value, at);
  return bytes;
}

function noisy(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0), bytes]);
}
