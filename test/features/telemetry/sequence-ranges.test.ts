import fc from 'fast-check';
import t from 'tap';
import {
  holdsRange,
  joinRanges,
  withoutRanges,
  type SequenceRanges,
} from '../../../gateway/features/telemetry/sequence-ranges.ts';

const numberMax = 40;
const anyRanges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: numberMax }), fc.nat({ max: 8 })), { maxLength: 8 })
  .map((pairs) => pairs.map(([from, length]): readonly [number, number] => [from, from + length]));

/** The same, number by number. */
function numbersOf(ranges: SequenceRanges): readonly number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

function areOrderly(ranges: SequenceRanges): boolean {
  return ranges.every(([from, to], index) => from <= to && from > (ranges[index - 1]?.[1] ?? -1) + 1);
}

t.test('ranges join, and are taken from each other, as their numbers are', (t) => {
  fc.assert(
    fc.property(anyRanges, anyRanges, (one, other) => {
      const [left, right] = [joinRanges(one, []), joinRanges(other, [])];
      const joined = joinRanges(left, right);
      const rest = withoutRanges(left, right);
      const [first, second] = [new Set(numbersOf(one)), new Set(numbersOf(other))];
      const isRight = Array.from({ length: 2 * numberMax }, (_, number) => {
        const isJoined = first.has(number) || second.has(number);
        const isLeft = first.has(number) && !second.has(number);
        return numbersOf(joined).includes(number) === isJoined && numbersOf(rest).includes(number) === isLeft;
      });
      return areOrderly(joined) && areOrderly(rest) && isRight.every(Boolean);
    }),
    { numRuns: 300 },
  );
  t.pass('300 pairs of ranges');
  t.end();
});

t.test('a range is held when all of it is', (t) => {
  const ranges: SequenceRanges = [
    [1, 3],
    [7, 9],
  ];
  t.ok(holdsRange(ranges, [7, 9]));
  t.ok(holdsRange(ranges, [2, 2]));
  t.notOk(holdsRange(ranges, [3, 4]));
  t.notOk(holdsRange(ranges, [2, 8]));
  t.notOk(holdsRange([], [1, 1]));
  t.end();
});
