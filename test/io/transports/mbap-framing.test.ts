import fc from 'fast-check';
import t from 'tap';
import { MbapFraming } from '../../../gateway/io/transports/mbap-framing.ts';
import { FramingLog, readRequest, writeRequest } from './framing-log.ts';
import { damage, damaged } from './mutated-frame.ts';

const incompleteFrameBytesMax = 259;
const request = readRequest(1, 3, 2);

/** On a connection that had 41 requests before this one. */
function start(due: Uint8Array = request): { framing: MbapFraming; heard: FramingLog } {
  const heard = new FramingLog();
  const framing = new MbapFraming(heard);
  for (let index = 0; index < 41; index += 1) framing.request(request);
  framing.request(due);
  return { framing, heard };
}

const answer = Buffer.from('002a00000007010304000a000b', 'hex');

t.test('a request gets a header with a transaction id of its own', (t) => {
  const framing = new MbapFraming(new FramingLog());
  const example = readRequest(1, 3, 10, 40_069);
  t.equal(Buffer.from(framing.request(example)).toString('hex'), '00010000000601039c85000a');
  t.equal(Buffer.from(framing.request(example)).toString('hex'), '00020000000601039c85000a');
  t.end();
});

t.test('an answer is handed over without its header', (t) => {
  const { framing, heard } = start();
  framing.push(answer);
  t.strictSame(heard.answers, [Uint8Array.from(answer.subarray(6))]);
  t.equal(framing.bufferedBytes, 0);
  t.end();
});

t.test('an answer may come in any pieces', (t) => {
  for (let cut = 1; cut < answer.length; cut += 1) {
    const { framing, heard } = start();
    framing.push(answer.subarray(0, cut));
    t.equal(framing.bufferedBytes, cut);
    t.equal(heard.answers.length, 0);
    framing.push(answer.subarray(cut));
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
    const { framing, heard } = start();
    framing.push(Buffer.from(hex, 'hex'));
    t.equal(heard.complaints.length, 1, hex);
    framing.push(answer);
    t.equal(heard.answers.length, 0, 'nothing is believed after that');
    framing.reset();
    framing.request(request);
    framing.push(Buffer.from('002b00000007010304000a000b', 'hex'));
    t.equal(heard.answers.length, 1, 'until it is reset');
  }
  t.end();
});

t.test('a write is confirmed by its echo alone', (t) => {
  const single = Buffer.of(1, 6, 0, 9, 0, 7);
  const several = writeRequest(1, 9, [7, 8]);
  const confirmed: readonly [Buffer, string][] = [
    [single, '002a00000006010600090007'],
    [several, '002a00000006011000090002'],
    [single, '002a00000003018602'],
    [several, '002a00000003019006'],
  ];
  for (const [due, hex] of confirmed) {
    const { framing, heard } = start(due);
    framing.push(Buffer.from(hex, 'hex'));
    t.equal(heard.answers.length, 1, hex);
  }
  const refused: readonly [Buffer, string][] = [
    [single, '002a00000006010600090008'],
    [single, '002a00000006010600080007'],
    [single, '002a00000006011000090007'],
    [single, '002a00000007010600090007'],
    [several, '002a00000006011000090001'],
    [several, '002a0000000b0110000900020400070008'],
    [several, '002a00000003018606'],
  ];
  for (const [due, hex] of refused) {
    const { framing, heard } = start(due);
    framing.push(Buffer.from(hex, 'hex'));
    t.strictSame([heard.answers.length, heard.complaints.length], [0, 1], hex);
  }
  t.end();
});

t.test('an answer to an earlier request is dropped', (t) => {
  const { framing, heard } = start();
  const late = Buffer.concat([answer, answer]);
  late.writeUInt16BE(40, 0);
  framing.push(late);
  t.strictSame([heard.complaints.length, heard.late, heard.answers.length], [0, 1, 1]);
  t.end();
});

t.test('an answer to a request that was given up is dropped, before and after the next one', (t) => {
  for (const askBefore of [false, true]) {
    const { framing, heard } = start();
    framing.giveUp();
    if (askBefore) framing.request(request);
    framing.push(answer);
    t.strictSame([heard.complaints.length, heard.late, heard.answers.length], [0, 1, 0]);
  }
  t.end();
});

t.test('transaction ids wrap, and the last ones before are late', (t) => {
  const heard = new FramingLog();
  const framing = new MbapFraming(heard);
  for (let index = 0; index < 65_536; index += 1) framing.request(request);
  const glued = Buffer.concat([answer, answer]);
  glued.writeUInt16BE(65_535, 0);
  glued.writeUInt16BE(0, answer.length);
  framing.push(glued);
  t.strictSame([heard.complaints.length, heard.late, heard.answers.length], [0, 1, 1]);
  t.end();
});

t.test('an answer that nobody asked for breaks the protocol, and so does a made-up id', (t) => {
  const fresh = new FramingLog();
  new MbapFraming(fresh).push(answer);
  t.equal(fresh.complaints.length, 1);
  for (const transactionId of [43, 9_999, 65_535]) {
    const { framing, heard } = start();
    const frame = Buffer.from(answer);
    frame.writeUInt16BE(transactionId, 0);
    framing.push(frame);
    t.equal(heard.complaints.length, 1);
  }
  t.end();
});

t.test('whatever is done to a frame, only its registers can change, and the buffer stays small', (t) => {
  const count = fc.integer({ min: 1, max: 125 });
  fc.assert(
    fc.property(count, damage, fc.nat(0xffffffff), (count, damage, seed) => {
      const { framing, heard } = start(readRequest(1, 3, count));
      const honest = honestAnswer(count, seed);
      for (const piece of damaged(honest, damage)) {
        framing.push(piece);
        if (framing.bufferedBytes > incompleteFrameBytesMax) return false;
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

function honestAnswer(count: number, seed: number): Buffer {
  const frame = Buffer.alloc(9 + 2 * count);
  frame.writeUInt16BE(42, 0);
  frame.writeUInt16BE(3 + 2 * count, 4);
  frame.writeUInt8(1, 6);
  frame.writeUInt8(3, 7);
  frame.writeUInt8(2 * count, 8);
  for (let index = 9; index < frame.length; index += 1)
    frame[index] = Math.imul(seed + index, 0x9e3779b1) >>> 24;
  return frame;
}

t.test('where lengths are not to be trusted, the request tells how long its answer is', (t) => {
  const pieces = (length: string, rest: string): Buffer => Buffer.from(`002a0000${length}${rest}`, 'hex');
  for (const length of ['0000', '0005', '0009', 'ffff']) {
    for (const cut of [5, 7, 8, 12]) {
      const heard = new FramingLog();
      const framing = new MbapFraming(heard, false);
      for (let index = 0; index < 41; index += 1) framing.request(request);
      framing.request(request);
      const frame = pieces(length, '010304000a000b');
      framing.push(frame.subarray(0, cut));
      framing.push(frame.subarray(cut));
      t.strictSame(heard.answers, [Uint8Array.from(answer.subarray(6))], `length ${length}, cut at ${cut}`);
      framing.request(request);
      framing.push(Buffer.from(`002b0000${length}018302`, 'hex'));
      t.strictSame(heard.answers[1], Uint8Array.of(1, 0x83, 2), 'exceptions as well');
    }
  }
  t.end();
});

t.test('all else is checked all the same where lengths are not to be trusted', (t) => {
  for (const hex of ['002a0001', '002b00000007010304', '002a000000070203', '002a00000007010305']) {
    const heard = new FramingLog();
    const framing = new MbapFraming(heard, false);
    for (let index = 0; index < 42; index += 1) framing.request(request);
    framing.push(Buffer.from(hex, 'hex'));
    t.equal(heard.answers.length, 0);
    t.equal(heard.complaints.length, 1, hex);
  }
  t.end();
});
