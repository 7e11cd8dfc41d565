import fc from 'fast-check';
import t from 'tap';
import { signalAt, type SignalSlot } from '../../../gateway/core/power-signal.ts';
import { cutTo, fillGaps } from '../../../gateway/features/grid/fill-gaps.ts';

/** Slots from lengths: every other number is a gap. */
function slotsOf(numbers: readonly number[], basis: SignalSlot['basis']): readonly SignalSlot[] {
  let atMs = 0;
  return numbers.flatMap((number, index) => {
    const startMs = atMs;
    atMs += number;
    return index % 2 === 0 || number === 0 ? [] : [{ startMs, endMs: atMs, value: index, basis }];
  });
}

const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });

t.test('each instant has the value of the first, or else that of the second, or none', (t) => {
  fc.assert(
    fc.property(lengths, lengths, (first, second) => {
      const [one, other] = [slotsOf(first, 'known'), slotsOf(second, 'forecast')];
      const filled = fillGaps(one, other);
      const isInOrder = filled.every(
        (slot, index) => slot.endMs > slot.startMs && (filled[index - 1]?.endMs ?? 0) <= slot.startMs,
      );
      const signal = (slots: readonly SignalSlot[], atMs: number): SignalSlot | undefined =>
        signalAt({ kind: 'carbon', slots, unknown: undefined }, atMs);
      const instants = Array.from({ length: 120 }, (_, atMs) => atMs);
      return (
        isInOrder &&
        instants.every((atMs) => {
          const expected = signal(one, atMs) ?? signal(other, atMs);
          const found = signal(filled, atMs);
          return found?.value === expected?.value && found?.basis === expected?.basis;
        })
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('what is outside of a range is cut off', (t) => {
  const slots = slotsOf([0, 10, 5, 10], 'known');
  t.match(cutTo(slots, { startMs: 4, endMs: 18 }), [
    { startMs: 4, endMs: 10 },
    { startMs: 15, endMs: 18 },
  ]);
  t.same(cutTo(slots, { startMs: 10, endMs: 15 }), []);
  t.end();
});
