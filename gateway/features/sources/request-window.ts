const hourMs = 3_600_000;
const windowHours = 24;

/** Counts by the hour since the epoch. */
export type HourCounts = readonly (readonly [hour: number, count: number])[];

/**
 * Requests in any 24 hours, counted by whole hours: an hour counts until all of it is older than that, so what is
 * counted is never too little. Times are UTC epoch ms.
 */
export class RequestWindow {
  #counts: HourCounts;

  constructor(counts: HourCounts = []) {
    this.#counts = counts;
  }

  add(nowMs: number): void {
    this.#change(nowMs, 1);
  }

  /** One that was added at that time was not made. */
  remove(nowMs: number): void {
    this.#change(nowMs, -1);
  }

  count(nowMs: number): number {
    return this.#within(Math.floor(nowMs / hourMs)).reduce((sum, [, count]) => sum + count, 0);
  }

  /** How long until there are fewer than so many; 0 when there are now. */
  waitMs(nowMs: number, requestsMax: number): number {
    let rest = this.count(nowMs);
    if (rest < requestsMax) return 0;
    const counts = this.#within(Math.floor(nowMs / hourMs)).toSorted(([left], [right]) => left - right);
    for (const [hour, count] of counts) {
      rest -= count;
      if (rest < requestsMax) return (hour + 1 + windowHours) * hourMs - nowMs;
    }
    return windowHours * hourMs;
  }

  counts(): HourCounts {
    return this.#counts;
  }

  #change(nowMs: number, by: number): void {
    const hour = Math.floor(nowMs / hourMs);
    const counts = new Map(this.#within(hour));
    counts.set(hour, Math.max(0, (counts.get(hour) ?? 0) + by));
    this.#counts = [...counts];
  }

  /** Hours that are to come are of a clock that was set back: what they count is not known to be of today. */
  #within(hour: number): HourCounts {
    return this.#counts.filter(([known]) => known >= hour - windowHours && known <= hour + 1);
  }
}
