import t from 'tap';
import { text, u16 } from '../../modbus-sim/devices/device-definition.ts';
import { SimulatedDevice } from '../../modbus-sim/devices/simulated-device.ts';
import { FaultPlan, loggerGarbageKinds } from '../../modbus-sim/fault-plan.ts';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';
import { FaultySlave } from '../../modbus-sim/faulty-slave.ts';
import type { FaultyConnection } from '../../modbus-sim/faulty-slave.ts';
import { SimulatedHome } from '../../modbus-sim/home.ts';
import { ModbusSlave } from '../../modbus-sim/modbus-slave.ts';
import { SolarmanFraming } from '../../modbus-sim/solarman-framing.ts';
import type { LoggerOptions } from '../../modbus-sim/solarman-framing.ts';
import { bytes, hex } from './modbus-requests.ts';

const loggerSerial = 1_700_000_001;

function logger(options: Partial<LoggerOptions> = {}, faults: readonly FaultWindow[] = []): FaultyConnection {
  const home = new SimulatedHome({ seed: 1, startMs: 0 });
  const device = new SimulatedDevice(
    { id: 'a', serialNumber: '2212345678' },
    {
      model: 'test device',
      wordOrder: 'low-first',
      readWordsMax: 125,
      tooLongException: 3,
      alignmentWords: 1,
      registers: { 3: [text(3, 5, (view) => view.serialNumber), u16(9, 1, () => 1)] },
    },
    home,
  );
  const slave = new ModbusSlave(new Map([[1, device]]));
  const framing = (): SolarmanFraming => new SolarmanFraming({ loggerSerial, ...options });
  return new FaultySlave(slave, new FaultPlan(1, { a: faults }), { framing }).openConnection(0);
}

const request =
  'A5 17 00 10 45 2A 00 01 F1 53 65 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 03 00 03 00 05 75 C9 8C 15';
const answer =
  'A5 1D 00 10 15 2A 07 01 F1 53 65 02 01 00 8D 27 00 10 0E 00 00 C0 9F 73 68 01 03 0A 32 32 31 32 33 34 35 36 37 38 55 DE 75 15';

/** The request with some bytes changed, its checksum made right by hand. */
function variant(changes: Readonly<Record<number, number>>): string {
  const frame = Buffer.from(bytes(request));
  for (const [index, byte] of Object.entries(changes)) frame[Number(index)] = byte;
  let sum = 0;
  for (const byte of frame.subarray(1, -2)) sum += byte;
  frame[frame.length - 2] = sum & 0xff;
  return hex(frame);
}

const ask = (connection: FaultyConnection, frame: string, nowMs = 0): Buffer[] =>
  connection.handle(bytes(frame), nowMs).answers.map((each) => Buffer.from(each.bytes));

t.test('frames are those of the worked example; the logger counts its replies', async (t) => {
  const connection = logger();
  for (let count = 1; count < 7; count += 1) {
    const [reply] = ask(connection, variant({ 5: 0x40 + count }));
    t.equal(reply?.[5], 0x40 + count, 'the sequence byte comes back');
    t.equal(reply?.[6], count);
  }
  t.equal(hex(ask(connection, request)[0]), answer.replaceAll(' ', '').toLowerCase());
});

t.test('for another logger, or an inverter asleep, a short frame comes that is not Modbus', async (t) => {
  const inner = (replies: readonly Buffer[]): string => hex(replies[0]?.subarray(25, -2));
  t.equal(inner(ask(logger(), variant({ 7: 0x02 }))), '0500', 'wrong logger serial');
  t.equal(inner(ask(logger(), variant({ 30: 0xff }))), '0500', 'wrong CRC inside');
  t.equal(inner(ask(logger({}, [{ kind: 'silent', startMs: 0, endMs: 10 }]), request, 5)), '0500', 'asleep');
  const head = ask(logger(), variant({ 7: 0x02 }))[0];
  t.equal(head?.readUInt16LE(3), 0x1510);
  t.equal(head?.readUInt32LE(7), loggerSerial, 'its own serial');
});

t.test('a doubled CRC is two zero bytes after the first', async (t) => {
  const [reply] = ask(logger({ doublesCrc: true }), request);
  t.match(hex(reply), /55de0000..15$/);
  t.equal(reply?.readUInt16LE(1), 0x1f);
});

t.test(
  'heartbeats and handshakes come before answers, and their acknowledgements are taken in silence',
  async (t) => {
    const connection = logger({ chatterEvery: 2 });
    const controls = Array.from({ length: 4 }, () =>
      ask(connection, request).map((frame) => frame.readUInt16LE(3)),
    );
    t.same(controls, [[0x1510], [0x4710, 0x1510], [0x1510], [0x4110, 0x1510]]);
    const acknowledged = variant({ 3: 0x10, 4: 0x17 });
    t.same(ask(connection, acknowledged), []);
  },
);

t.test('bad frames are passed over, and the next good one is answered', async (t) => {
  for (const noise of [
    'a5',
    'ffff',
    'a5ffff',
    request.replace('8C 15', '8D 15'),
    request.replace('8C 15', '8C 16'),
  ]) {
    const replies = ask(logger(), noise + request);
    t.equal(replies.length, 1, noise);
    t.equal(hex(replies[0]?.subarray(25, 28)), '01030a');
  }
});

t.test('requests cut anywhere are answered whole', async (t) => {
  const frame = hex(bytes(request));
  for (let cut = 2; cut < frame.length; cut += 2) {
    const connection = logger();
    t.same(ask(connection, frame.slice(0, cut)), []);
    t.equal(ask(connection, frame.slice(cut)).length, 1);
  }
});

t.test('each kind of garbage differs from the right answer', async (t) => {
  const right = hex(ask(logger(), request)[0]);
  for (const garbage of loggerGarbageKinds) {
    const replies = ask(logger({}, [{ kind: 'garbage', garbage, startMs: 0, endMs: 10 }]), request, 5);
    if (garbage === 'split') t.equal(replies.map((piece) => hex(piece)).join(''), right);
    else
      t.notSame(
        replies.map((piece) => hex(piece)),
        [right],
        garbage,
      );
  }
});

t.test('the wire behind the logger carries the Modbus frames only', async (t) => {
  const { answers } = logger({ baudRate: 9600 }).handle(bytes(request), 0);
  const [first] = answers;
  // 8 bytes out, 15 back, 3.5 characters of silence.
  t.equal(Math.round((first?.delayMs ?? 0) * 100), Math.round(((8 + 15 + 3.5) * 1_100_000) / 9600));
});
