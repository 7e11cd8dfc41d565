import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { qualities } from '../../gateway/core/quality.ts';
import { decodeCommit, encodeCommit } from '../../gateway/storage/staged-codec.ts';
import { batchOf, startMs } from './scratch.ts';

const reading = fc.record({
  series: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  atMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  value: fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, NaN, 0.1, -0.1, 230.4, 2 ** 47, 2 ** 53 + 2, Number.MIN_VALUE, Number.MAX_VALUE),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((scaled) => scaled / 100),
  ),
  quality: fc.integer({ min: 0, max: qualities.length - 1 }),
});

t.test('a commit comes back bit for bit', (t) => {
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 60 }), (readings) => {
      const batch = {
        series: Uint32Array.from(readings, ({ series }) => series),
        atMs: Float64Array.from(readings, ({ atMs }) => atMs),
        value: Float64Array.from(readings, ({ value }) => value),
        quality: Uint8Array.from(readings, ({ quality }) => quality),
      };
      const decoded = decodeCommit(encodeCommit(batch));
      return (Object.keys(batch) as (keyof typeof batch)[]).every(
        (name) =>
          batch[name].length === decoded[name].length &&
          batch[name].every((number, index) => Object.is(number, decoded[name][index])),
      );
    }),
    { numRuns: 500 },
  );
  t.pass('for every batch drawn');
  t.end();
});

t.test('a poll of a device takes a few bytes a reading', (t) => {
  const samples = Array.from({ length: 40 }, (_, index) => [index + 1, startMs, 2_304 + index / 10] as const);
  t.ok(encodeCommit(batchOf(samples)).length / 40 < 6);
  t.end();
});

t.test('a commit of many devices is deflated, and one of an older version is read as ever', (t) => {
  const samples = Array.from(
    { length: 400 },
    (_, index) => [index + 1, startMs, 2_304 + index / 10] as const,
  );
  const whole = encodeCommit(batchOf(samples));
  t.ok(whole.length / 400 < 3);
  t.same(decodeCommit(whole), batchOf(samples));
  const plain = Buffer.concat([Buffer.of(1), inflateRawSync(whole.subarray(1))]);
  t.same(decodeCommit(plain), batchOf(samples));
  for (let length = 0; length < whole.length; length += 7) {
    t.throws(() => decodeCommit(whole.subarray(0, length)), { code: 'database_unreadable' });
  }
  t.end();
});

t.test('damaged bytes are an error, never a wrong length or a crash', (t) => {
  const whole = encodeCommit(
    batchOf([
      [1, startMs, 1.5],
      [2, startMs, NaN, 'missing'],
    ]),
  );
  for (let length = 0; length < whole.length; length += 1) {
    t.throws(() => decodeCommit(whole.subarray(0, length)), { code: 'database_unreadable' });
  }
  t.throws(() => decodeCommit(Buffer.concat([whole, Buffer.of(0)])), { code: 'database_unreadable' });
  t.throws(() => decodeCommit(Buffer.from([9, 1, 1])), { code: 'database_unreadable', message: /format 9/ });
  t.throws(() => decodeCommit(Buffer.alloc(40, 0xff)), { code: 'database_unreadable' });
  t.throws(() => decodeCommit(Buffer.from([1, 0xff, 0xff, 0x7f])), {
    code: 'database_unreadable',
    message: /claims/,
  });
  t.end();
});
