/** A value for each key, of the keys that came last: those that are forgotten begin anew. */
export class NewestEntries<Value> {
  readonly #entriesMax: number;
  readonly #entries = new Map<string, Value>();

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** The key that was set first gives way to a new one where there are too many. */
  set(key: string, value: Value): void {
    // The map keeps insertion order, so its first entry is the oldest.
    const oldest = this.#entries.size >= this.#entriesMax ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined && !this.#entries.has(key)) this.#entries.delete(oldest);
    this.#entries.set(key, value);
  }
}
