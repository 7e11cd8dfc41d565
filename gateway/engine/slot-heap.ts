import assert from 'node:assert';

const arity = 4;
const absent = -1;

/**
 * A priority queue of small integers (slots), each ordered by three numbers, smallest first: the second
 * decides where the first is equal, the third where both are. The order is total as long as no two slots
 * share all three. Four children a node on flat typed arrays: 36 bytes a slot, no garbage, and any slot
 * can be taken out from the middle.
 */
export class SlotHeap {
  #size = 0;
  #slots: Int32Array;
  #positions: Int32Array;
  #first: Float64Array;
  #second: Float64Array;
  #third: Float64Array;

  constructor(capacity = 16) {
    this.#slots = new Int32Array(capacity);
    this.#positions = new Int32Array(capacity).fill(absent);
    this.#first = new Float64Array(capacity);
    this.#second = new Float64Array(capacity);
    this.#third = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  has(slot: number): boolean {
    return slot < this.#positions.length && this.#positions[slot] !== absent;
  }

  /** The smallest slot, or undefined when there is none. */
  peek(): number | undefined {
    return this.#size === 0 ? undefined : this.#slots[0];
  }

  /** The first number of the smallest slot; Infinity when there is none. */
  peekFirst(): number {
    const slot = this.peek();
    return slot === undefined ? Infinity : (this.#first[slot] ?? Infinity);
  }

  push(slot: number, first: number, second: number, third: number): void {
    this.#reserve(slot);
    // Not by assert(): it would build its message at every push.
    if (this.#positions[slot] !== absent) assert.fail(`slot ${slot} is in the heap already`);
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#third[slot] = third;
    this.#size += 1;
    this.#rise(this.#size - 1, slot);
  }

  pop(): number | undefined {
    const slot = this.peek();
    if (slot !== undefined) this.remove(slot);
    return slot;
  }

  /** Takes the slot out, wherever it stands; false when it is not in. */
  remove(slot: number): boolean {
    if (!this.has(slot)) return false;
    const position = this.#positions[slot] ?? 0;
    this.#positions[slot] = absent;
    this.#size -= 1;
    if (position === this.#size) return true;
    const moved = this.#slots[this.#size] ?? 0;
    if (position > 0 && this.#isBefore(moved, this.#slots[(position - 1) >> 2] ?? 0))
      this.#rise(position, moved);
    else this.#sink(position, moved);
    return true;
  }

  #isBefore(left: number, right: number): boolean {
    const first = (this.#first[left] ?? 0) - (this.#first[right] ?? 0);
    if (first !== 0) return first < 0;
    const second = (this.#second[left] ?? 0) - (this.#second[right] ?? 0);
    if (second !== 0) return second < 0;
    return (this.#third[left] ?? 0) < (this.#third[right] ?? 0);
  }

  #rise(from: number, slot: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      const above = this.#slots[parent] ?? 0;
      if (!this.#isBefore(slot, above)) break;
      this.#place(position, above);
      position = parent;
    }
    this.#place(position, slot);
  }

  #sink(from: number, slot: number): void {
    let position = from;
    for (;;) {
      const firstChild = position * arity + 1;
      if (firstChild >= this.#size) break;
      const smallest = this.#smallestChild(firstChild);
      const below = this.#slots[smallest] ?? 0;
      if (!this.#isBefore(below, slot)) break;
      this.#place(position, below);
      position = smallest;
    }
    this.#place(position, slot);
  }

  #smallestChild(firstChild: number): number {
    const end = Math.min(firstChild + arity, this.#size);
    let smallest = firstChild;
    for (let child = firstChild + 1; child < end; child += 1) {
      if (this.#isBefore(this.#slots[child] ?? 0, this.#slots[smallest] ?? 0)) smallest = child;
    }
    return smallest;
  }

  #place(position: number, slot: number): void {
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  #reserve(slot: number): void {
    const needed = Math.max(slot, this.#size) + 1;
    const old = this.#slots.length;
    if (needed <= old) return;
    const capacity = Math.max(needed, old * 2);
    this.#slots = extend(this.#slots, new Int32Array(capacity));
    this.#positions = extend(this.#positions, new Int32Array(capacity).fill(absent));
    this.#first = extend(this.#first, new Float64Array(capacity));
    this.#second = extend(this.#second, new Float64Array(capacity));
    this.#third = extend(this.#third, new Float64Array(capacity));
  }
}

function extend<Column extends Int32Array | Float64Array>(old: Column, larger: Column): Column {
  larger.set(old);
  return larger;
}
