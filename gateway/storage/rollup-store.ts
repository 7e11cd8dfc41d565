import { gridFloor } from '../core/interval.ts';
import { qualityCode } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import { byBlock, minutesOf, spanOfMinutes } from './minute-windows.ts';
import { consumersOf, minuteMs, rollupLevels, sourceOf, windowOf, type RollupLevel } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import { addReading, addWindow, emptyTotals, type RollupTotals } from './rollup-window.ts';
import { transact } from './transact.ts';

/** Windows of each level that one call computes, so that commits in between never wait long. */
const windowsMax: Readonly<Record<RollupLevel, number>> = { minute: 60, hour: 8, day: 16 };

/**
 * Keeps the rollups. A window is always computed whole from the next finer level, the minute from raw readings
 * in the order of their times. So the tables never depend on when or how often it ran, or on how readings were
 * cut into commits. One exception, which retention brings: readings that come when what their window is made
 * of has been pruned are added to the stored window.
 */
export class RollupStore {
  readonly #state: RollupState;

  constructor(state: RollupState) {
    this.#state = state;
  }

  /** Notes the windows of new readings; in the transaction that stores the readings. */
  touch({ series, atMs, value, quality }: ReadingBatch): void {
    const { stale } = this.#state;
    const intactFromMs = Math.max(this.#state.prunedToMs('raw'), this.#state.prunedToMs('minute'));
    let before = NaN;
    for (let index = 0; index < series.length; index += 1) {
      const time = atMs[index] ?? NaN;
      const startMs = gridFloor(time, minuteMs);
      if (startMs === before) continue;
      if (startMs < intactFromMs) {
        const code = quality[index] ?? qualityCode('suspect');
        this.#addLate(series[index] ?? 0, time, { value: value[index] ?? NaN, quality: code });
      } else {
        stale.add('minute', startMs);
        before = startMs;
      }
    }
  }

  /** Computes the touched windows that have ended, finer ones first, a bounded number a call. */
  rollUp(nowMs: number): { readonly windows: number; readonly remaining: boolean } {
    if (rollupLevels.every((level) => this.#due(level, nowMs).length === 0))
      return { windows: 0, remaining: false };
    let windows = 0;
    let remaining = false;
    transact(this.#state.parts.connection, () => {
      for (const level of rollupLevels) {
        const due = this.#due(level, nowMs);
        const now = due.slice(0, windowsMax[level]);
        if (level === 'minute') this.#computeMinutes(now);
        else for (const startMs of now) this.#computeWindow(level, startMs);
        for (const startMs of now) this.#settle(level, startMs);
        windows += now.length;
        remaining = now.length < due.length;
        // Coarser windows wait until all that they are made of is there.
        if (remaining) return;
      }
    });
    return { windows, remaining };
  }

  /** Touched windows that have ended, oldest first. */
  #due(level: RollupLevel, nowMs: number): readonly number[] {
    const { stale, parts } = this.#state;
    const due = [...stale.starts(level)].filter(
      (startMs) => windowOf(level, parts.zone, startMs).endMs <= nowMs,
    );
    return due.sort((left, right) => left - right);
  }

  #computeMinutes(starts: readonly number[]): void {
    for (const group of byBlock(starts)) {
      const wanted = new Set(group);
      for (const [series, column] of this.#state.parts.raw.all(spanOfMinutes(group))) {
        for (const { startMs, totals } of minutesOf(column, wanted)) {
          this.#state.tables.minute.put({ startMs, endMs: startMs + minuteMs }, series, totals);
        }
      }
    }
  }

  #computeWindow(level: 'hour' | 'day', startMs: number): void {
    const { tables, parts } = this.#state;
    const window = windowOf(level, parts.zone, startMs);
    const source = sourceOf(level, window);
    const bySeries = new Map<SeriesId, RollupTotals>();
    for (const finer of tables[source === 'hour' ? 'hour' : 'minute'].all(window)) {
      let totals = bySeries.get(finer.series);
      if (totals === undefined) bySeries.set(finer.series, (totals = emptyTotals()));
      addWindow(totals, finer, finer.startMs - startMs);
    }
    for (const [series, totals] of bySeries) tables[level].put(window, series, totals);
  }

  #settle(level: RollupLevel, startMs: number): void {
    const { stale, parts } = this.#state;
    stale.remove(level, startMs);
    for (const consumer of consumersOf(level, parts.zone, startMs)) {
      if (this.#state.isComputable(consumer.level, consumer.startMs))
        stale.add(consumer.level, consumer.startMs);
    }
  }

  #addLate(
    series: SeriesId,
    atMs: number,
    reading: { readonly value: number; readonly quality: number },
  ): void {
    const { stale, tables, parts } = this.#state;
    for (const level of rollupLevels) {
      const window = windowOf(level, parts.zone, atMs);
      if (window.startMs < this.#state.prunedToMs(level)) continue;
      if (this.#state.isComputable(level, window.startMs)) {
        stale.add(level, window.startMs);
        continue;
      }
      const totals: RollupTotals = tables[level].get(window.startMs, series) ?? emptyTotals();
      addReading(totals, { ...reading, offsetMs: atMs - window.startMs });
      tables[level].put(window, series, totals);
    }
  }
}
