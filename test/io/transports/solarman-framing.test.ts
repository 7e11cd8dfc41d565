import fc from 'fast-check';
import t from 'tap';
import { SolarmanFraming } from '../../../gateway/io/transports/solarman-framing.ts';
import { FramingLog, readRequest } from './framing-log.ts';
import { damage, damaged } from './mutated-frame.ts';
import { packSolarman, sealSolarman, withBitwiseCrc } from './slave-framings.ts';
import { StillClock } from './still-clock.ts';

const bufferedBytesMax = 1_037;
const loggerSerial = 1_700_000_001;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Five registers from 3 of unit 1, and their answer "2212345678", with sequence number 42. */
const request = hex(
  'A5 17 00 10 45 2A 00 01 F1 53 65 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 03 00 03 00 05 75 C9 8C 15',
);
const answer = hex(
  'A5 1D 00 10 15 2A 07 01 F1 53 65 02 01 00 8D 27 00 10 0E 00 00 C0 9F 73 68 01 03 0A 32 32 31 32 33 34 35 36 37 38 55 DE 75 15',
);
const due = readRequest(1, 3, 5, 3);
const inner = hex('01 03 0A 32 32 31 32 33 34 35 36 37 38 55 DE');

/** With the 42nd request due. */
function start(): { framing: SolarmanFraming; heard: FramingLog; sent: Uint8Array } {
  const heard = new FramingLog();
  const framing = new SolarmanFraming(heard, loggerSerial, new StillClock().ports().clock);
  for (let index = 0; index < 41; index += 1) framing.request(due);
  return { framing, heard, sent: framing.request(due) };
}

function counts({ answers, late, complaints }: FramingLog): readonly number[] {
  return [answers.length, late, complaints.length];
}

/** The answer with some of its bytes changed, and a good checksum. */
function changed(bytes: Readonly<Record<number, number>>): Buffer {
  const frame = Buffer.from(answer);
  for (const [at, byte] of Object.entries(bytes)) frame.writeUInt8(byte, Number(at));
  return sealSolarman(frame);
}

t.test('request and answer are those of the worked example, in any two pieces', (t) => {
  for (let cut = 0; cut < answer.length; cut += 1) {
    const { framing, heard, sent } = start();
    t.ok(request.equals(sent));
    framing.push(answer.subarray(0, cut));
    t.equal(heard.answers.length, 0);
    framing.push(answer.subarray(cut));
    t.strictSame(heard.answers, [Uint8Array.from(inner.subarray(0, -2))]);
    t.equal(framing.bufferedBytes, 0);
  }
  t.end();
});

t.test('two bytes more after the inner CRC are dropped', (t) => {
  const { framing, heard } = start();
  framing.push(packSolarman(Buffer.concat([inner, Buffer.of(0, 0)]), request));
  t.strictSame(heard.answers, [Uint8Array.from(inner.subarray(0, -2))]);
  t.end();
});

t.test('a heartbeat is answered, and never taken for the answer', (t) => {
  const { framing, heard } = start();
  for (const control of [0x4110, 0x4210, 0x4310, 0x4710, 0x4810]) {
    const notice = Buffer.concat([answer]);
    notice.writeUInt16LE(control, 3);
    notice.writeUInt16LE(0x092a, 5);
    framing.push(sealSolarman(notice));
    const reply = Buffer.from(heard.replies.at(-1) ?? []);
    t.equal(reply.readUInt16LE(3), control - 0x3000);
    t.equal(reply.readUInt16LE(5), 0x092a);
    t.equal(reply.readUInt32LE(7), loggerSerial);
    t.equal(
      reply.subarray(11, -2).toString('hex'),
      '02010500000000000000',
      'type, 1, 5 s since 1970, no offset',
    );
    t.ok(reply.equals(sealSolarman(Buffer.from(reply))), 'checksum and end');
  }
  t.strictSame(counts(heard), [0, 0, 0]);
  framing.push(answer);
  t.strictSame(counts(heard), [1, 0, 0]);
  t.end();
});

t.test('a short inner frame means that the inverter does not answer the logger', (t) => {
  for (const short of [hex('0500'), Buffer.alloc(0), hex('01030a32')]) {
    const { framing, heard } = start();
    framing.push(packSolarman(short, request));
    t.match(heard.refusals, [{ code: 'device_timeout', retryable: true, hint: /asleep.*loggerSerial/ }]);
    t.strictSame(counts(heard), [0, 0, 0]);
    framing.request(due);
    framing.push(changed({ 5: 43 }));
    t.equal(heard.answers.length, 1, 'the connection is as good as before');
  }
  t.end();
});

t.test('answers to earlier requests are dropped', (t) => {
  const { framing, heard } = start();
  framing.push(changed({ 5: 41 }));
  t.strictSame(counts(heard), [0, 1, 0]);
  framing.giveUp();
  framing.push(answer);
  t.strictSame(counts(heard), [0, 2, 0]);
  for (let index = 0; index < 256; index += 1) framing.request(due);
  framing.push(Buffer.concat([changed({ 5: 0xff }), answer]));
  t.strictSame(counts(heard), [1, 3, 0], 'the sequence numbers wrap');
  t.end();
});

t.test('what is not as it must be breaks the protocol', (t) => {
  const damagedEnd = Buffer.from(answer);
  damagedEnd.writeUInt8(0x16, damagedEnd.length - 1);
  const damagedSum = Buffer.from(answer);
  damagedSum.writeUInt8(0, damagedSum.length - 2);
  const bad: readonly [string, Buffer][] = [
    ['another begin', hex('a4')],
    ['no length', hex('a5 00 00 10 15 2a 07 01 f1 53 65')],
    ['a length without end', hex('a5 ff ff 10 15 2a 07 01 f1 53 65')],
    ['another end', damagedEnd],
    ['a wrong checksum', damagedSum],
    ['another logger', changed({ 7: 2 })],
    ['a made-up sequence number', changed({ 5: 43 })],
    ['a request', changed({ 4: 0x45 })],
    ['an unknown control code', changed({ 4: 0x16 })],
    ['another frame type', changed({ 11: 1 })],
    ['another unit', packSolarman(withBitwiseCrc(hex('02030a32323132333435363738')), request)],
    ['another function', packSolarman(withBitwiseCrc(hex('01040a32323132333435363738')), request)],
    ['another byte count', packSolarman(withBitwiseCrc(hex('01030832323132333435363738')), request)],
    ['more registers', packSolarman(withBitwiseCrc(hex('01030c323231323334353637380000')), request)],
    ['a longer inner frame', packSolarman(Buffer.concat([inner, hex('000000')]), request)],
    ['a damaged inner frame', changed({ 30: 0 })],
    ['exception 0', packSolarman(withBitwiseCrc(hex('018300')), request)],
  ];
  for (const [title, bytes] of bad) {
    const { framing, heard } = start();
    framing.push(bytes);
    t.strictSame(counts(heard), [0, 0, 1], title);
    framing.push(answer);
    t.strictSame(counts(heard), [0, 0, 1], 'nothing is believed after that');
    framing.reset();
    framing.request(due);
    framing.push(changed({ 5: 43 }));
    t.equal(heard.answers.length, 1, 'until it is reset');
  }
  t.end();
});

t.test(
  'whatever is done to a frame, only what a logger would say comes out, and the buffer stays small',
  (t) => {
    fc.assert(
      fc.property(damage, (damage) => {
        const { framing, heard } = start();
        for (const piece of damaged(answer, damage)) {
          framing.push(piece);
          if (framing.bufferedBytes > bufferedBytesMax) return false;
        }
        return (
          heard.answers.length <= 1 &&
          heard.answers.every((accepted) => inner.subarray(0, -2).equals(accepted))
        );
      }),
      { numRuns: 10_000 },
    );
    t.end();
  },
);

t.test('random bytes do no harm', (t) => {
  const byte = fc.oneof(fc.constantFrom(0xa5, 0x15, 0x10, 0x2a, 0, 1), fc.integer({ min: 0, max: 255 }));
  const random = fc.array(fc.array(byte, { maxLength: 60 }), { maxLength: 40 });
  fc.assert(
    fc.property(random, fc.boolean(), (pieces, isOpened) => {
      const { framing, heard } = start();
      if (isOpened) framing.push(answer.subarray(0, 20));
      for (const piece of pieces) {
        framing.push(Uint8Array.from(piece));
        if (framing.bufferedBytes > bufferedBytesMax) return false;
      }
      return heard.answers.length === 0;
    }),
    { numRuns: 5_000 },
  );
  t.end();
});
