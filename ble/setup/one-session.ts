/** Who has the one session that there is, or is about to prove himself for it. */
export class OneSession {
  #holder: object | undefined;

  get isTaken(): boolean {
    return this.#holder !== undefined;
  }

  /** False while somebody else has it. */
  take(who: object): boolean {
    this.#holder ??= who;
    return this.#holder === who;
  }

  /** Of somebody who does not have it, nothing. */
  leave(who: object): void {
    if (this.#holder === who) this.#holder = undefined;
  }
}
