import fc from 'fast-check';
import t from 'tap';
import { MbapReader, type PendingRead } from '../../../gateway/io/transports/mbap-reader.ts';

const incompleteFrameBytesMax = 259;

class Listener {
  readonly answers: Uint8Array[] = [];
  late = 0;
  readonly complaints: string[] = [];

  onAnswer(unitAndPdu: Uint8Array): void {
    this.answers.push(Uint8Array.from(unitAndPdu));
  }

  onLateAnswer(): void {
    this.late += 1;
  }

  onInvalid(reason: string): void {
    this.complaints.push(reason);
  }
}

const request: PendingRead = { transactionId: 42, unit: 1, functionCode: 3, count: 2 };

function start(...earlierIds: number[]): { reader: MbapReader; heard: Listener } {
  const heard = new Listener();
  const reader = new MbapReader(heard);
  for (const transactionId of earlierIds) reader.expect({ ...request, transactionId });
  reader.expect(request);
  return { reader, heard };
}

const answer = Buffer.from('002a00000007010304000a000b', 'hex');

t.test('an answer is handed over without its header', (t) => {
  const { reader, heard } = start();
  reader.push(answer);
  t.strictSame(heard.answers, [Uint8Array.from(answer.subarray(6))]);
  t.equal(reader.bufferedBytes, 0);
  t.end();
});

t.test('an answer may come in any pieces', (t) => {
  for (let cut = 1; cut < answer.length; cut += 1) {
    const { reader, heard } = start();
    reader.push(answer.subarray(0, cut));
    t.equal(reader.bufferedBytes, cut);
    t.equal(heard.answers.length, 0);
    reader.push(answer.subarray(cut));
    t.strictSame(heard.answers, [Uint8Array.from(answer.subarray(6))]);
  }
  t.end();
});

t.test('it objects as soon as the bytes tell', (t) => {
  const early = [
    '002a0001',
    '002a00000002',
    '002a000000ff',
    '002b00000007',
    '002a00000009',
    '002a0000000702',
  ];
  const later = ['002a000000070104', '002a00000007010305', '002a00000003018300', '002a000000030103'];
  for (const hex of [...early, ...later]) {
    const { reader, heard } = start();
    reader.push(Buffer.from(hex, 'hex'));
    t.equal(heard.complaints.length, 1, hex);
    reader.push(answer);
    t.equal(heard.answers.length, 0, 'nothing is believed after that');
    reader.reset();
    reader.expect(request);
    reader.push(answer);
    t.equal(heard.answers.length, 1, 'until it is reset');
  }
  t.end();
});

t.test('an answer to an earlier request is dropped, also across the wrap of the ids', (t) => {
  const { reader, heard } = start(65_535, 0);
  const late = Buffer.concat([answer, answer]);
  late.writeUInt16BE(41, 0);
  reader.push(late);
  t.equal(heard.complaints.length, 0, 'two requests ago at most');
  t.equal(heard.late, 1);
  t.equal(heard.answers.length, 1);
  reader.expect({ ...request, transactionId: 65_535 });
  reader.expect({ ...request, transactionId: 0 });
  late.writeUInt16BE(65_535, 0);
  late.writeUInt16BE(0, answer.length);
  reader.push(late);
  t.equal(heard.late, 2);
  t.equal(heard.answers.length, 2);
  t.end();
});

t.test('an answer that nobody asked for breaks the protocol, and so does a made-up id', (t) => {
  for (const transactionId of [41, 43, 9_999]) {
    const { reader, heard } = start();
    const frame = Buffer.from(answer);
    frame.writeUInt16BE(transactionId, 0);
    reader.push(frame);
    t.equal(heard.complaints.length, 1);
  }
  const heard = new Listener();
  new MbapReader(heard).push(answer);
  t.equal(heard.complaints.length, 1);
  t.end();
});

t.test('whatever is done to a frame, only its registers can change, and the buffer stays small', (t) => {
  const count = fc.integer({ min: 1, max: 125 });
  const edit = fc.record({
    kind: fc.constantFrom('flip', 'insert', 'delete', 'truncate', 'repeat', 'swap'),
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  const cuts = fc.array(fc.nat(), { maxLength: 5 });
  fc.assert(
    fc.property(count, edits, cuts, fc.nat(0xffffffff), (count, edits, cuts, seed) => {
      const { reader, heard } = start(40, 41);
      const asked = { ...request, count };
      reader.expect(asked);
      const honest = honestAnswer(asked, seed);
      let frame: Buffer = honest;
      for (const { kind, at, byte } of edits)
        frame = mutate(frame, kind, { at: at % (frame.length + 1), byte });
      const ends = [...cuts.map((cut) => cut % (frame.length + 1)), frame.length].sort((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        reader.push(frame.subarray(from, end));
        if (reader.bufferedBytes > incompleteFrameBytesMax) return false;
        from = end;
      }
      return heard.answers.every((accepted) => isBelievable(accepted, honest)) && heard.answers.length <= 1;
    }),
    { numRuns: 20_000 },
  );
  t.end();
});

/** An exception, or the honest answer in all but the registers' bytes. */
function isBelievable(accepted: Uint8Array, honest: Buffer): boolean {
  const [unit, functionCode] = accepted;
  if (unit === 1 && functionCode === 0x83 && accepted.length === 3) return true;
  const isSameHeader = honest.subarray(6, 9).equals(accepted.subarray(0, 3));
  return isSameHeader && accepted.length === honest.length - 6;
}

function honestAnswer({ transactionId, unit, functionCode, count }: PendingRead, seed: number): Buffer {
  const frame = Buffer.alloc(9 + 2 * count);
  frame.writeUInt16BE(transactionId, 0);
  frame.writeUInt16BE(3 + 2 * count, 4);
  frame.writeUInt8(unit, 6);
  frame.writeUInt8(functionCode, 7);
  frame.writeUInt8(2 * count, 8);
  for (let index = 9; index < frame.length; index += 1)
    frame[index] = Math.imul(seed + index, 0x9e3779b1) >>> 24;
  return frame;
}

function mutate(frame: Buffer, kind: string, { at, byte }: { at: number; byte: number }): Buffer {
  const before = frame.subarray(0, at);
  const after = frame.subarray(at);
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (byte | 1)), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(1)]);
    case 'truncate':
      return Buffer.from(before);
    case 'repeat':
      return Buffer.concat([before, frame, after]);
    default:
      return Buffer.concat([after, before]);
  }
}
