const hourMs = 3_600_000;
const windowHours = 24;

/** Counts by the hour since the epoch. */
export type HourCounts = readonly (readonly [hour: number, count: number])[];

/**
 * Requests in any 24 hours, counted by whole hours: an hour counts until all of it is older than that, so what is
 * counted is never too little. Times are UTC epoch ms.
 */
export class RequestWindow {
  readonly #counts: Map<number, number>;

  constructor(counts: HourCounts = []) {
    this.#counts = new Map(counts);
  }

  add(nowMs: number): void {
    const hour = Math.floor(nowMs / hourMs);
    this.#forget(hour);
    this.#counts.set(hour, (this.#counts.get(hour) ?? 0) + 1);
  }

  count(nowMs: number): number {
    this.#forget(Math.floor(nowMs / hourMs));
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How long until there are fewer than so many; 0 when there are now. */
  waitMs(nowMs: number, requestsMax: number): number {
    let rest = this.count(nowMs);
    for (const hour of [...this.#counts.keys()].sort((a, b) => a - b)) {
      if (rest < requestsMax) break;
      rest -= this.#counts.get(hour) ?? 0;
      if (rest < requestsMax) return (hour + 1 + windowHours) * hourMs - nowMs;
    }
    return 0;
  }

  counts(): HourCounts {
    return [...this.#counts];
  }

  /** Hours that are to come are of a clock that was set back: what they count is not known to be of today. */
  #forget(hour: number): void {
    for (const known of this.#counts.keys())
      if (known < hour - windowHours || known > hour + 1) this.#counts.delete(known);
  }
}
