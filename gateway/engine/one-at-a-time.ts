/** Runs what it is given in order, each when the former has ended, well or badly. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** How many run or wait. */
  get count(): number {
    return this.#count;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#last = promise;
    this.#count += 1;
    try {
      await before;
      return await work();
    } finally {
      this.#count -= 1;
      resolve(undefined);
    }
  }
}
