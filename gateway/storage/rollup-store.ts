import { gridFloor, nextGridPoint } from '../core/interval.ts';
import { qualityCode } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import { minutesOf } from './minute-windows.ts';
import {
  consumersOf,
  hourMs,
  minuteMs,
  notedWindow,
  rollupLevels,
  sourceOf,
  windowOf,
  type RollupLevel,
} from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type { StoredWindow } from './rollup-table.ts';
import { addReading, addWindow, emptyTotals, type RollupTotals } from './rollup-window.ts';
import type { SeriesSlice } from './series-slice.ts';
import { transact } from './transact.ts';

/** Windows are computed so long after their hour, when commits that were on their way are there. */
const settlingMs = 90_000;
/** Series that one step computes a window of. */
const sliceSeries = 32;
/** What one call may do, so that commits in between never wait long: readings and windows read, and steps. */
const workMax = 12_000;
const workPerStep = 500;

/** One window of a part of the series. */
interface Step {
  readonly level: RollupLevel;
  readonly startMs: number;
  readonly slice: SeriesSlice;
}

interface Done {
  readonly windows: number;
  readonly read: number;
}

/**
 * Keeps the rollups. A window is always computed whole from the next finer level, the minute from raw readings
 * in the order of their times. So the tables never depend on when or how often it ran, or on how readings were
 * cut into commits. One exception, which retention brings: readings that come when what their window is made
 * of has been pruned are added to the stored window.
 */
export class RollupStore {
  readonly #state: RollupState;
  readonly #lastSeries;
  /** How far the window at hand has come: forgotten when it is touched again, and at a restart. */
  #cursor: Step | undefined;

  constructor(state: RollupState) {
    this.#state = state;
    this.#lastSeries = state.parts.connection
      .prepare<[], number | null>('SELECT max(id) FROM series')
      .pluck();
  }

  /** Notes the windows of new readings; in the transaction that stores the readings. */
  touch({ series, atMs, value, quality }: ReadingBatch): void {
    const intactFromMs = this.#state.minutesIntactFromMs;
    let before = NaN;
    for (let index = 0; index < series.length; index += 1) {
      const time = atMs[index] ?? NaN;
      const startMs = gridFloor(time, minuteMs);
      if (startMs === before) continue;
      if (startMs < intactFromMs) {
        const code = quality[index] ?? qualityCode('suspect');
        this.#addLate(series[index] ?? 0, time, { value: value[index] ?? NaN, quality: code });
      } else {
        this.#note('minute', gridFloor(time, hourMs));
        before = startMs;
      }
    }
  }

  /** Computes the touched windows whose hour has ended, finer ones first, a bounded part of them a call. */
  rollUp(nowMs: number): { readonly windows: number; readonly remaining: boolean } {
    if (this.#nextStep(nowMs) === undefined) return { windows: 0, remaining: false };
    let windows = 0;
    transact(this.#state.parts.connection, () => {
      for (let work = 0; work < workMax;) {
        const step = this.#nextStep(nowMs);
        if (step === undefined) return;
        const done = this.#run(step);
        windows += done.windows;
        work += workPerStep + done.read;
      }
    });
    return { windows, remaining: this.#nextStep(nowMs) !== undefined };
  }

  /** Has a window computed anew, as if readings had touched it. */
  recompute(level: RollupLevel, startMs: number): void {
    this.#note(level, startMs);
  }

  /** Moves minutes that stand in rows into blocks, oldest first, a bounded number a call. */
  packWindows(): { readonly windows: number; readonly remaining: boolean } {
    const { minute } = this.#state.tables;
    const oldest = minute.oldestRow();
    if (oldest === undefined) return { windows: 0, remaining: false };
    const from = gridFloor(oldest.series, sliceSeries);
    let windows = 0;
    transact(this.#state.parts.connection, () => {
      windows = minute.pack(gridFloor(oldest.startMs, hourMs), { from, to: from + sliceSeries }, new Map());
    });
    return { windows, remaining: minute.oldestRow() !== undefined };
  }

  /** Coarser windows wait until all that they are made of is there. */
  #nextStep(nowMs: number): Step | undefined {
    for (const level of rollupLevels) {
      let startMs = Infinity;
      for (const start of this.#state.stale.starts(level)) {
        if (start < startMs && this.#dueMs(level, start) <= nowMs) startMs = start;
      }
      if (startMs === Infinity) continue;
      const isAtHand = this.#cursor?.level === level && this.#cursor.startMs === startMs;
      const from = isAtHand ? (this.#cursor?.slice.to ?? 0) : 0;
      return { level, startMs, slice: { from, to: from + sliceSeries } };
    }
    return undefined;
  }

  #dueMs(level: RollupLevel, startMs: number): number {
    const { endMs } = notedWindow(level, this.#state.parts.zone, startMs);
    return nextGridPoint(endMs - 1, hourMs) + settlingMs;
  }

  #run(step: Step): Done {
    const { level, startMs, slice } = step;
    const done = level === 'minute' ? this.#computeMinutes(step) : this.#computeWindows(step, level);
    const isWhole = slice.to > (this.#lastSeries.get() ?? 0);
    this.#cursor = isWhole ? undefined : step;
    if (isWhole) this.#settle(level, startMs);
    return done;
  }

  #computeMinutes({ startMs, slice }: Step): Done {
    const { parts, tables, minutesIntactFromMs } = this.#state;
    const interval = { startMs: Math.max(startMs, minutesIntactFromMs), endMs: startMs + hourMs };
    const bySeries = new Map<SeriesId, readonly StoredWindow[]>();
    let read = 0;
    for (const [series, column] of parts.raw.all(interval, slice)) {
      bySeries.set(series, minutesOf(series, column));
      read += column.length;
    }
    return { windows: tables.minute.pack(startMs, slice, bySeries), read };
  }

  #computeWindows({ startMs, slice }: Step, level: 'hour' | 'day'): Done {
    const { tables, parts } = this.#state;
    const window = windowOf(level, parts.zone, startMs);
    const finer = tables[sourceOf(level, window) === 'hour' ? 'hour' : 'minute'].all(window, slice);
    const bySeries = new Map<SeriesId, RollupTotals>();
    for (const part of finer) {
      let totals = bySeries.get(part.series);
      if (totals === undefined) bySeries.set(part.series, (totals = emptyTotals()));
      addWindow(totals, part, part.startMs - startMs);
    }
    for (const [series, totals] of bySeries) tables[level].put(window, series, totals);
    return { windows: bySeries.size, read: finer.length };
  }

  #settle(level: RollupLevel, startMs: number): void {
    const { stale, parts } = this.#state;
    stale.remove(level, startMs);
    for (const consumer of consumersOf(level, parts.zone, startMs)) {
      if (this.#state.isComputable(consumer.level, consumer.startMs))
        this.#note(consumer.level, consumer.startMs);
    }
  }

  #note(level: RollupLevel, startMs: number): void {
    if (this.#cursor?.level === level && this.#cursor.startMs === startMs) this.#cursor = undefined;
    this.#state.stale.add(level, startMs);
  }

  #addLate(
    series: SeriesId,
    atMs: number,
    reading: { readonly value: number; readonly quality: number },
  ): void {
    const { tables, parts } = this.#state;
    for (const level of rollupLevels) {
      const window = windowOf(level, parts.zone, atMs);
      if (window.startMs < this.#state.prunedToMsOf(level, series)) continue;
      if (this.#state.isComputable(level, window.startMs)) {
        this.#note(level, window.startMs);
        continue;
      }
      const totals: RollupTotals = { ...(tables[level].get(window.startMs, series) ?? emptyTotals()) };
      addReading(totals, { ...reading, offsetMs: atMs - window.startMs });
      tables[level].put(window, series, totals);
    }
  }
}
