import fc from 'fast-check';
import t from 'tap';
import { crc16Arc } from '../../../gateway/io/sources/crc16-arc.ts';
import { DsmrStream } from '../../../gateway/io/sources/dsmr-stream.ts';
import type { DsmrTelegram } from '../../../gateway/io/sources/dsmr-telegram.ts';
import { telegramFixture } from './p1-fixtures.ts';

const names = ['nl-v5', 'be', 'se', 'dsmr-v4.2', 'dsmr-v5'];
const dutch = telegramFixture('nl-v5');
const old = [
  '/ISk5\\2MT382-1004',
  '',
  '0-0:96.1.1(4530303339303031383237363534333139)',
  '1-0:1.8.1(00608.400*kWh)',
  '1-0:1.7.0(0001.01*kW)',
  '0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)',
  '(00024.123)',
  '!',
  '',
].join('\r\n');

function push(stream: DsmrStream, text: string): readonly DsmrTelegram[] {
  return stream.push(Buffer.from(text, 'latin1'));
}

function withCrc(body: string): string {
  return `${body}${crc16Arc(body).toString(16).toUpperCase().padStart(4, '0')}\r\n`;
}

t.test('the checksum is CRC-16/ARC', (t) => {
  t.equal(crc16Arc('123456789'), 0xbb3d);
  t.end();
});

for (const name of names) {
  t.test(`${name} is read whole, a second time too`, (t) => {
    const stream = new DsmrStream();
    const text = telegramFixture(name);
    const found = push(stream, text + text);
    t.equal(found.length, 2);
    t.equal(found[0]?.objects.size, text.match(/^\d+-\d+:/gm)?.length);
    t.equal(stream.dropped, 0);
    t.end();
  });
}

t.test('a telegram comes out the same however it is cut into pieces', (t) => {
  const said = names.map(telegramFixture).join('') + old;
  const whole = push(new DsmrStream(), said);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 }), (lengths) => {
      const stream = new DsmrStream();
      const found: DsmrTelegram[] = [];
      let from = 0;
      for (let turn = 0; from < said.length; turn += 1) {
        const to = from + (lengths[turn % lengths.length] ?? 1);
        found.push(...push(stream, said.slice(from, to)));
        from = to;
      }
      t.strictSame(found, whole);
      t.equal(stream.dropped, 1, 'the old one has no checksum where others had');
    }),
    { numRuns: 40 },
  );
  t.end();
});

t.test('noise before, after and between telegrams harms none', (t) => {
  const noise = fc.string({
    unit: fc.constantFrom('a', '/', '!', '(', '\r', '\n', '\u{ff}', '/ABC5'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(noise, noise, (before, between) => {
      const stream = new DsmrStream();
      // A line of its own: what ends in the noise is not the telegram's end.
      const found = push(stream, `${before}${dutch}${between}\r\n${dutch}`);
      t.equal(found.length, 2, JSON.stringify([before, between]));
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a telegram that was changed anywhere gives nothing, and the next one is read', (t) => {
  const change = fc.record({
    kind: fc.constantFrom('replace', 'remove', 'insert', 'double'),
    at: fc.nat({ max: dutch.length - 3 }),
    length: fc.integer({ min: 1, max: 120 }),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  fc.assert(
    fc.property(change, ({ kind, at, length, byte }) => {
      const cut = dutch.slice(at, at + length);
      const middle = {
        replace: String.fromCharCode(byte),
        remove: '',
        insert: String.fromCharCode(byte) + dutch.slice(at, at + 1),
        double: cut + cut,
      }[kind];
      const end = kind === 'replace' || kind === 'insert' ? at + 1 : at + length;
      const changed = dutch.slice(0, at) + middle + dutch.slice(end);
      const stream = new DsmrStream();
      const found = push(stream, `${changed}\r\n${dutch}`);
      const [whole] = push(new DsmrStream(), dutch);
      for (const telegram of found) t.strictSame(telegram, whole, JSON.stringify(changed));
      t.ok(found.length >= 1, 'the next one is read');
    }),
    { numRuns: 400 },
  );
  t.end();
});

t.test('a checksum without its leading zeros, or in small letters, is the same number', (t) => {
  let body = '';
  for (let counter = 0; counter < 10_000; counter += 1) {
    body = `/ABC5x\r\n\r\n1-0:1.8.0(${String(counter).padStart(6, '0')}*kWh)\r\n!`;
    if (crc16Arc(body) < 0x100) break;
  }
  const crc = crc16Arc(body).toString(16);
  t.ok(crc.length < 3, crc);
  t.equal(push(new DsmrStream(), `${body}${crc}\r\n`).length, 1);
  t.end();
});

t.test('a telegram of DSMR 3 has no checksum, and its gas stands in two lines', (t) => {
  const [telegram] = push(new DsmrStream(), old);
  t.strictSame(telegram?.objects.get('0-1:24.3.0')?.groups, [
    '121030140000',
    '00',
    '60',
    '1',
    '0-1:24.2.1',
    'm3',
    '00024.123',
  ]);
  t.end();
});

t.test('without a checksum nothing may be strange', (t) => {
  for (const [why, text] of [
    ['a line of another form', old.replace('1-0:1.7.0(0001.01*kW)', '1-0:1.7.0(0001.01*k')],
    ['a character with the wrong parity', old.replace('0001.01', '0001.\u{ff}1')],
    ['no object', '/ISk5x\r\n\r\n!\r\n'],
    ['the time, which newer meters send', old.replace('1-0:1.7.0(0001.01*kW)', '0-0:1.0.0(260114181502W)')],
    ['two lines that became one', old.replace('*kWh)\r\n1-0:1.7.0(', '*kWh)1-0:1.7.0(')],
    ['a value before any object', old.replace('0-0:96.1.1', '')],
  ] as const) {
    const stream = new DsmrStream();
    t.strictSame(push(stream, text), [], why);
    t.equal(stream.dropped, 1, why);
  }
  t.end();
});

t.test('a newer telegram that lost its checksum is dropped, whether one came before or not', (t) => {
  const bare = dutch.replace(/![0-9A-F]{4}/, '!');
  t.strictSame(push(new DsmrStream(), bare), []);
  const stream = new DsmrStream();
  push(stream, dutch);
  t.strictSame(push(stream, old), []);
  t.end();
});

t.test('a message with spaces, brackets and other letters does not break its telegram', (t) => {
  const message = '0-0:96.13.0(caf\u{e9} (now) / soon! )';
  const [telegram] = push(new DsmrStream(), withCrc(`/ABC5x\r\n\r\n${message}\r\n1-0:1.7.0(00.100*kW)\r\n!`));
  t.strictSame(telegram?.objects.get('0-0:96.13.0')?.groups, ['caf\u{e9} (now) / soon! ']);
  t.ok(telegram?.objects.has('1-0:1.7.0'));
  t.end();
});

t.test('a code with a sixth number, and lines that end in a line feed only, are read', (t) => {
  const [telegram] = push(new DsmrStream(), withCrc('/ABC5x\n\n1-0:1.8.0*255(000001.000*kWh)\n!'));
  t.strictSame([...(telegram?.objects.keys() ?? [])], ['1-0:1.8.0']);
  t.end();
});

t.test('what is enciphered is noticed, until a telegram comes', (t) => {
  const stream = new DsmrStream();
  const frame = Buffer.concat([
    Buffer.from('db08534147677000171882', 'hex'),
    Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 89) % 256)),
  ]);
  for (const byte of frame) stream.push(Uint8Array.of(byte));
  t.ok(stream.isEncrypted);
  t.equal(push(stream, `\r\n${dutch}`).length, 1);
  t.notOk(stream.isEncrypted);
  t.end();
});

t.test('endless noise is not kept', (t) => {
  const stream = new DsmrStream();
  for (let turn = 0; turn < 100; turn += 1) push(stream, '/ABC5 never ends '.repeat(1_000));
  t.equal(push(stream, `\r\n!\r\n${dutch}`).length, 1);
  t.end();
});
