import type { LiveFeed, LiveValue } from '../../core/live-feed.ts';

/** The newest value of every series, as read: for the live view, control and health. Gone at a restart. */
export class LatestReadings {
  readonly #values = new Map<string, LiveValue>();
  readonly #feed: LiveFeed;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /** Takes what was just read from one device, and tells whoever watches. */
  put(values: readonly LiveValue[]): void {
    for (const value of values) this.#values.set(keyOf(value), value);
    this.#feed.publish({ type: 'readings', values });
  }

  /** Those up to this instant are on disk now. */
  markStored(untilMs: number): void {
    for (const [key, value] of this.#values) {
      if (!value.stored && value.atMs <= untilMs) this.#values.set(key, { ...value, stored: true });
    }
  }

  /** From the last run: so that a restart shows at once what was known. Newer ones stay. */
  restore(values: readonly LiveValue[]): void {
    for (const value of values) if (!this.#values.has(keyOf(value))) this.#values.set(keyOf(value), value);
  }

  all(): readonly LiveValue[] {
    return [...this.#values.values()];
  }

  find(device: string, quantity: string): LiveValue | undefined {
    return this.#values.get(`${device}/${quantity}`);
  }
}

function keyOf(value: LiveValue): string {
  return `${value.device}/${value.quantity}`;
}
