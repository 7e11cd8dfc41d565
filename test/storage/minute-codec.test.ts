import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { packBody, unpackBody } from '../../gateway/storage/checked-body.ts';
import { decodeMinutes, encodeMinutes, type PackedMinute } from '../../gateway/storage/minute-codec.ts';
import { addReading, emptyTotals, type RollupTotals } from '../../gateway/storage/rollup-window.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const value = fc.oneof(
  fc.integer({ min: -5_000, max: 50_000 }).map((tenths) => tenths / 10),
  fc.integer({ min: -5_000, max: 50_000 }).map((thousandths) => thousandths / 1_000),
  fc.integer({ min: -2_000, max: 2_000 }).map((number) => Math.fround(number * 0.37)),
  fc.maxSafeInteger(),
  finite,
  fc.constantFrom(0, NaN, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 47, 2 ** 53),
);
/** Readings of a minute, all of one kind or mixed; qualities that make some of them bad. */
const readings = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 59_999 }), value, fc.integer({ min: 0, max: 4 })),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const minutes = fc
  .uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 60 })
  .map((places) => places.sort((left, right) => left - right))
  .chain((places) => fc.tuple(...places.map((minute) => fc.tuple(fc.constant(minute), readings))))
  .map((all) => all.map(([minute, own]): PackedMinute => ({ minute, totals: totalsOf(own) })));

function totalsOf(
  readings: readonly (readonly [offsetMs: number, value: number, quality: number])[],
): RollupTotals {
  const totals = emptyTotals();
  const sorted = [...readings].sort(([left], [right]) => left - right);
  for (const [offsetMs, value, quality] of sorted) addReading(totals, { offsetMs, value, quality });
  return totals;
}

t.test('minutes come back bit for bit, whatever the values', (t) => {
  fc.assert(
    fc.property(minutes, (packed) => {
      deepStrictEqual(decodeMinutes(unpackBody(packBody(encodeMinutes(packed), 7), 7)), packed);
    }),
    { numRuns: 300 },
  );
  t.pass('for all that were drawn');
  t.end();
});

/** An hour of readings every ten seconds, as a device of decimals gives them. */
function hourOf(
  valueAt: (second: number) => number,
  offsetMs: (second: number) => number,
): readonly PackedMinute[] {
  return Array.from({ length: 60 }, (_, minute) => ({
    minute,
    totals: totalsOf(
      Array.from({ length: 6 }, (_, step) => {
        const second = minute * 60 + step * 10;
        return [step * 10_000 + offsetMs(second), valueAt(second), 0] as const;
      }),
    ),
  }));
}

t.test('a minute of a series read every ten seconds takes a few bytes', (t) => {
  const noise = (second: number): number => (second * 7_919) % 97;
  const kinds = {
    constant: [() => 50.1, 1],
    counter: [(second: number) => Math.round(123_456 + second / 60) / 10, 2],
    volts: [(second: number) => (2_300 + (noise(second) % 12)) / 10, 5],
    power: [(second: number) => 1_500 + noise(second), 6],
  } as const;
  for (const [name, [valueAt, bytesMax]] of Object.entries(kinds)) {
    const regular = packBody(encodeMinutes(hourOf(valueAt, () => 347)), 1).length / 60;
    const jittered = packBody(encodeMinutes(hourOf(valueAt, (second) => noise(second) * 2)), 1).length / 60;
    t.ok(regular <= bytesMax, `${name}: ${regular.toFixed(2)} bytes`);
    t.ok(jittered <= bytesMax + 2, `${name}, jittered: ${jittered.toFixed(2)} bytes`);
  }
  t.end();
});

t.test('bytes that are no minutes are refused as damage', (t) => {
  const whole = encodeMinutes(
    hourOf(
      (second) => second / 10,
      () => 0,
    ),
  );
  for (let length = 0; length < whole.length; length += 1) {
    t.throws(() => decodeMinutes(whole.subarray(0, length)), { code: 'database_unreadable' });
  }
  t.throws(() => decodeMinutes(Buffer.concat([whole, Buffer.of(0)])), { code: 'database_unreadable' });
  t.throws(() => decodeMinutes(Buffer.of(61)), { code: 'database_unreadable' }, 'an hour has 60 minutes');
  t.end();
});
