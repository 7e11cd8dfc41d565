import { gridFloor, type Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { minutesOf } from './minute-windows.ts';
import { daysOfHour, hourMs, rollupLevels, sourceOf, windowOf, type RollupLevel } from './rollup-level.ts';
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
    const computed = this.#compute(level, series, stale, { ...readTo, rowsMax });
    const isStale = this.#stalenessOf(level, new Set(stale));
    const kept = stored.filter((window) => window.startMs < readTo.endMs && !isStale(window));
    const windows = [...kept, ...computed].sort((left, right) => left.startMs - right.startMs);
    const nextFromMs = windows.length > rowsMax ? windows[rowsMax]?.startMs : cutMs;
    return { windows: windows.slice(0, rowsMax), ...(nextFromMs !== undefined && { nextFromMs }) };
  }

  /** Touched windows of the level, and those made of touched ones, oldest first; of minutes their hours. */
  #staleStarts(level: RollupLevel, { startMs, endMs }: Interval): readonly number[] {
    const { stale } = this.#state;
    const starts = new Set<number>();
    for (const finer of rollupLevels.slice(0, rollupLevels.indexOf(level) + 1)) {
      for (const touched of stale.starts(finer)) {
        for (const start of this.#madeOf(level, finer, touched)) starts.add(start);
      }
    }
    const fromMs = level === 'minute' ? startMs - hourMs + 1 : startMs;
    return [...starts]
      .filter((start) => start >= fromMs && start < endMs && this.#isComputable(level, start))
      .sort((left, right) => left - right);
  }

  #madeOf(level: RollupLevel, finer: RollupLevel, touchedMs: number): readonly number[] {
    if (level !== 'day' || finer === 'day') return [touchedMs];
    return daysOfHour(this.#state.parts.zone, touchedMs).map(({ startMs }) => startMs);
  }

  #isComputable(level: RollupLevel, startMs: number): boolean {
    if (level === 'minute') return startMs + hourMs > this.#state.minutesIntactFromMs;
    return this.#state.isComputable(level, startMs);
  }

  #stalenessOf(level: RollupLevel, stale: ReadonlySet<number>): (window: StoredWindow) => boolean {
    if (level !== 'minute') return ({ startMs }) => stale.has(startMs);
    const { minutesIntactFromMs } = this.#state;
    return ({ startMs }) => startMs >= minutesIntactFromMs && stale.has(gridFloor(startMs, hourMs));
  }

  /** The windows of the touched ones that start in the interval, in order; none after more than `rowsMax`. */
  #compute(
    level: RollupLevel,
    series: SeriesId,
    starts: readonly number[],
    { startMs, endMs, rowsMax }: Interval & { readonly rowsMax: number },
  ): readonly StoredWindow[] {
    const windows: StoredWindow[] = [];
    for (const start of starts) {
      if (windows.length > rowsMax) break;
      const computed =
        level === 'minute' ? this.#computeMinutes(series, start) : this.#computeWindow(level, series, start);
      windows.push(...computed.filter((window) => window.startMs >= startMs && window.startMs < endMs));
    }
    return windows;
  }

  #computeMinutes(series: SeriesId, hourStartMs: number): readonly StoredWindow[] {
    const { parts, minutesIntactFromMs } = this.#state;
    const startMs = Math.max(hourStartMs, minutesIntactFromMs);
    return minutesOf(series, parts.raw.of(series, { startMs, endMs: hourStartMs + hourMs }));
  }

  #computeWindow(level: 'hour' | 'day', series: SeriesId, startMs: number): readonly StoredWindow[] {
    const window = windowOf(level, this.#state.parts.zone, startMs);
    const source = sourceOf(level, window) === 'hour' ? 'hour' : 'minute';
    const totals = emptyTotals();
    for (const finer of this.#page(source, series, window, unlimited - 1).windows) {
      addWindow(totals, finer, finer.startMs - startMs);
    }
    if (totals.n + totals.bad === 0) return [];
    return [{ ...totals, series, startMs, lengthMs: window.endMs - startMs }];
  }
}

function asRow(window: StoredWindow): RollupRow {
  const { startMs, lengthMs, min, max, last, n, bad } = window;
  const anyOn = n > 0 && (min !== 0 || max !== 0);
  return { startMs, endMs: startMs + lengthMs, min, max, mean: meanOf(window), last, anyOn, n, bad };
}
