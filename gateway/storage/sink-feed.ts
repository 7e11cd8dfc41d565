import { gridFloor, type Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { blockMs } from './block-store.ts';
import type { Connection } from './connection.ts';
import type { ReadingStore } from './reading-store.ts';
import { hourMs } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type {
  CommitsQuery,
  CommittedColumns,
  LogPlace,
  PrunedReadings,
  SeriesColumns,
  WindowColumns,
  WindowQuery,
} from './sink-calls.ts';

/** Stretches of missed time in one answer; more are answered as one that holds them all. */
const missedMax = 1_000;
/** A step over time without readings: its hours are counted. */
const skipMsMax = 7 * 24 * hourMs;

interface HourCount {
  readonly series: SeriesId;
  readonly startMs: number;
  readonly readings: number;
}

interface Batch {
  readonly series: ArrayLike<number>;
  readonly atMs: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly quality: ArrayLike<number>;
}

/** Readings as consumers follow them: commit by commit while those are in the log, window by window after that. */
export class SinkFeed {
  readonly #readings: ReadingStore;
  readonly #rollups: RollupState;
  readonly #sealed;
  readonly #hours;

  constructor(connection: Connection, readings: ReadingStore, rollups: RollupState) {
    this.#readings = readings;
    this.#rollups = rollups;
    this.#sealed = connection
      .prepare<[number], number>('SELECT DISTINCT start_ms FROM seal WHERE to_commit > ? ORDER BY start_ms')
      .pluck();
    this.#hours = connection.prepare<[number, number], HourCount>(
      'SELECT series, start_ms AS startMs, n + bad AS readings FROM rollup_hour WHERE start_ms > ? AND start_ms <= ?',
    );
  }

  commitsAfter({ after, readingsMax }: CommitsQuery): CommittedColumns {
    const { log, epoch, lastCommit } = this.#readings;
    const first = log.commits[0]?.commit ?? lastCommit + 1;
    const isBeyondLog = after !== null && after.commit + 1 < first;
    const batches: Batch[] = [];
    let place: LogPlace = { epoch, commit: startOf(after, { epoch, first, lastCommit }) };
    let count = 0;
    let remaining = false;
    for (const { commit, offsetMs, count: more } of log.commits) {
      if (commit <= place.commit) continue;
      // Its readings may come to lie anywhere.
      if (offsetMs === null) break;
      remaining = count > 0 && count + more > readingsMax;
      if (remaining) break;
      batches.push(log.batch(commit));
      count += more;
      place = { epoch, commit };
    }
    const missed = isBeyondLog ? this.#missedAfter(after.commit) : [];
    return { ...joined(batches, count), place, remaining, isBeyondLog, missed };
  }

  windowColumns({ fromMs, toMs, readingsMax }: WindowQuery): WindowColumns {
    const startMs = Math.max(fromMs, this.#nextWindowMs(fromMs));
    const restMs = Math.min(toMs, fromMs + skipMsMax);
    if (startMs >= restMs) {
      const isOver = restMs === toMs;
      return {
        ...joined([], 0),
        pruned: this.#pruned(fromMs, restMs),
        ...(!isOver && { nextFromMs: restMs }),
      };
    }
    const endMs = Math.min(toMs, gridFloor(startMs, blockMs) + blockMs);
    const { columns, cutMs } = this.#page({ startMs, endMs }, readingsMax);
    const nextMs = cutMs ?? endMs;
    return {
      ...columns,
      pruned: this.#pruned(fromMs, nextMs),
      ...(nextMs < toMs && { nextFromMs: nextMs }),
    };
  }

  /** The first window at or after that time in which there may be something; Infinity for none. */
  #nextWindowMs(fromMs: number): number {
    const { log } = this.#readings;
    let nextMs = this.#readings.nextBlockMs(fromMs) ?? Infinity;
    for (const { offsetMs, minMs, maxMs } of log.commits) {
      if (offsetMs === null || maxMs < fromMs) continue;
      nextMs = Math.min(nextMs, gridFloor(Math.max(minMs, fromMs), blockMs));
    }
    return nextMs;
  }

  #page(
    interval: Interval,
    readingsMax: number,
  ): { readonly columns: SeriesColumns; readonly cutMs: number | undefined } {
    const columns = [...this.#readings.raw.all(interval)].sort(([left], [right]) => left - right);
    const count = columns.reduce((sum, [, { length }]) => sum + length, 0);
    const times = new Float64Array(count);
    let at = 0;
    for (const [, { atMs }] of columns) {
      times.set(atMs, at);
      at += atMs.length;
    }
    times.sort();
    const lastMs = times[readingsMax - 1] ?? Infinity;
    const cutMs = times.find((atMs) => atMs > lastMs);
    const rows: Row[] = [];
    for (const [series, column] of columns) {
      for (let index = 0; index < column.length && column.timeAt(index) <= lastMs; index += 1) {
        const [atMs, value, quality] = [column.timeAt(index), column.valueAt(index), column.qualityAt(index)];
        rows.push({ series, atMs, value, quality });
      }
    }
    rows.sort((left, right) => left.atMs - right.atMs || left.series - right.series);
    return { columns: columnsOf(rows), cutMs };
  }

  /** Every packing of a later commit left a seal for each of its windows. */
  #missedAfter(commit: number): readonly Interval[] {
    const missed: { startMs: number; endMs: number }[] = [];
    for (const startMs of this.#sealed.all(commit)) {
      const last = missed.at(-1);
      if (last?.endMs === startMs) last.endMs = startMs + blockMs;
      else missed.push({ startMs, endMs: startMs + blockMs });
    }
    const [oldest, newest] = [missed[0], missed.at(-1)];
    if (missed.length <= missedMax || oldest === undefined || newest === undefined) return missed;
    return [{ startMs: oldest.startMs, endMs: newest.endMs }];
  }

  /** Hours tell how many raw readings there were, long after those are gone. */
  #pruned(fromMs: number, toMs: number): readonly PrunedReadings[] {
    if (fromMs >= this.#rollups.prunedToMs('raw')) return [];
    const counts = new Map<SeriesId, number>();
    for (const { series, startMs, readings } of this.#hours.iterate(fromMs - hourMs, toMs - hourMs)) {
      if (startMs >= this.#rollups.prunedToMsOf('raw', series)) continue;
      counts.set(series, (counts.get(series) ?? 0) + readings);
    }
    return [...counts].map(([series, readings]) => ({ series, readings }));
  }
}

interface LogEnds {
  readonly epoch: number;
  readonly first: number;
  readonly lastCommit: number;
}

/** Of another history nobody knows which of the commits in the log were had: they come again. */
function startOf(after: LogPlace | null, { epoch, first, lastCommit }: LogEnds): number {
  if (after === null || after.commit > lastCommit) return first - 1;
  return after.epoch === epoch ? Math.max(after.commit, first - 1) : first - 1;
}

interface Row {
  readonly series: SeriesId;
  readonly atMs: number;
  readonly value: number;
  readonly quality: number;
}

function columnsOf(rows: readonly Row[]): SeriesColumns {
  return {
    series: Uint32Array.from(rows, (row) => row.series),
    atMs: Float64Array.from(rows, (row) => row.atMs),
    value: Float64Array.from(rows, (row) => row.value),
    quality: Uint8Array.from(rows, (row) => row.quality),
  };
}

function joined(batches: readonly Batch[], count: number): SeriesColumns {
  const columns = {
    series: new Uint32Array(count),
    atMs: new Float64Array(count),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  };
  let at = 0;
  for (const { series, atMs, value, quality } of batches) {
    columns.series.set(series, at);
    columns.atMs.set(atMs, at);
    columns.value.set(value, at);
    columns.quality.set(quality, at);
    at += series.length;
  }
  return columns;
}
