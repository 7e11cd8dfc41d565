import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { crc8, parseW1Slave } from '../../../gateway/io/sources/w1-slave.ts';
import { w1Text } from './w1-text.ts';

/** Of the wire facts: temperature, register, what the driver makes of it. */
const rows = readFileSync(new URL('fixtures/w1/registers.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' | '));

t.test('each recorded register says its temperature', (t) => {
  t.equal(rows.length, 6);
  for (const [expected = '', hex = '', milliCelsius = ''] of rows) {
    const found = parseW1Slave(`${hex} : crc=${hex.slice(-2)} YES\n${hex} t=${milliCelsius}\n`);
    if (Number.isNaN(Number(expected))) t.equal(found, expected, hex);
    else t.match(found, { celsius: Number(expected), resolutionBits: 12 }, hex);
  }
  t.end();
});

t.test('zero degrees is a temperature', (t) => {
  t.match(parseW1Slave(w1Text({ units: 0 })), { celsius: 0, isDoubtful: false });
  t.end();
});

t.test('85 °C after a power-on is none, and a real one is doubted', (t) => {
  t.equal(parseW1Slave(w1Text({ units: 0x550, mark: 0x0c })), 'not_converted');
  t.match(parseW1Slave(w1Text({ units: 0x550, mark: 0x10 })), { celsius: 85, isDoubtful: true });
  t.match(parseW1Slave(w1Text({ units: 0x551, mark: 0x0c })), { celsius: 85.0625, isDoubtful: false });
  t.end();
});

t.test('what is no measurement says why', (t) => {
  const good = w1Text({ units: 0x157 });
  const [first = '', second = ''] = good.split('\n');
  const zero = '00 00 00 00 00 00 00 00 00';
  const cases: readonly (readonly [string, string])[] = [
    ['', 'no_answer'],
    ['\n', 'no_answer'],
    [`${zero} : crc=00 YES\n${zero} t=0\n`, 'all_zero'],
    [good.replace('YES', 'NO'), 'crc_wrong'],
    [good.replaceAll('57 01', '56 01'), 'crc_wrong'],
    [w1Text({ units: 0x7ff, mark: 0x0c }), 'out_of_range'],
    [w1Text({ units: 2_001 }), 'out_of_range'],
    [w1Text({ units: -881 }), 'out_of_range'],
    [first, 'malformed'],
    [`${first}\n`, 'malformed'],
    [`${first}\n${second.slice(0, -3)}\n`, 'malformed'],
    [`${first}\n${second}\nmore\n`, 'malformed'],
    [good.replace('t=21437', 't=85000'), 'malformed'],
    [good.replace('t=21437', 't='), 'malformed'],
    [good.replace(' 46', ''), 'malformed'],
    ['21437\n', 'malformed'],
    ['<html>', 'malformed'],
  ];
  for (const [text, fault] of cases) t.equal(parseW1Slave(text), fault, JSON.stringify(text));
  t.end();
});

t.test('the ends of the range are in it', (t) => {
  t.match(parseW1Slave(w1Text({ units: 2_000 })), { celsius: 125 });
  t.match(parseW1Slave(w1Text({ units: -880 })), { celsius: -55 });
  t.end();
});

t.test('bits that a lower resolution leaves undefined count for nothing', (t) => {
  t.match(parseW1Slave(w1Text({ units: 0x157, configuration: 0x1f })), { celsius: 21, resolutionBits: 9 });
  t.match(parseW1Slave(w1Text({ units: 0x157, configuration: 0x3f })), {
    celsius: 21.25,
    resolutionBits: 10,
  });
  t.match(parseW1Slave(w1Text({ units: 0x157, configuration: 0x5f })), {
    celsius: 21.375,
    resolutionBits: 11,
  });
  const unknown = parseW1Slave(w1Text({ units: 0x157, configuration: 0xff }));
  t.match(unknown, { celsius: 21.4375 });
  t.notOk(typeof unknown === 'object' && 'resolutionBits' in unknown);
  t.end();
});

t.test('every register between the ends of the range comes back as it was written', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -880, max: 2_000 }), fc.integer({ min: 0, max: 255 }), (units, alarm) => {
      const found = parseW1Slave(w1Text({ units, alarm, mark: 0x10 }));
      return typeof found === 'object' && found.celsius === units / 16;
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('one or two wrong bits on the line are never taken for a temperature', (t) => {
  const bit = fc.integer({ min: 0, max: 71 });
  fc.assert(
    fc.property(fc.integer({ min: -880, max: 2_000 }), bit, bit, (units, one, other) => {
      const flipped = one === other ? [one] : [one, other];
      return parseW1Slave(w1Text({ units, flipped })) === 'crc_wrong';
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('no text makes it throw', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = parseW1Slave(text);
      return typeof found === 'string';
    }),
  );
  t.end();
});

t.test('the CRC of a register and its own CRC is zero', (t) => {
  t.equal(crc8([0x57, 0x01, 0x4b, 0x46, 0x7f, 0xff, 0x09, 0x10]), 0xc7);
  t.equal(crc8([0x57, 0x01, 0x4b, 0x46, 0x7f, 0xff, 0x09, 0x10, 0xc7]), 0);
  t.end();
});
