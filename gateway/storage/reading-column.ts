interface Columns {
  readonly atMs: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly quality: ArrayLike<number>;
}

/** Readings of one series, in parallel arrays. `quality` holds quality codes. */
export class ReadingColumn {
  readonly atMs: number[] = [];
  readonly value: number[] = [];
  readonly quality: number[] = [];
  #newestMs = -Infinity;
  #sorted = true;

  get length(): number {
    return this.atMs.length;
  }

  /** Adds one that arrived after all that are in. */
  push(atMs: number, value: number, quality: number): void {
    if (atMs < this.#newestMs) this.#sorted = false;
    else this.#newestMs = atMs;
    this.atMs.push(atMs);
    this.value.push(value);
    this.quality.push(quality);
  }

  pushAll({ atMs, value, quality }: Columns): void {
    for (let index = 0; index < atMs.length; index += 1) {
      this.push(atMs[index] ?? NaN, value[index] ?? NaN, quality[index] ?? 0);
    }
  }

  /** Ordered by time; those of one time stay in the order they arrived. */
  sorted(): ReadingColumn {
    if (this.#sorted) return this;
    const order = this.atMs.map((_, index) => index);
    order.sort((left, right) => this.timeAt(left) - this.timeAt(right) || left - right);
    const column = new ReadingColumn();
    for (const index of order) column.push(this.timeAt(index), this.valueAt(index), this.qualityAt(index));
    return column;
  }

  timeAt(index: number): number {
    return this.atMs[index] ?? NaN;
  }

  valueAt(index: number): number {
    return this.value[index] ?? NaN;
  }

  qualityAt(index: number): number {
    return this.quality[index] ?? 0;
  }
}
