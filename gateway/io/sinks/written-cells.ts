const dayMs = 86_400_000;
const secondsPerDay = 86_400;

/** Which columns have a value in each second of a day: 4 bytes a second, since the same columns come again and again. */
export class WrittenCells {
  /** Of each second: a place in the sets; 0 for none. */
  readonly #setOf = new Uint32Array(secondsPerDay);
  readonly #sets: ReadonlySet<string>[] = [new Set()];
  readonly #places = new Map<string, number>();

  has(atMs: number, column: string): boolean {
    return this.#at(atMs).has(column);
  }

  add(atMs: number, columns: readonly string[]): void {
    const second = secondOf(atMs);
    const set = new Set([...this.#at(atMs), ...columns]);
    const key = JSON.stringify([...set]);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#sets.push(set) - 1;
      this.#places.set(key, place);
    }
    this.#setOf[second] = place;
  }

  #at(atMs: number): ReadonlySet<string> {
    return this.#sets[this.#setOf[secondOf(atMs)] ?? 0] ?? new Set();
  }
}

function secondOf(atMs: number): number {
  return Math.floor((((atMs % dayMs) + dayMs) % dayMs) / 1_000);
}
