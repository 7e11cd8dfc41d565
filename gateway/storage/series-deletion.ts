import { gridFloor } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { blockCount } from './block-codec.ts';
import type { Connection } from './connection.ts';
import { placesPerHour } from './minute-blocks.ts';
import { hourMs } from './rollup-level.ts';

/** These series, or all but these. */
export interface SeriesChoice {
  readonly ids: readonly SeriesId[];
  readonly isExcept: boolean;
}

/** Deletes what some series have of a level, window by window, and leaves what others have there. */
export interface SeriesDeletion {
  /** The first window at or after that one of which any series has something. */
  nextStartMs(fromMs: number): number | undefined;
  /** `readings`: raw ones that were in what is gone. */
  deleteAt(startMs: number, choice: SeriesChoice): { readonly rows: number; readonly readings: number };
}

interface Chosen {
  readonly from: number;
  readonly to: number;
  /** A JSON list. */
  readonly ids: string;
  readonly among: 0 | 1;
}

const isChosen = (series: string): string => `(${series} IN (SELECT value FROM json_each($ids))) = $among`;

/** Packed raw readings, by their windows. */
export function blockDeletion(connection: Connection): SeriesDeletion {
  const next = firstStart(connection, 'block');
  const remove = connection
    .prepare<Chosen, Buffer>(
      `DELETE FROM block WHERE start_ms >= $from AND start_ms < $to AND ${isChosen('series')} RETURNING body`,
    )
    .pluck();
  return {
    nextStartMs: next,
    deleteAt: (startMs, choice) => {
      const bodies = remove.all(chosen(choice, startMs, startMs + 1));
      return { rows: bodies.length, readings: bodies.reduce((sum, body) => sum + blockCount(body), 0) };
    },
  };
}

/** Hours or days. */
export function windowDeletion(connection: Connection, level: 'hour' | 'day'): SeriesDeletion {
  const remove = rowDeletion(connection, level);
  return {
    nextStartMs: firstStart(connection, `rollup_${level}`),
    deleteAt: (startMs, choice) => ({
      rows: remove.run(chosen(choice, startMs, startMs + 1)).changes,
      readings: 0,
    }),
  };
}

/** Minutes, packed or not, by their hours. */
export function minuteDeletion(connection: Connection): SeriesDeletion {
  const nextRow = firstStart(connection, 'rollup_minute');
  const nextPlace = connection
    .prepare<[number], number | null>('SELECT min(place) FROM minute_block WHERE place >= ?')
    .pluck();
  const removeRows = rowDeletion(connection, 'minute');
  const removeBlocks = connection.prepare<Chosen>(
    `DELETE FROM minute_block WHERE place >= $from AND place < $to AND ${isChosen(`(place % ${placesPerHour})`)}`,
  );
  return {
    nextStartMs: (fromMs) => {
      const hour = Math.ceil(fromMs / hourMs);
      const rowMs = nextRow(hour * hourMs) ?? Infinity;
      const place = nextPlace.get(hour * placesPerHour) ?? Infinity;
      const startMs = Math.min(gridFloor(rowMs, hourMs), Math.floor(place / placesPerHour) * hourMs);
      return Number.isFinite(startMs) ? startMs : undefined;
    },
    deleteAt: (startMs, choice) => {
      const place = (startMs / hourMs) * placesPerHour;
      const rows = removeRows.run(chosen(choice, startMs, startMs + hourMs)).changes;
      const blocks = removeBlocks.run(chosen(choice, place, place + placesPerHour)).changes;
      return { rows: rows + blocks, readings: 0 };
    },
  };
}

function rowDeletion(connection: Connection, level: string) {
  return connection.prepare<Chosen>(
    `DELETE FROM rollup_${level} WHERE start_ms >= $from AND start_ms < $to AND ${isChosen('series')}`,
  );
}

function firstStart(connection: Connection, table: string): (fromMs: number) => number | undefined {
  const select = connection
    .prepare<[number], number | null>(`SELECT min(start_ms) FROM ${table} WHERE start_ms >= ?`)
    .pluck();
  return (fromMs) => select.get(fromMs) ?? undefined;
}

function chosen({ ids, isExcept }: SeriesChoice, from: number, to: number): Chosen {
  return { from, to, ids: JSON.stringify(ids), among: isExcept ? 0 : 1 };
}
