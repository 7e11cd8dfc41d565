import { gridFloor } from '../../core/interval.ts';
import type { SeriesKey } from '../../core/reading.ts';

const hourMs = 3_600_000;
/** Gas meters and weather tell of a time before their row. */
const lagMs = 3 * hourMs;

/** Readings of one series in one hour of UTC, by time. */
export interface BucketHour extends SeriesKey {
  readonly startMs: number;
  readonly atMs: readonly number[];
  readonly value: readonly number[];
}

export type BucketVerdict = 'new' | 'repeated' | 'conflicting';

interface Series extends SeriesKey {
  readonly hours: Map<number, Map<number, number>>;
  newest: { readonly atMs: number; readonly value: number };
}

/**
 * Gathers readings that come by the time of their rows into whole hours of series, each time once: of two at one time
 * the first stands. An hour is ready three hours after its end; what comes even later makes another one.
 */
export class HourBuckets {
  readonly #series = new Map<string, Series>();
  #readyToMs = -Infinity;

  add({ device, quantity }: SeriesKey, atMs: number, value: number): BucketVerdict {
    const key = `${device}\n${quantity}`;
    const known = this.#series.get(key);
    const series: Series = known ?? { device, quantity, hours: new Map(), newest: { atMs, value } };
    if (known === undefined) this.#series.set(key, series);
    // A gas meter says the same all hour long, and goes on when that hour was handed on.
    else if (series.newest.atMs === atMs && series.newest.value === value) return 'repeated';
    if (atMs >= series.newest.atMs) series.newest = { atMs, value };
    const startMs = gridFloor(atMs, hourMs);
    const hour = series.hours.get(startMs) ?? new Map<number, number>();
    series.hours.set(startMs, hour);
    const there = hour.get(atMs);
    if (there !== undefined) return there === value ? 'repeated' : 'conflicting';
    hour.set(atMs, value);
    return 'new';
  }

  /** Hours that are whole once rows have come to that time: by start, and each time the same series first. */
  ready(rowMs: number): readonly BucketHour[] {
    const toMs = gridFloor(rowMs - lagMs, hourMs);
    if (toMs <= this.#readyToMs) return [];
    this.#readyToMs = toMs;
    return this.#take(toMs);
  }

  /** All that is left. */
  rest(): readonly BucketHour[] {
    return this.#take(Infinity);
  }

  #take(toMs: number): readonly BucketHour[] {
    const taken: BucketHour[] = [];
    for (const { device, quantity, hours } of this.#series.values()) {
      for (const [startMs, hour] of hours) {
        if (startMs >= toMs) continue;
        hours.delete(startMs);
        const sorted = [...hour].sort(([left], [right]) => left - right);
        const [atMs, value] = [sorted.map(([at]) => at), sorted.map(([, number]) => number)];
        taken.push({ device, quantity, startMs, atMs, value });
      }
    }
    return taken.sort((left, right) => left.startMs - right.startMs);
  }
}
