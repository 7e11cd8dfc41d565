/** Runs what it is given in order, each when the former has ended, well or badly. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#last = promise;
    try {
      await before;
      return await work();
    } finally {
      resolve(undefined);
    }
  }
}
