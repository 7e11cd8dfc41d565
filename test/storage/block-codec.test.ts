import fc from 'fast-check';
import t from 'tap';
import { decodeBlock, encodeBlock } from '../../gateway/storage/block-codec.ts';
import { ReadingColumn } from '../../gateway/storage/reading-column.ts';
import { startMs } from './scratch.ts';

type Reading = readonly [atMs: number, value: number, quality: number];

function columnOf(readings: readonly Reading[]): ReadingColumn {
  const column = new ReadingColumn();
  for (const [atMs, value, quality] of readings) column.push(atMs, value, quality);
  return column;
}

function roundTrip(readings: readonly Reading[]): Buffer {
  const bytes = encodeBlock(columnOf(readings), startMs);
  const decoded = new ReadingColumn();
  decodeBlock(bytes, startMs, decoded);
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
    startMs,
  );
  for (let length = 0; length < plain.length; length += 1) {
    t.throws(() => decodeBlock(plain.subarray(0, length), startMs, new ReadingColumn()), {
      code: 'database_unreadable',
    });
  }
  const compressed = Buffer.concat([Buffer.of(2), Buffer.from('no deflated bytes')]);
  t.throws(() => decodeBlock(compressed, startMs, new ReadingColumn()), { code: 'database_unreadable' });
  t.throws(() => decodeBlock(Buffer.of(7), startMs, new ReadingColumn()), { message: /form 7/ });
  t.end();
});
