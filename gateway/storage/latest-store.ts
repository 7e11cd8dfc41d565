import { hasValue, qualityCode, qualityOf } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';
import type { LatestReading } from './store-calls.ts';

interface Latest {
  atMs: number;
  value: number | null;
  quality: number;
}

/**
 * The newest reading of every series, in memory. It is written down when commits leave the log, and completed
 * from those in the log at the start; it outlives the retention of the readings themselves.
 */
export class LatestStore {
  readonly #latest = new Map<SeriesId, Latest>();
  readonly #unsaved = new Set<SeriesId>();
  readonly #replace;

  constructor(connection: Connection) {
    this.#replace = connection.prepare(
      'INSERT OR REPLACE INTO latest (series, at_ms, value, quality, crc) VALUES (?, ?, ?, ?, ?)',
    );
    const rows = connection
      .prepare<[], Latest & { readonly series: SeriesId; readonly crc: number | null }>(
        'SELECT series, at_ms AS atMs, value, quality, crc FROM latest ORDER BY series',
      )
      .all();
    for (const { series, crc, ...latest } of rows) {
      assertRow('latest', [series, latest.atMs, latest.value, latest.quality], crc);
      this.#latest.set(series, latest);
    }
  }

  get newestMs(): number | null {
    let newestMs: number | null = null;
    for (const { atMs } of this.#latest.values()) newestMs = Math.max(newestMs ?? atMs, atMs);
    return newestMs;
  }

  /** Of readings of one time, the one that arrived last counts. */
  see({ series, atMs, value, quality }: ReadingBatch): void {
    for (let index = 0; index < series.length; index += 1) {
      const id = series[index] ?? 0;
      const time = atMs[index] ?? 0;
      let latest = this.#latest.get(id);
      if (latest === undefined) this.#latest.set(id, (latest = { atMs: time, value: null, quality: 0 }));
      if (latest.atMs > time) continue;
      latest.atMs = time;
      latest.quality = quality[index] ?? qualityCode('suspect');
      latest.value = storedValue(value[index] ?? NaN, latest.quality);
      this.#unsaved.add(id);
    }
  }

  /** Writes down what was seen since the last time. */
  save(): void {
    for (const id of [...this.#unsaved].sort((left, right) => left - right)) {
      const latest = this.#latest.get(id);
      if (latest === undefined) continue;
      // SQLite has no −0, and the check is over what it gives back.
      const value = latest.value === null ? null : latest.value + 0;
      const row = [id, latest.atMs, value, latest.quality] as const;
      this.#replace.run(...row, rowCheck('latest', row));
    }
    this.#unsaved.clear();
  }

  list(): readonly LatestReading[] {
    return [...this.#latest]
      .sort(([left], [right]) => left - right)
      .map(([series, { atMs, value, quality }]) => ({ series, atMs, value, quality: qualityOf(quality) }));
  }
}

/** A number as it is shown: null when the quality says that there is none, or it is not one. */
export function storedValue(value: number, quality: number): number | null {
  return Number.isFinite(value) && hasValue(qualityOf(quality)) ? value : null;
}
