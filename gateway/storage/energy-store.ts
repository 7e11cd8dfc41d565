import { counterEnergy } from '../core/counter-energy.ts';
import type { CounterReading, CounterState } from '../core/counter.ts';
import { energySlotMs, type EnergyReading, type EnergySlot } from '../core/energy-slot.ts';
import { gridFloor } from '../core/interval.ts';
import { powerEnergy } from '../core/power-energy.ts';
import { qualityOf } from '../core/quality.ts';
import type { ReadingBatch, SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { EnergyRows } from './energy-rows.ts';
import type { EnergySeries } from './energy-series.ts';
import type { EnergyStale } from './energy-stale.ts';
import type { EnergyTable } from './energy-table.ts';
import type { MarkStore } from './mark-store.ts';
import type { RawReadings } from './raw-readings.ts';
import type { ReadingColumn } from './reading-column.ts';
import { allSeries } from './series-slice.ts';
import { transact } from './transact.ts';

export interface EnergyParts {
  readonly connection: Connection;
  readonly marks: MarkStore;
  readonly raw: RawReadings;
  readonly table: EnergyTable;
  readonly series: EnergySeries;
  readonly stale: EnergyStale;
  /** Raw readings of the series before it may be gone. */
  readonly prunedToMs: (series: SeriesId) => number;
}

/** Slots that one call computes, so that commits in between never wait long: of ten devices some 20 ms. */
const slotsMax = 1;
const lateMark = 'energy_late_readings';

/**
 * Keeps the energy of quarter-hours. A slot is computed whole, from its readings in the order of their times and
 * from where the slot before it left the counter. Where that comes out otherwise than before, the next slot of the
 * series is computed again, too. So the table depends on the readings alone: not on when it was computed, nor on the
 * order in which they came.
 */
export class EnergyStore {
  readonly #parts: EnergyParts;

  constructor(parts: EnergyParts) {
    this.#parts = parts;
  }

  /**
   * Notes the slots of new readings; in the transaction that stores them. Those of slots whose readings are no
   * longer kept change nothing any more, and are counted.
   */
  touch({ series, atMs }: ReadingBatch): void {
    const { stale, marks, prunedToMs } = this.#parts;
    let late = 0;
    for (let index = 0; index < series.length; index += 1) {
      const id = series[index] ?? 0;
      if (this.#parts.series.meansOf(id) === undefined) continue;
      const startMs = gridFloor(atMs[index] ?? NaN, energySlotMs);
      if (startMs < prunedToMs(id)) late += 1;
      else stale.add(startMs);
    }
    if (late > 0) marks.putNumber(lateMark, marks.number(lateMark) + late);
  }

  /** Readings that came when those of their slot were no longer kept. */
  get lateReadings(): number {
    return this.#parts.marks.number(lateMark);
  }

  /** Readings from there on are still needed; Infinity when none are. */
  oldestStaleMs(): number {
    let oldestMs = Infinity;
    for (const startMs of this.#parts.stale.starts) oldestMs = Math.min(oldestMs, startMs);
    return oldestMs;
  }

  /** Has a slot computed anew, as if readings had touched it. */
  recompute(startMs: number): void {
    this.#parts.stale.add(startMs);
  }

  /**
   * Computes touched slots, oldest first, a bounded number a call: all but the one that is open now. Those in the
   * future are from a clock that went wrong, and complete.
   */
  count(nowMs: number): { readonly slots: number; readonly remaining: boolean } {
    if (this.#firstDue(nowMs) === undefined) return { slots: 0, remaining: false };
    let slots = 0;
    transact(this.#parts.connection, () => {
      const { table, stale } = this.#parts;
      for (; slots < slotsMax; slots += 1) {
        const startMs = this.#firstDue(nowMs);
        if (startMs === undefined) return;
        for (const next of this.compute(table, startMs)) stale.add(next);
        stale.remove(startMs);
      }
    });
    return { slots, remaining: this.#firstDue(nowMs) !== undefined };
  }

  /** Puts the slots that start then; answers the starts of those that must be computed again after them. */
  compute(rows: EnergyRows, startMs: number): ReadonlySet<number> {
    const again = new Set<number>();
    const { raw, prunedToMs } = this.#parts;
    const interval = { startMs, endMs: startMs + energySlotMs };
    // Of a series that is pruned, what came late is not all that there was.
    const isWanted = (series: SeriesId): boolean =>
      this.#parts.series.meansOf(series) !== undefined && startMs >= prunedToMs(series);
    for (const [series, column] of raw.all(interval, allSeries, isWanted)) {
      const before = rows.before(series, startMs)?.state ?? {};
      const known = rows.at(series, startMs);
      const slot = this.#slotOf(series, column, { startMs, before });
      rows.put(series, slot);
      if (known !== undefined && isSameState(known.state, slot.state)) continue;
      const next = rows.after(series, startMs);
      if (next !== undefined) again.add(next.startMs);
    }
    return again;
  }

  /**
   * Puts one slot of one series from readings that are not kept; one that is there stands. In the caller's
   * transaction. The next slot is computed again where its own readings are still there.
   */
  addPast(series: SeriesId, column: ReadingColumn, startMs: number): void {
    const { table, stale, prunedToMs } = this.#parts;
    if (this.#parts.series.meansOf(series) === undefined || table.at(series, startMs) !== undefined) return;
    const before = table.before(series, startMs)?.state ?? {};
    table.put(series, this.#slotOf(series, column, { startMs, before }));
    const next = table.after(series, startMs);
    if (next !== undefined && next.startMs >= prunedToMs(series)) stale.add(next.startMs);
  }

  #slotOf(
    series: SeriesId,
    column: ReadingColumn,
    at: { startMs: number; before: CounterState },
  ): EnergySlot {
    if (this.#parts.series.meansOf(series) === 'power') return powerEnergy(readingsOf(column), at);
    return counterEnergy(readingsOf(column), { ...at, rules: this.#parts.series.rulesOf(series) });
  }

  #firstDue(nowMs: number): number | undefined {
    let firstMs: number | undefined;
    for (const startMs of this.#parts.stale.starts) {
      const isOpen = startMs <= nowMs && nowMs < startMs + energySlotMs;
      if (!isOpen && startMs < (firstMs ?? Infinity)) firstMs = startMs;
    }
    return firstMs;
  }
}

function* readingsOf(column: ReadingColumn): Generator<EnergyReading> {
  for (let index = 0; index < column.length; index += 1) {
    // SQLite has no −0: what is computed on the spot must equal what is stored.
    const value = column.valueAt(index) + 0;
    yield { atMs: column.timeAt(index), value, quality: qualityOf(column.qualityAt(index)) };
  }
}

function isSameState(left: CounterState, right: CounterState): boolean {
  return (
    isSameReading(left.last, right.last) &&
    left.rival?.count === right.rival?.count &&
    isSameReading(left.rival?.first, right.rival?.first) &&
    isSameReading(left.rival?.last, right.rival?.last)
  );
}

function isSameReading(left: CounterReading | undefined, right: CounterReading | undefined): boolean {
  return left?.atMs === right?.atMs && left?.value === right?.value;
}
