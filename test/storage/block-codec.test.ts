import fc from 'fast-check';
import t from 'tap';
import { blockCount, decodeBlock, encodeBlock, isIntact } from '../../gateway/storage/block-codec.ts';
import { ReadingColumn } from '../../gateway/storage/reading-column.ts';
import { startMs } from './scratch.ts';

const key = { startMs, series: 7, toCommit: 42 };

type Reading = readonly [atMs: number, value: number, quality: number];

function columnOf(readings: readonly Reading[]): ReadingColumn {
  const column = new ReadingColumn();
  for (const [atMs, value, quality] of readings) column.push(atMs, value, quality);
  return column;
}

function roundTrip(readings: readonly Reading[]): Buffer {
  const bytes = encodeBlock(columnOf(readings), key);
  const decoded = new ReadingColumn();
  decoded.pushAll(decodeBlock(bytes, key));
  t.equal(blockCount(bytes), readings.length);
  t.equal(decoded.length, readings.length);
  const wrong = readings.findIndex(
    ([atMs, value, quality], index) =>
      decoded.timeAt(index) !== atMs ||
      !Object.is(decoded.valueAt(index), value) ||
      decoded.qualityAt(index) !== quality,
  );
  if (wrong >= 0) t.fail(`reading ${wrong} came back changed`);
  return bytes;
}

const value = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 47, 2 ** 53),
  fc.integer({ min: -50_000, max: 50_000 }).map((scaled) => scaled / 10),
);
const offset = fc.integer({ min: 0, max: 299_999 });

t.test('any readings come back bit for bit, NaN and −0 included', (t) => {
  const reading = fc.tuple(offset, value, fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 200 }), (readings) => {
      roundTrip(
        readings
          .map(([offsetMs, number, quality]) => [startMs + offsetMs, number, quality] as const)
          .sort(([left], [right]) => left - right),
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('decimals of one scale come back exactly', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { minLength: 2, maxLength: 300 }),
      fc.constantFrom(1, 10, 100, 1_000, 10_000, 3),
      (scaled, power) => {
        roundTrip(scaled.map((number, index) => [startMs + index * 1_000, number / power, 0]));
      },
    ),
    { numRuns: 200 },
  );
  t.end();
});

t.test(
  'five minutes of one-second readings take less than a byte and a half each, smooth ones less than one',
  (t) => {
    const noisy = Array.from({ length: 300 }, (_, second): Reading => {
      return [
        startMs + second * 1_000,
        Math.round(2_000 + 900 * Math.sin(second / 40)) + ((second * 37) % 7),
        0,
      ];
    });
    const smooth = Array.from({ length: 300 }, (_, second): Reading => {
      return [startMs + second * 1_000, Math.round(2_300 + 20 * Math.sin(second / 60)) / 10, 0];
    });
    t.ok(roundTrip(noisy).length / 300 < 1.5);
    t.ok(roundTrip(smooth).length / 300 < 0.6);
    t.ok(roundTrip(smooth.map(([atMs]) => [atMs, 5, 0])).length < 24, 'a constant takes next to nothing');
    t.end();
  },
);

t.test('damaged bytes are an error, never a wrong length or a crash', (t) => {
  const plain = encodeBlock(
    columnOf([
      [startMs, 1, 0],
      [startMs + 900, 2.5, 0],
      [startMs + 2_000, NaN, 3],
    ]),
    key,
  );
  for (let length = 0; length < plain.length; length += 1) {
    t.throws(() => decodeBlock(plain.subarray(0, length), key), {
      code: 'database_unreadable',
    });
  }
  const compressed = Buffer.concat([Buffer.of(2), Buffer.from('no deflated bytes')]);
  t.throws(() => decodeBlock(compressed, key), { code: 'database_unreadable' });
  t.throws(() => decodeBlock(Buffer.of(7), key), { code: 'database_unreadable' });
  t.end();
});

t.test('no flipped bit, and no block of another place, is taken for what was written', (t) => {
  const readings = Array.from({ length: 40 }, (_, index): Reading => {
    return [startMs + index * 7_000, index % 3 === 0 ? NaN : Math.sin(index), index % 5];
  });
  for (const bytes of [
    encodeBlock(columnOf(readings), key),
    encodeBlock(columnOf(readings.slice(0, 3)), key),
  ]) {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit % 8)), bit >> 3);
      t.throws(() => decodeBlock(flipped, key), { code: 'database_unreadable' }, `bit ${bit}`);
    }
    for (const other of [{ startMs: startMs + 300_000 }, { series: 8 }, { toCommit: 41 }])
      t.equal(isIntact(bytes, { ...key, ...other }), false);
  }
  t.end();
});

t.test('blocks from before there were checks are read as ever', (t) => {
  // What the first release wrote for three readings: form 1, count, times, values in tenths, one quality.
  const old = Buffer.from([1, 3, 0, 0, 232, 7, 1, 1, 20, 2, 1, 0, 0]);
  const { atMs, value, quality } = decodeBlock(old, key);
  t.same([...atMs], [startMs, startMs + 1_000, startMs + 2_000]);
  t.same([...value], [1, 1.1, 1]);
  t.same([...quality], [0, 0, 0]);
  t.equal(blockCount(old), 3);
  t.equal(isIntact(old, key), undefined);
  t.end();
});
