import fc from 'fast-check';
import t from 'tap';
import type { DeviceDefinition } from '../../modbus-sim/devices/device-definition.ts';
import { f32, u16 } from '../../modbus-sim/devices/device-definition.ts';
import { SimulatedDevice } from '../../modbus-sim/devices/simulated-device.ts';
import { FaultPlan } from '../../modbus-sim/fault-plan.ts';
import { FaultySlave } from '../../modbus-sim/faulty-slave.ts';
import type { FaultyConnection } from '../../modbus-sim/faulty-slave.ts';
import { SimulatedHome } from '../../modbus-sim/home.ts';
import { ModbusSlave } from '../../modbus-sim/modbus-slave.ts';
import type { SlaveOptions } from '../../modbus-sim/modbus-slave.ts';
import { bytes, hex, readRequest } from './modbus-requests.ts';

const definition: DeviceDefinition = {
  model: 'test device',
  wordOrder: 'high-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: {
    3: Array.from({ length: 10 }, (_, index) => u16(40_069 + index, 1, () => 0x0101 * index)),
    4: [f32(0x34, () => 1234.5)],
  },
};

function connect(options: SlaveOptions = {}): FaultyConnection {
  const home = new SimulatedHome({ seed: 1, startMs: 0 });
  const device = new SimulatedDevice({ id: 'device-1', serialNumber: '1' }, definition, home);
  const slave = new ModbusSlave(new Map([[1, device]]), options);
  return new FaultySlave(slave, new FaultPlan(1)).openConnection(0);
}

function exchange(request: string, options: SlaveOptions = {}): string {
  const reply = connect(options).handle(bytes(request), 0);
  return reply.answers.map((answer) => hex(answer.bytes)).join(' ') + (reply.close === true ? ' close' : '');
}

t.test('frames are those of the reference', async (t) => {
  t.equal(
    exchange('0001 0000 0006 01 03 9C85 000A'),
    '0001000000170103140000010102020303040405050606070708080909',
    '10 holding registers from 40069',
  );
  t.equal(exchange('0001 0000 0006 01 03 0000 000A'), '000100000003018302', 'exception 2');
  t.equal(exchange('beef 0000 0006 01 04 0034 0002'), 'beef00000007010404449a5000', 'F32 1234.5');
});

t.test('wrong requests get the right exception', async (t) => {
  t.equal(exchange('0001 0000 0006 01 03 9C85 0000'), '000100000003018303', 'no words');
  t.equal(exchange('0001 0000 0006 01 03 9C85 007E'), '000100000003018303', '126 words');
  t.equal(exchange('0001 0000 0004 01 03 9C85'), '000100000003018303', 'half a request');
  t.equal(exchange('0001 0000 0008 01 03 9C85 0001 0000'), '000100000003018303', 'a request too long');
  t.equal(exchange('0001 0000 0006 01 06 9C85 0001'), '000100000003018601', 'write one');
  t.equal(exchange('0001 0000 0009 01 10 9C85 0001 02 0000'), '000100000003019001', 'write several');
  t.equal(exchange('0001 0000 0002 01 00'), '000100000003018001', 'function code 0');
});

t.test(
  'function codes that it does not serve get exception 1, and so do writes where nothing can be written',
  async (t) => {
    const codeOf = (functionCode: string, data = '0000 0001'): string =>
      exchange(`0001 0000 0006 01 ${functionCode} ${data}`).slice(14);
    for (const functionCode of ['01', '02', '05', '0f', '16', '17', '2b', '7f']) {
      const refused = (Number.parseInt(functionCode, 16) | 0x80).toString(16);
      t.equal(codeOf(functionCode), `${refused}01`, functionCode);
    }
    t.equal(codeOf('06', '9C85 0001'), '8601');
  },
);

t.test('an unknown unit is met with silence, or with 0x0B by a gateway', async (t) => {
  t.equal(exchange('0001 0000 0006 02 03 9C85 0001'), '');
  t.equal(exchange('0001 0000 0006 02 03 9C85 0001', { isGateway: true }), '00010000000302830b');
});

t.test('what is not Modbus TCP ends the connection, after the answers to what came before', async (t) => {
  const good = '0001 0000 0006 01 03 9C85 0001';
  const answer = '00010000000501030200 00'.replace(' ', '');
  t.equal(exchange('0001 0001 0006 01 03 9C85 0001'), ' close', 'protocol id');
  t.equal(exchange('0001 0000 0000'), ' close', 'length 0');
  t.equal(exchange('0001 0000 FFFF 01'), ' close', 'length 65535');
  t.equal(exchange(`${good} 474554202f20485454502f`), `${answer} close`, 'HTTP');
});

t.test('a stream of requests is answered alike however it is cut', async () => {
  const requests = [1, 2, 3, 4].map((transactionId) =>
    readRequest({ functionCode: 3, address: 40_068 + transactionId, words: transactionId, transactionId }),
  );
  const stream = Buffer.concat(requests);
  const whole = connect().handle(stream, 0).answers;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const connection = connect();
      const borders = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const answers = borders.slice(1).flatMap((end, index) => {
        // The chunk's memory is used again by the caller, as node's sockets may do.
        const chunk = Uint8Array.from(stream.subarray(borders[index], end));
        const reply = connection.handle(chunk, 0);
        chunk.fill(0xff);
        return reply.answers;
      });
      return (
        answers.map((answer) => hex(answer.bytes)).join() === whole.map((answer) => hex(answer.bytes)).join()
      );
    }),
  );
});

t.test('random bytes never throw and every answer is a whole frame', async () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
      const connection = connect({ isGateway: true });
      return chunks
        .flatMap((chunk) => connection.handle(chunk, 0).answers)
        .every(({ bytes: frame }) => frame.length === 6 + (frame[4] ?? 0) * 256 + (frame[5] ?? 0));
    }),
  );
});

t.test('the latency is on every answer', async (t) => {
  const reply = connect({ latencyMs: 35 }).handle(
    readRequest({ functionCode: 3, address: 40_069, words: 1 }),
    0,
  );
  t.same(
    reply.answers.map((answer) => answer.delayMs),
    [35],
  );
});
