import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { byBlock, minutesOf, spanOfMinutes } from './minute-windows.ts';
import { minuteMs, rollupLevels, sourceOf, windowOf, type RollupLevel } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type { StoredWindow } from './rollup-table.ts';
import { addWindow, emptyTotals, meanOf } from './rollup-window.ts';
import type { RangeQuery, RollupRange, RollupRow } from './store-calls.ts';

const unlimited = 2 ** 31 - 1;

interface WindowPage {
  readonly windows: readonly StoredWindow[];
  readonly nextFromMs?: number;
}

/**
 * Reads windows as if all committed readings had been rolled up this instant: those touched since, open ones
 * among them, are computed on the spot by the same arithmetic.
 */
export class RollupReader {
  readonly #state: RollupState;

  constructor(state: RollupState) {
    this.#state = state;
  }

  /** Windows that start in the range. */
  range({ series, fromMs, toMs, rowsMax }: RangeQuery, level: RollupLevel): RollupRange {
    const { windows, ...rest } = this.#page(level, series, { startMs: fromMs, endMs: toMs }, rowsMax);
    return { rows: windows.map(asRow), ...rest };
  }

  #page(level: RollupLevel, series: SeriesId, interval: Interval, rowsMax: number): WindowPage {
    const stored = this.#state.tables[level].ofSeries(series, interval, rowsMax + 1);
    const cutMs = stored.length > rowsMax ? stored.at(-1)?.startMs : undefined;
    const readTo = { startMs: interval.startMs, endMs: cutMs ?? interval.endMs };
    const stale = this.#staleStarts(level, readTo);
    const isStale = new Set(stale);
    const windows = stored.filter(({ startMs }) => startMs < readTo.endMs && !isStale.has(startMs));
    windows.push(...this.#compute(level, series, stale));
    windows.sort((left, right) => left.startMs - right.startMs);
    const nextFromMs = windows.length > rowsMax ? windows[rowsMax]?.startMs : cutMs;
    return { windows: windows.slice(0, rowsMax), ...(nextFromMs !== undefined && { nextFromMs }) };
  }

  /** Touched windows of the level, and those made of touched ones, oldest first. */
  #staleStarts(level: RollupLevel, { startMs, endMs }: Interval): readonly number[] {
    const { stale, parts } = this.#state;
    const starts = new Set<number>();
    for (const finer of rollupLevels.slice(0, rollupLevels.indexOf(level) + 1)) {
      for (const touched of stale.starts(finer)) starts.add(windowOf(level, parts.zone, touched).startMs);
    }
    return [...starts]
      .filter((start) => start >= startMs && start < endMs && this.#state.isComputable(level, start))
      .sort((left, right) => left - right);
  }

  #compute(level: RollupLevel, series: SeriesId, starts: readonly number[]): readonly StoredWindow[] {
    if (level === 'minute') return byBlock(starts).flatMap((group) => this.#computeMinutes(series, group));
    return starts.flatMap((startMs) => {
      const window = windowOf(level, this.#state.parts.zone, startMs);
      const source = sourceOf(level, window) === 'hour' ? 'hour' : 'minute';
      const totals = emptyTotals();
      for (const finer of this.#page(source, series, window, unlimited - 1).windows) {
        addWindow(totals, finer, finer.startMs - startMs);
      }
      if (totals.n + totals.bad === 0) return [];
      return [{ ...totals, series, startMs, lengthMs: window.endMs - startMs }];
    });
  }

  #computeMinutes(series: SeriesId, starts: readonly number[]): readonly StoredWindow[] {
    const column = this.#state.parts.raw.of(series, spanOfMinutes(starts));
    return minutesOf(column, new Set(starts)).map(({ startMs, totals }) => ({
      ...totals,
      series,
      startMs,
      lengthMs: minuteMs,
    }));
  }
}

function asRow(window: StoredWindow): RollupRow {
  const { startMs, lengthMs, min, max, last, n, bad } = window;
  const anyOn = n > 0 && (min !== 0 || max !== 0);
  return { startMs, endMs: startMs + lengthMs, min, max, mean: meanOf(window), last, anyOn, n, bad };
}
