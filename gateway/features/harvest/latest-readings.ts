import type { LiveFeed, LiveValue } from '../../core/live-feed.ts';
import type { StorePort } from '../store-port.ts';

/** A value, with whether it is on disk left open: that is a question of time. */
type KeptValue = Omit<LiveValue, 'stored'>;

/** The newest value of every series, as read: for the live view, control and health. Gone at a restart. */
export class LatestReadings {
  readonly #byDevice = new Map<string, Map<string, KeptValue>>();
  readonly #feed: LiveFeed;
  #storedUntilMs = -Infinity;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /** Takes what was just read from one device, and tells whoever watches. */
  put(device: string, values: readonly LiveValue[]): void {
    const kept = this.#valuesOf(device);
    for (const value of values) kept.set(value.quantity, value);
    this.#feed.publish({ type: 'readings', values });
  }

  /** Those read up to this instant are on disk now. */
  markStored(untilMs: number): void {
    this.#storedUntilMs = untilMs;
  }

  /** What the last run knew is shown until it is read anew. Errors: those of the store. */
  async restore(store: StorePort<'listSeries' | 'latestReadings'>): Promise<void> {
    const series = new Map((await store.call('listSeries')).map((stored) => [stored.id, stored]));
    for (const { series: id, atMs, value, quality } of await store.call('latestReadings')) {
      const stored = series.get(id);
      if (stored === undefined) continue;
      const { device, quantity } = stored;
      this.#valuesOf(device).set(quantity, { device, quantity, atMs, value, quality });
      this.#storedUntilMs = Math.max(this.#storedUntilMs, atMs);
    }
  }

  all(): readonly LiveValue[] {
    return [...this.#byDevice.values()].flatMap((values) =>
      [...values.values()].map((value) => ({ ...value, stored: value.atMs <= this.#storedUntilMs })),
    );
  }

  #valuesOf(device: string): Map<string, KeptValue> {
    const known = this.#byDevice.get(device);
    if (known !== undefined) return known;
    const made = new Map<string, KeptValue>();
    this.#byDevice.set(device, made);
    return made;
  }
}
