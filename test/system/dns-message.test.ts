import fc from 'fast-check';
import t from 'tap';
import { encodeAddressQuestion, readAddressAnswer } from '../../gateway/system/dns-message.ts';

/** RFC 1035, 4.1: header, question of p1.local, and records as given. */
function answer(records: readonly Buffer[], flags = 0x8400): Buffer {
  const header = Buffer.from([0x12, 0x34, flags >> 8, flags & 0xff, 0, 1, 0, records.length, 0, 0, 0, 0]);
  return Buffer.concat([header, name('p1', 'local'), Buffer.from([0, 1, 0, 1]), ...records]);
}

function name(...labels: readonly string[]): Buffer {
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]),
    Buffer.of(0),
  ]);
}

function record(owner: Buffer, type: number, data: Buffer, ttl = 120): Buffer {
  const fixed = Buffer.from([0, type, 0x80, 1, 0, 0, 0, ttl, 0, data.length]);
  return Buffer.concat([owner, fixed, data]);
}

const address = Buffer.from([192, 168, 1, 30]);
/** To the question's name, at the 12th byte. */
const pointer = Buffer.from([0xc0, 12]);

t.test('a question is as the standard has it', (t) => {
  const question = Buffer.from(encodeAddressQuestion(0x1234, 'p1.local.') ?? []);
  t.equal(question.toString('hex'), '123400000001000000000000' + '027031056c6f63616c00' + '00010001');
  for (const none of ['', 'a..b', `${'x'.repeat(64)}.local`, `${'abcdefg.'.repeat(40)}local`])
    t.equal(encodeAddressQuestion(1, none), undefined, none);
  t.end();
});

t.test('addresses are those of the name, wherever they stand', (t) => {
  const expected = [{ address: '192.168.1.30', ttlSeconds: 120 }];
  t.same(readAddressAnswer(answer([record(pointer, 1, address)]), 'p1.local'), expected);
  t.same(readAddressAnswer(answer([record(name('P1', 'Local'), 1, address)]), 'p1.LOCAL.'), expected);
  const others = [
    record(name('p2', 'local'), 1, Buffer.from([192, 168, 1, 66])),
    record(pointer, 28, Buffer.alloc(16)),
    record(pointer, 1, Buffer.alloc(16)),
    record(pointer, 1, address),
  ];
  t.same(readAddressAnswer(answer(others), 'p1.local'), expected);
  t.end();
});

t.test('what is no answer has no addresses', (t) => {
  const good = answer([record(pointer, 1, address)]);
  t.same(readAddressAnswer(answer([record(pointer, 1, address)], 0), 'p1.local'), [], 'a question');
  t.same(readAddressAnswer(answer([record(pointer, 1, address)], 0x8403), 'p1.local'), [], 'a refusal');
  for (let length = 0; length < good.length; length += 1)
    t.same(readAddressAnswer(good.subarray(0, length), 'p1.local'), [], `cut after ${length} bytes`);
  const circle = Buffer.concat([good.subarray(0, 28), Buffer.from([0xc0, 28, 0, 1, 0, 1])]);
  t.same(readAddressAnswer(circle, 'p1.local'), [], 'a pointer to itself');
  t.end();
});

t.test('no bytes break it', (t) => {
  const good = answer([record(pointer, 1, address)]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(good.length), (bytes, at) => {
      readAddressAnswer(bytes, 'p1.local');
      readAddressAnswer(Buffer.concat([good.subarray(0, at), bytes]), 'p1.local');
    }),
  );
  t.end();
});
