import fc from 'fast-check';
import t from 'tap';
import { withCrc } from '../../modbus-sim/crc16.ts';
import { f32, u16 } from '../../modbus-sim/devices/device-definition.ts';
import type { DeviceDefinition } from '../../modbus-sim/devices/device-definition.ts';
import { SimulatedDevice } from '../../modbus-sim/devices/simulated-device.ts';
import { writable } from '../../modbus-sim/devices/writable-register.ts';
import { FaultPlan } from '../../modbus-sim/fault-plan.ts';
import type { FaultWindow, GarbageKind } from '../../modbus-sim/fault-plan.ts';
import { FaultySlave } from '../../modbus-sim/faulty-slave.ts';
import type { FaultyConnection } from '../../modbus-sim/faulty-slave.ts';
import { SimulatedHome } from '../../modbus-sim/home.ts';
import { ModbusSlave } from '../../modbus-sim/modbus-slave.ts';
import { RtuFraming } from '../../modbus-sim/rtu-framing.ts';
import { bytes, hex } from './modbus-requests.ts';

const definition: DeviceDefinition = {
  model: 'test device',
  wordOrder: 'high-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: {
    3: Array.from({ length: 10 }, (_, index) => u16(0x100 + index, 1, () => index)),
    4: [f32(0x444, () => 0), f32(0x34, () => 1234.5)],
  },
  writable: [
    writable('u16', 1, { min: 0, max: 1000 }, 7),
    writable('u16', 2, { min: 0, max: 1000 }, 8),
    writable('s32', 3, { min: -5, max: 100_000 }, 0),
  ],
};

interface LineOptions {
  readonly faults?: readonly FaultWindow[];
  readonly baudRate?: number;
}

/** Units 1 and 17 on one line. */
function line({ faults = [], baudRate }: LineOptions = {}): FaultyConnection {
  const home = new SimulatedHome({ seed: 1, startMs: 0 });
  const unit = (id: string): SimulatedDevice =>
    new SimulatedDevice({ id, serialNumber: '1' }, definition, home);
  const slave = new ModbusSlave(
    new Map([
      [1, unit('a')],
      [17, unit('b')],
    ]),
  );
  const plan = new FaultPlan(3, { a: faults });
  return new FaultySlave(slave, plan, {
    framing: () => new RtuFraming(baudRate),
    isSerialLine: true,
  }).openConnection(0);
}

function ask(connection: FaultyConnection, request: string, nowMs = 0): string {
  return connection
    .handle(bytes(request), nowMs)
    .answers.map((answer) => hex(answer.bytes))
    .join(' ');
}

const framed = (body: string): string => hex(withCrc(bytes(body)));
const power = '0104003400023005';
const powerAnswer = '010404449a5000f35b';

t.test('frames are those of the reference', async (t) => {
  const connection = line();
  t.equal(ask(connection, power), powerAnswer);
  t.equal(ask(connection, '01030000000ac5cd'), '018302c0f1', 'exception 2');
  t.equal(ask(connection, '1106000100039a9b'), '1106000100039a9b', 'write one');
  t.equal(
    ask(connection, '11100001000204000a0102c6f0'),
    '111000010002 1298'.replace(' ', ''),
    'write several',
  );
  t.equal(ask(connection, framed('110300010002')), framed('110304000a0102'), 'read back');
  t.equal(
    ask(connection, framed('010300010002')),
    framed('010304 0007 0008'.replaceAll(' ', '')),
    'of this unit alone',
  );
});

t.test('a value of two words is written whole, with its sign', async (t) => {
  const connection = line();
  t.equal(ask(connection, framed('01100003000204fffffffb')), framed('011000030002'));
  t.equal(ask(connection, framed('010300030002')), framed('010304fffffffb'));
  t.equal(ask(connection, framed('01100003000204fffffffa')), framed('019003'), '−6 is below the least');
  t.equal(ask(connection, framed('010600030001')), framed('018602'), 'half of it');
  t.equal(ask(connection, framed('01100003000102 0001'.replace(' ', ''))), framed('019002'));
  t.equal(
    ask(connection, framed('011000030002030001 00'.replace(' ', ''))),
    framed('019003'),
    'a byte count that lies',
  );
});

t.test('what is not for a unit of the line, or not whole, is met with silence', async (t) => {
  t.equal(ask(line(), framed('020400340002')), '', 'another unit');
  t.equal(ask(line(), '0104003400023006'), '', 'wrong CRC');
  t.equal(ask(line(), '01040034000230'), '', 'too short');
});

t.test('a broadcast is done by all and answered by none', async (t) => {
  const connection = line();
  t.equal(ask(connection, framed('000600010064')), '');
  t.equal(ask(connection, framed('010300010001')), framed('0103020064'));
  t.equal(ask(connection, framed('110300010001')), framed('1103020064'));
  t.equal(ask(connection, framed('000300010001')), '', 'no reading from all');
});

t.test('function codes not served get exception 1', async (t) => {
  for (const body of [
    '010100000001',
    '010200000001',
    '01050000ff00',
    '010f000000010101',
    '0117000000010000000102ffff',
    '01160000ffff0000',
    '012b0e0100',
    '0111',
  ]) {
    const code = (Number.parseInt(body.slice(2, 4), 16) | 0x80).toString(16);
    t.equal(ask(line(), framed(body)), framed(`01${code}01`), body);
  }
});

t.test(
  'after noise, half requests and wrong CRCs the next request is answered, however the bytes are cut',
  async () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom('01040034', '0104003400023006', '0110000100', 'ff', '0000').map((text) => bytes(text)),
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat(60), { maxLength: 4 }), (before, cuts) => {
        const connection = line();
        const stream = Buffer.concat([before, bytes(power)]);
        const borders = [
          0,
          ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ];
        const answers = borders
          .slice(1)
          .map((end, index) => ask(connection, hex(Uint8Array.from(stream.subarray(borders[index], end)))));
        return answers.join(' ').includes(powerAnswer);
      }),
      { numRuns: 2000 },
    );
  },
);

t.test(
  'answers take the time of the wire: 8N2 at 9600 baud, 3.5 characters of silence between',
  async (t) => {
    const delays = (baudRate: number, request: string): number[] =>
      line({ baudRate })
        .handle(bytes(request), 0)
        .answers.map(({ delayMs }) => Math.round(delayMs * 100) / 100);
    // (8 + 9 + 3.5) × 11 bits.
    t.same(delays(9600, power), [23.49]);
    t.same(delays(115_200, power), [3.37], '1.75 ms above 19,200 baud');
    t.same(delays(9600, power + power), [23.49, 46.98], 'one exchange after the other');
  },
);

const during = (garbage: GarbageKind): LineOptions => ({
  faults: [{ kind: 'garbage', garbage, startMs: 100, endMs: 200 }],
});
const firstWhenGarbled = (garbage: GarbageKind): string => whenGarbled(garbage)[0] ?? '';
const whenGarbled = (garbage: GarbageKind): string[] => {
  const { answers } = line(during(garbage)).handle(bytes(power), 150);
  return answers.map((answer) => hex(answer.bytes));
};

t.test('each kind of line fault is wrong in its own way', async (t) => {
  const badCrc = firstWhenGarbled('bad-crc');
  t.equal(badCrc.length, powerAnswer.length);
  t.not(badCrc, powerAnswer);
  t.same(whenGarbled('echo'), [power, powerAnswer]);
  const noisy = firstWhenGarbled('noise-before');
  t.ok(noisy.endsWith(powerAnswer) && noisy.length > powerAnswer.length);
  const trailing = firstWhenGarbled('trailing-garbage');
  t.ok(trailing.startsWith(powerAnswer) && trailing.length > powerAnswer.length);
  t.equal(whenGarbled('gap').join(''), powerAnswer);
  t.ok(whenGarbled('gap').length > 1);
  const { answers } = line(during('gap')).handle(bytes(power), 150);
  t.ok(
    (answers[1]?.delayMs ?? 0) - (answers[0]?.delayMs ?? 0) > 4,
    'the pause is longer than 3.5 characters',
  );
});

t.test('frames that are whole and right may still be the wrong ones', async (t) => {
  const [foreign = '', own] = whenGarbled('foreign-answer');
  t.equal(own, powerAnswer);
  t.equal(framed(foreign.slice(0, -4)), foreign, 'whole and right');
  t.not(foreign.slice(4, 6), '04', 'of another length');
  for (const kind of ['wrong-unit', 'wrong-function', 'byte-count-lie', 'long-frame'] as const) {
    const frame = firstWhenGarbled(kind);
    t.not(frame, powerAnswer, kind);
    t.equal(framed(frame.slice(0, -4)), frame, `${kind}: its CRC is right`);
  }
  t.ok(powerAnswer.startsWith(firstWhenGarbled('short-frame')));
  t.not(firstWhenGarbled('random-bytes'), powerAnswer);
  t.equal(firstWhenGarbled('wrong-transaction').length, powerAnswer.length, 'unknown here: a wrong byte');
});

t.test('on a line a fault of one unit leaves the other alone, and nobody hangs up', async (t) => {
  for (const kind of ['silent', 'mute', 'half-open', 'refuse', 'reboot', 'reset'] as const) {
    const connection = line({ faults: [{ kind, startMs: 100, endMs: 200 }] });
    t.equal(ask(connection, power, 50), powerAnswer, kind);
    t.equal(ask(connection, power, 150), '', `${kind}: silent`);
    t.equal(ask(connection, framed('110300010001'), 150), framed('1103020007'), `${kind}: the other answers`);
    t.equal(ask(connection, power, 200), powerAnswer, `${kind}: back`);
  }
});

t.test('a mute unit does what it is told', async (t) => {
  const connection = line({ faults: [{ kind: 'mute', startMs: 100, endMs: 200 }] });
  t.equal(ask(connection, framed('010600010064'), 150), '');
  t.equal(ask(connection, framed('010300010001'), 200), framed('0103020064'));
});
