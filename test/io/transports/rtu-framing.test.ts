import fc from 'fast-check';
import t from 'tap';
import { RtuFraming } from '../../../gateway/io/transports/rtu-framing.ts';
import { FramingLog, readRequest, writeRequest } from './framing-log.ts';
import { damage, damaged } from './mutated-frame.ts';
import { bitwiseCrc, withBitwiseCrc } from './slave-framings.ts';
import { StillClock } from './still-clock.ts';

const bufferedBytesMax = 512;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function start(due?: Uint8Array): {
  framing: RtuFraming;
  heard: FramingLog;
  clock: StillClock;
  sent: string;
} {
  const clock = new StillClock();
  const heard = new FramingLog();
  const framing = new RtuFraming(heard, clock.ports().clock);
  const sent = due === undefined ? '' : Buffer.from(framing.request(due)).toString('hex');
  return { framing, heard, clock, sent };
}

function counts({ answers, late, complaints }: FramingLog): readonly number[] {
  return [answers.length, late, complaints.length];
}

/** A request and its answer, of the manuals and of the specification. */
const examples: readonly { readonly due: Buffer; readonly sent: string; readonly answer: string }[] = [
  { due: readRequest(1, 4, 2, 0x34), sent: '01 04 00 34 00 02 30 05', answer: '01 04 04 44 9A 50 00 F3 5B' },
  { due: readRequest(1, 3, 10), sent: '01 03 00 00 00 0A C5 CD', answer: '01 83 02 C0 F1' },
  { due: hex('110600010003'), sent: '11 06 00 01 00 03 9A 9B', answer: '11 06 00 01 00 03 9A 9B' },
  {
    due: writeRequest(0x11, 1, [10, 258]),
    sent: '11 10 00 01 00 02 04 00 0A 01 02 C6 F0',
    answer: '11 10 00 01 00 02 12 98',
  },
];

for (const { due, sent: expected, answer } of examples) {
  t.test(`${expected} is answered by ${answer}, in any two pieces`, (t) => {
    const bytes = hex(answer);
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const { framing, heard, sent } = start(due);
      t.equal(sent, hex(expected).toString('hex'));
      framing.push(bytes.subarray(0, cut));
      t.equal(heard.answers.length, 0);
      framing.push(bytes.subarray(cut));
      t.strictSame(heard.answers, [Uint8Array.from(bytes.subarray(0, -2))]);
      t.equal(framing.bufferedBytes, 0);
    }
    t.end();
  });
}

t.test('the frame of 125 registers is known by its CRC', (t) => {
  const { sent } = start(readRequest(0xf7, 3, 125, 0x891c));
  t.equal(sent, 'f703891c007d7ae7');
  t.end();
});

const read = readRequest(1, 4, 2, 0x34);
const answer = hex('01 04 04 44 9A 50 00 F3 5B');

t.test('noise before an answer is skipped, also when it looks like the begin of one', (t) => {
  for (const noise of ['00', 'ff', '0000ff', '01', '0104', '010101040104', '81', '01 83']) {
    const { framing, heard } = start(read);
    framing.push(Buffer.concat([hex(noise), answer]));
    t.strictSame(counts(heard), [1, 0, 0], noise);
  }
  t.end();
});

t.test('the echo of a request is dropped, whole or in pieces', (t) => {
  const echo = hex('01 04 00 34 00 02 30 05');
  const stream = Buffer.concat([echo, answer]);
  for (let cut = 0; cut < stream.length; cut += 1) {
    const { framing, heard } = start(read);
    framing.push(stream.subarray(0, cut));
    framing.push(stream.subarray(cut));
    t.strictSame(counts(heard), [1, 0, 0]);
  }
  t.end();
});

t.test('an echo that begins as the answer does is told from it', (t) => {
  const due = readRequest(1, 4, 2, 0x0400);
  const { framing, heard, sent } = start(due);
  framing.push(hex(sent));
  t.strictSame(counts(heard), [0, 0, 0]);
  framing.push(answer);
  t.strictSame(counts(heard), [1, 0, 0]);
  t.end();
});

t.test('on a line that echoes, a write is confirmed by the second copy only', (t) => {
  const { framing, heard } = start(read);
  t.ok(framing.mayEcho, 'nothing is known before the first answer');
  framing.push(Buffer.concat([hex('01 04 00 34 00 02 30 05'), answer]));
  t.notOk(framing.mayEcho);
  const frame = framing.request(hex('010600010003'));
  framing.push(frame);
  t.equal(heard.answers.length, 1, 'its echo');
  framing.push(frame);
  t.equal(heard.answers.length, 2, 'its answer');
  const refused = framing.request(hex('010600010004'));
  framing.push(Buffer.concat([refused, withBitwiseCrc(hex('018602'))]));
  t.strictSame(heard.answers.at(-1), Uint8Array.of(1, 0x86, 2));
  const several = framing.request(writeRequest(1, 1, [10, 258]));
  framing.push(several);
  t.equal(heard.answers.length, 3);
  framing.push(withBitwiseCrc(hex('011000010002')));
  t.equal(heard.answers.length, 4);
  t.end();
});

t.test('on a line that does not, it is confirmed by the first', (t) => {
  const { framing, heard } = start(read);
  framing.push(answer);
  framing.push(framing.request(hex('010600010003')));
  t.strictSame(counts(heard), [2, 0, 0]);
  framing.reset();
  t.ok(framing.mayEcho, 'another connection may be another adapter');
  t.end();
});

t.test('a whole frame that was not asked for, or a wrong CRC, breaks the protocol', (t) => {
  const bad: readonly [string, Buffer][] = [
    ['another unit', withBitwiseCrc(hex('020404449a5000'))],
    ['another function', withBitwiseCrc(hex('010304449a5000'))],
    ['the exception of another function', withBitwiseCrc(hex('018302'))],
    ['exception 0', withBitwiseCrc(hex('018400'))],
    ['fewer registers', withBitwiseCrc(hex('010402449a'))],
    ['more registers', withBitwiseCrc(hex('010406449a50001234'))],
    ['a byte count that lies', withBitwiseCrc(hex('010406449a5000'))],
    ['no byte count', withBitwiseCrc(hex('010400'))],
    ['another master', withBitwiseCrc(hex('050300000002'))],
    ['a wrong CRC', hex('01 04 04 44 9A 50 00 F3 5C')],
    ['a flipped bit', hex('01 04 04 44 9A 51 00 F3 5B')],
    ['a damaged exception', hex('01 84 02 00 00')],
  ];
  for (const [title, bytes] of bad) {
    const { framing, heard } = start(read);
    framing.push(bytes);
    t.strictSame(counts(heard), [0, 0, 1], title);
    framing.push(answer);
    t.strictSame(counts(heard), [0, 0, 1], 'and nothing is heard any more');
    framing.request(read);
    framing.push(answer);
    t.strictSame(counts(heard), [1, 0, 1], 'until the next request');
  }
  t.end();
});

t.test('a confirmation of another write breaks the protocol', (t) => {
  for (const bytes of ['010600010004', '010600020003', '011000010001']) {
    const { framing, heard } = start(hex('010600010003'));
    framing.push(withBitwiseCrc(hex(bytes)));
    t.strictSame(counts(heard), [0, 0, 1], bytes);
  }
  t.end();
});

t.test('bytes without end are given up', (t) => {
  for (const due of [read, undefined]) {
    const { framing, heard } = start(due);
    for (let count = 0; count < 3 * bufferedBytesMax; count += 1) {
      framing.push(Uint8Array.of(0));
      if (framing.bufferedBytes > bufferedBytesMax) t.fail('too much is kept');
    }
    t.strictSame(counts(heard), [0, 0, 1]);
  }
  t.end();
});

t.test('the late answer of one unit does not disturb the request to another', (t) => {
  const { framing, heard } = start(readRequest(2, 4, 1));
  framing.giveUp();
  framing.request(read);
  framing.push(Buffer.concat([withBitwiseCrc(hex('0204020001')), answer]));
  t.strictSame(counts(heard), [1, 1, 0]);
  t.equal(framing.unansweredCount(2, 4), 0, 'no more comes of it');
  t.end();
});

t.test('a late confirmation of another write is told by what it confirms', (t) => {
  const { framing, heard } = start(hex('010600010003'));
  framing.giveUp();
  t.equal(framing.unansweredCount(1, 6), 0);
  framing.request(hex('010600010004'));
  framing.push(withBitwiseCrc(hex('010600010003')));
  t.strictSame(counts(heard), [0, 1, 0]);
  framing.push(withBitwiseCrc(hex('010600010004')));
  t.strictSame(counts(heard), [1, 1, 0]);
  t.end();
});

t.test('a late answer while nothing is due is dropped', (t) => {
  const { framing, heard } = start(read);
  framing.giveUp();
  t.equal(framing.unansweredCount(1, 4), 1);
  framing.push(answer);
  t.strictSame(counts(heard), [0, 1, 0]);
  t.equal(framing.unansweredCount(1, 4), 0);
  t.end();
});

t.test('what was given up makes answers of that unit and function doubtful for a while', (t) => {
  const { framing, heard, clock } = start(read);
  framing.giveUp();
  t.strictSame(
    [framing.unansweredCount(1, 4), framing.unansweredCount(1, 3), framing.unansweredCount(2, 4)],
    [1, 0, 0],
  );
  framing.reset();
  t.equal(framing.unansweredCount(1, 4), 1, 'a converter may hand it to the next connection');
  framing.request(read);
  framing.push(answer);
  t.equal(heard.answers.length, 1);
  t.equal(framing.unansweredCount(1, 4), 1, 'it could have been that one');
  clock.nowMs += 2_000;
  t.equal(framing.unansweredCount(1, 4), 0, 'shortly after the device answers again there is no more');
  framing.request(read);
  framing.giveUp();
  clock.nowMs += 9_999;
  t.equal(framing.unansweredCount(1, 4), 1);
  clock.nowMs += 1;
  t.equal(framing.unansweredCount(1, 4), 0, 'nor when it stays silent');
  t.end();
});

t.test(
  'whatever is done to a frame, only a frame with a good CRC comes out, and the buffer stays small',
  (t) => {
    const count = fc.integer({ min: 1, max: 125 });
    fc.assert(
      fc.property(count, damage, fc.uint8Array({ minLength: 250, maxLength: 250 }), (count, damage, data) => {
        const { framing, heard } = start(readRequest(1, 3, count));
        const body = Buffer.concat([Buffer.of(1, 3, 2 * count), data.subarray(0, 2 * count)]);
        const pieces = damaged(withBitwiseCrc(body), damage);
        for (const piece of pieces) {
          framing.push(piece);
          if (framing.bufferedBytes > bufferedBytesMax) return false;
        }
        const stream = Buffer.concat(pieces);
        return (
          heard.answers.length <= 1 &&
          heard.answers.every((accepted) => body.equals(accepted) || holdsFrame(stream, accepted, count))
        );
      }),
      { numRuns: 10_000 },
    );
    t.end();
  },
);

t.test('random bytes do no harm, whatever is due', (t) => {
  const dues = [
    readRequest(1, 3, 1),
    readRequest(1, 4, 125),
    hex('010600010003'),
    writeRequest(1, 1, [1, 2]),
    undefined,
  ];
  // Bytes of headers are common, so that frames get far.
  const byte = fc.oneof(fc.constantFrom(1, 2, 3, 4, 6, 16, 0, 0x83, 0x84), fc.integer({ min: 0, max: 255 }));
  const pieces = fc.array(fc.array(byte, { maxLength: 60 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom(...dues), pieces, (due, pieces) => {
      const { framing, heard } = start(due);
      for (const piece of pieces) {
        framing.push(Uint8Array.from(piece));
        if (framing.bufferedBytes > bufferedBytesMax) return false;
      }
      const stream = Buffer.from(pieces.flat());
      return heard.answers.every((accepted) => stream.includes(withBitwiseCrc(Buffer.from(accepted))));
    }),
    { numRuns: 5_000 },
  );
  t.end();
});

/** Damage that the CRC cannot tell from an answer: an honest device could have sent these very bytes. */
function holdsFrame(stream: Buffer, accepted: Uint8Array, count: number): boolean {
  const frame = withBitwiseCrc(Buffer.from(accepted));
  const hasHeader =
    accepted[0] === 1 &&
    ((accepted[1] === 3 && accepted[2] === 2 * count && accepted.length === 3 + 2 * count) ||
      (accepted[1] === 0x83 && accepted.length === 3));
  return hasHeader && bitwiseCrc(frame) === 0 && stream.includes(frame);
}
