import fc from 'fast-check';
import t from 'tap';
import { SlotHeap } from '../../gateway/engine/slot-heap.ts';

interface Item {
  readonly slot: number;
  readonly keys: readonly [number, number, number];
}

/** The same queue as a sorted array. */
class SortedArray {
  #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  has(slot: number): boolean {
    return this.#items.some((item) => item.slot === slot);
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#items.sort((a, b) => a.keys[0] - b.keys[0] || a.keys[1] - b.keys[1] || a.keys[2] - b.keys[2]);
  }

  first(): Item | undefined {
    return this.#items[0];
  }

  remove(slot: number): boolean {
    const before = this.#items.length;
    this.#items = this.#items.filter((item) => item.slot !== slot);
    return this.#items.length < before;
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('push'), slot: fc.nat(400), key: fc.nat(7) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pop'), slot: fc.constant(0), key: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove'), slot: fc.nat(400), key: fc.constant(0) }),
  },
);

interface Step {
  readonly kind: string;
  readonly slot: number;
  readonly key: number;
}

/** Does one step on both; false when they differ in anything that can be asked. */
function agree(heap: SlotHeap, model: SortedArray, { kind, slot, key }: Step, index: number): boolean {
  if (kind === 'push' && !model.has(slot)) {
    // Few different keys: the second and the third number decide often.
    model.push({ slot, keys: [key, index % 3, index] });
    heap.push(slot, key, index % 3, index);
  } else if (kind === 'pop') {
    const expected = model.first()?.slot;
    if (expected !== undefined) model.remove(expected);
    if (heap.pop() !== expected) return false;
  } else if (kind === 'remove' && heap.remove(slot) !== model.remove(slot)) return false;
  return looksTheSame(heap, model, slot);
}

function looksTheSame(heap: SlotHeap, model: SortedArray, slot: number): boolean {
  const first = model.first();
  const isSameInside = heap.size === model.size && heap.has(slot) === model.has(slot);
  return isSameInside && heap.peek() === first?.slot && heap.peekFirst() === (first?.keys[0] ?? Infinity);
}

t.test('the heap is a sorted array, whatever is pushed, popped and taken from the middle', async (t) => {
  let operations = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 600, size: 'max' }), (steps) => {
      const heap = new SlotHeap(1);
      const model = new SortedArray();
      operations += steps.length;
      return steps.every((step, index) => agree(heap, model, step, index));
    }),
    { numRuns: 60 },
  );
  t.ok(operations > 3_000, `${operations} operations`);
});

t.test('a slot that is in the heap cannot be pushed again', async (t) => {
  const heap = new SlotHeap();
  heap.push(3, 1, 1, 1);
  t.throws(() => heap.push(3, 2, 2, 2), { code: 'ERR_ASSERTION' });
  t.equal(heap.pop(), 3);
  heap.push(3, 2, 2, 2);
  t.equal(heap.peekFirst(), 2);
});

t.test('an empty heap has nothing to give', async (t) => {
  const heap = new SlotHeap();
  t.equal(heap.pop(), undefined);
  t.equal(heap.peek(), undefined);
  t.equal(heap.peekFirst(), Infinity);
  t.equal(heap.remove(1_000), false);
  t.equal(heap.has(1_000), false);
});
