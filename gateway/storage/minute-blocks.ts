import assert from 'node:assert';
import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { packBody, unpackBody } from './checked-body.ts';
import type { Connection } from './connection.ts';
import { decodeMinutes, encodeMinutes } from './minute-codec.ts';
import type { Pruned } from './pruned.ts';
import { hourMs, minuteMs } from './rollup-level.ts';
import type { StoredWindow } from './rollup-table.ts';
import { allSeries, type SeriesSlice } from './series-slice.ts';

/** `place` = the number of the hour × this + the series. */
export const placesPerHour = 2 ** 24;
const pruneRowsMax = 5_000;

interface BlockRow {
  readonly place: number;
  readonly body: Buffer;
}

/** Packed minutes: one block a series and hour. */
export class MinuteBlocks {
  readonly #replace;
  readonly #body;
  readonly #between;
  readonly #next;
  readonly #newest;
  readonly #bound;
  readonly #delete;

  constructor(connection: Connection) {
    this.#replace = connection.prepare('INSERT OR REPLACE INTO minute_block (place, body) VALUES (?, ?)');
    this.#body = connection
      .prepare<[number], Buffer>('SELECT CAST(body AS BLOB) FROM minute_block WHERE place = ?')
      .pluck();
    this.#between = connection.prepare<[number, number], BlockRow>(
      'SELECT place, CAST(body AS BLOB) AS body FROM minute_block WHERE place >= ? AND place < ? ORDER BY place',
    );
    this.#next = connection
      .prepare<[number], number | null>('SELECT min(place) FROM minute_block WHERE place >= ?')
      .pluck();
    this.#newest = connection.prepare<[], number | null>('SELECT max(place) FROM minute_block').pluck();
    this.#bound = connection
      .prepare<[number, number], number>(
        'SELECT place FROM minute_block WHERE place < ? ORDER BY place LIMIT 1 OFFSET ?',
      )
      .pluck();
    this.#delete = connection.prepare('DELETE FROM minute_block WHERE place < ?');
  }

  /** The minutes of the series in the hour that starts there, by start. */
  get(hourStartMs: number, series: SeriesId): readonly StoredWindow[] {
    const place = placeOf(hourStartMs, series);
    const body = this.#body.get(place);
    return body === undefined ? [] : windowsOf({ place, body });
  }

  /** Stores all minutes of the series in that hour, sorted; the same again writes nothing. */
  put(hourStartMs: number, series: SeriesId, windows: readonly StoredWindow[]): void {
    assert(series < placesPerHour, 'ids of series are counted from 1 on');
    const place = placeOf(hourStartMs, series);
    const minutes = windows.map(({ startMs, min, max, sum, last, lastOffsetMs, n, bad }) => ({
      minute: (startMs - hourStartMs) / minuteMs,
      totals: { min, max, sum, last, lastOffsetMs, n, bad },
    }));
    const body = packBody(encodeMinutes(minutes), place);
    if (this.#body.get(place)?.equals(body) !== true) this.#replace.run(place, body);
  }

  /** Minutes of the slice that start in the interval; those of one series by start. */
  all({ startMs, endMs }: Interval, { from, to }: SeriesSlice = allSeries): readonly StoredWindow[] {
    const windows: StoredWindow[] = [];
    let hourStartMs = this.#nextHourMs(startMs);
    while (hourStartMs !== undefined && hourStartMs < endMs) {
      const first = placeOf(hourStartMs, from);
      const end = placeOf(hourStartMs, Math.min(to, placesPerHour));
      for (const row of this.#between.all(first, end)) windows.push(...windowsOf(row));
      hourStartMs = this.#nextHourMs(hourStartMs + hourMs);
    }
    return windows.filter((window) => window.startMs >= startMs && window.startMs < endMs);
  }

  /** Minutes of one series that start in the interval, by start; so many at most. */
  ofSeries(series: SeriesId, { startMs, endMs }: Interval, rowsMax: number): readonly StoredWindow[] {
    const windows: StoredWindow[] = [];
    let hourStartMs = this.#nextHourMs(startMs);
    while (hourStartMs !== undefined && hourStartMs < endMs && windows.length < rowsMax) {
      const hour = this.get(hourStartMs, series);
      windows.push(...hour.filter((window) => window.startMs >= startMs && window.startMs < endMs));
      const nextMs: number = hourStartMs + hourMs;
      hourStartMs = hour.length > 0 ? nextMs : this.#nextHourMs(nextMs);
    }
    return windows.slice(0, rowsMax);
  }

  /** Deletes hours before `beforeMs`, a full hour, oldest first; so many blocks a call that it stays short. */
  prune(beforeMs: number): Pruned {
    const before = placeOf(beforeMs, 0);
    const bound = this.#bound.get(before, pruneRowsMax);
    const rows = this.#delete.run(bound ?? before).changes;
    return { rows, remaining: bound !== undefined };
  }

  /** No minute starts later; undefined when there is none. */
  newestMs(): number | undefined {
    const place = this.#newest.get() ?? undefined;
    return place === undefined ? undefined : hourOf(place) + hourMs - minuteMs;
  }

  /** No minute starts earlier; undefined when there is none. */
  oldestMs(): number | undefined {
    return this.#nextHourMs(0);
  }

  /** The first hour with blocks that has not ended by then. */
  #nextHourMs(fromMs: number): number | undefined {
    const place = this.#next.get(placeOf(Math.max(0, fromMs), 0)) ?? undefined;
    return place === undefined ? undefined : hourOf(place);
  }
}

function placeOf(hourStartMs: number, series: SeriesId): number {
  return Math.floor(hourStartMs / hourMs) * placesPerHour + series;
}

function hourOf(place: number): number {
  return Math.floor(place / placesPerHour) * hourMs;
}

function windowsOf({ place, body }: BlockRow): readonly StoredWindow[] {
  const hourStartMs = hourOf(place);
  const series = place % placesPerHour;
  return decodeMinutes(unpackBody(body, place)).map(({ minute, totals }) => ({
    ...totals,
    series,
    startMs: hourStartMs + minute * minuteMs,
    lengthMs: minuteMs,
  }));
}
