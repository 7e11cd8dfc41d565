import type { LiveFeed, LiveValue } from '../../core/live-feed.ts';
import type { StorePort } from '../store-port.ts';

interface KeptValue {
  readonly value: Omit<LiveValue, 'stored'>;
  /** Its place among all readings since the start; 0 when it is from before. */
  readonly place: number;
  /** When it was read, while its time on the wall clock is not known. */
  readonly steadyMs?: number;
}

/** A value, and when it was said last: a meter of gas tells the same measurement for an hour. */
export interface ToldValue extends LiveValue {
  /** UTC epoch ms; not before the measurement. */
  readonly toldMs: number;
}

/** The newest value of every series, as read: for the live view, control and health. Gone at a restart. */
export class LatestReadings {
  readonly #byDevice = new Map<string, Map<string, KeptValue>>();
  readonly #feed: LiveFeed;
  /** Of those that come with times of their own, by device and quantity. */
  readonly #told = new Map<string, Map<string, number>>();
  #storedTo = 0;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /**
   * Takes what was just read from one device, the last of it at this place, and tells whoever watches. With a steady
   * time where the one on the wall clock is only what it seems to be.
   */
  put(device: string, values: readonly LiveValue[], place: number, steadyMs?: number): void {
    const kept = this.#valuesOf(device);
    for (const value of values)
      kept.set(value.quantity, { value, place, ...(steadyMs !== undefined && { steadyMs }) });
    this.#feed.publish({ type: 'readings', values });
  }

  /** These were said now, though they were measured before and may be known already. */
  told(device: string, quantities: readonly string[], nowMs: number): void {
    if (quantities.length === 0) return;
    const times = this.#told.get(device) ?? new Map<string, number>();
    this.#told.set(device, times);
    for (const quantity of quantities) times.set(quantity, nowMs);
  }

  /** The time is known now: UTC epoch ms are steady ones plus this. */
  placeTimes(offsetMs: number): void {
    for (const values of this.#byDevice.values()) {
      for (const [quantity, { value, place, steadyMs }] of values) {
        if (steadyMs === undefined) continue;
        values.set(quantity, { value: { ...value, atMs: Math.floor(steadyMs + offsetMs) }, place });
      }
    }
  }

  /** Those up to this place are on disk now. A place and not a time: the clock may be set back. */
  markStored(toPlace: number): void {
    this.#storedTo = Math.max(this.#storedTo, toPlace);
  }

  /** What the last run knew is shown until it is read anew. Devices that are no longer configured are history only. Errors: those of the store. */
  async restore(
    store: StorePort<'listSeries' | 'latestReadings'>,
    isRead: (device: string) => boolean,
  ): Promise<void> {
    const series = new Map((await store.call('listSeries')).map((stored) => [stored.id, stored]));
    for (const { series: id, atMs, value, quality } of await store.call('latestReadings')) {
      const stored = series.get(id);
      if (stored === undefined || !isRead(stored.device)) continue;
      const { device, quantity } = stored;
      this.#valuesOf(device).set(quantity, { value: { device, quantity, atMs, value, quality }, place: 0 });
    }
  }

  /** undefined when the latest is not good. */
  lastGood(device: string, quantity: string): { readonly value: number; readonly atMs: number } | undefined {
    const value = this.#byDevice.get(device)?.get(quantity)?.value;
    if (value === undefined || value.value === null || value.quality !== 'good') return undefined;
    return { value: value.value, atMs: value.atMs };
  }

  all(): readonly LiveValue[] {
    return [...this.#byDevice.values()].flatMap((values) =>
      [...values.values()].map(({ value, place }) => ({ ...value, stored: place <= this.#storedTo })),
    );
  }

  allTold(): readonly ToldValue[] {
    return this.all().map((value) => {
      const toldMs = this.#told.get(value.device)?.get(value.quantity) ?? -Infinity;
      return { ...value, toldMs: Math.max(value.atMs, toldMs) };
    });
  }

  #valuesOf(device: string): Map<string, KeptValue> {
    const known = this.#byDevice.get(device);
    if (known !== undefined) return known;
    const made = new Map<string, KeptValue>();
    this.#byDevice.set(device, made);
    return made;
  }
}
