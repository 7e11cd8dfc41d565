import type { CounterState } from '../core/counter.ts';
import type { EnergySlot } from '../core/energy-slot.ts';
import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { EnergyRows } from './energy-rows.ts';
import type { EnergySeries } from './energy-series.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

const columns = [
  'start_ms',
  'series',
  'mwh',
  'negative_mwh',
  'estimated_mwh',
  'covered_ms',
  'restarts',
  'back_from_ms',
  'back_to_ms',
  'back_mwh',
  'back_negative_mwh',
  'last_ms',
  'last_value',
  'rival',
] as const;

const nearMs = 86_400_000;

type Row = Readonly<Record<(typeof columns)[number] | 'crc', Cell>>;

export interface StoredSlot {
  readonly series: SeriesId;
  readonly slot: EnergySlot;
}

/** Slots, clustered by (start, series) so that they grow at their end. They are kept for ever. */
export class EnergyTable implements EnergyRows {
  readonly #series: EnergySeries;
  readonly #replace;
  readonly #at;
  readonly #before;
  readonly #after;
  readonly #all;

  constructor(connection: Connection, series: EnergySeries) {
    const names = columns.join(', ');
    const select = `SELECT ${names}, crc FROM energy_slot`;
    this.#series = series;
    this.#replace = connection.prepare(
      `INSERT OR REPLACE INTO energy_slot (${names}, crc) VALUES (${'?, '.repeat(columns.length)}?)`,
    );
    this.#at = connection.prepare<[number, number], Row>(`${select} WHERE start_ms = ? AND series = ?`);
    this.#before = connection.prepare<[number, number, number], Row>(
      `${select} WHERE start_ms < ? AND start_ms >= ? AND series = ? ORDER BY start_ms DESC LIMIT 1`,
    );
    this.#after = connection.prepare<[number, number], Row>(
      `${select} WHERE start_ms > ? AND series = ? ORDER BY start_ms LIMIT 1`,
    );
    this.#all = connection.prepare<[number, number], Row>(`${select} WHERE start_ms >= ? AND start_ms < ?`);
  }

  put(series: SeriesId, slot: EnergySlot): void {
    const cells = cellsOf(series, slot);
    this.#replace.run(...cells, rowCheck('energy_slot', cells));
    this.#series.see(series, slot.startMs);
  }

  at(series: SeriesId, startMs: number): EnergySlot | undefined {
    const row = this.#at.get(startMs, series);
    return row === undefined ? undefined : slotOf(row);
  }

  /** Mostly it is near. Else the newest one of the series is known, or there is a long time without a slot of it. */
  before(series: SeriesId, startMs: number): EnergySlot | undefined {
    const near = this.#before.get(startMs, startMs - nearMs, series);
    if (near !== undefined) return slotOf(near);
    const newestMs = this.#series.newestMs(series);
    if (newestMs === undefined) return undefined;
    const newest = newestMs < startMs ? this.at(series, newestMs) : undefined;
    if (newest !== undefined) return newest;
    const far = this.#before.get(startMs - nearMs, 0, series);
    return far === undefined ? undefined : slotOf(far);
  }

  after(series: SeriesId, startMs: number): EnergySlot | undefined {
    const newestMs = this.#series.newestMs(series);
    if (newestMs === undefined || newestMs <= startMs) return undefined;
    const row = this.#after.get(startMs, series);
    return row === undefined ? undefined : slotOf(row);
  }

  /** Slots of all series that start in the interval. */
  all({ startMs, endMs }: Interval): readonly StoredSlot[] {
    return this.#all.all(startMs, endMs).map((row) => ({ series: Number(row.series), slot: slotOf(row) }));
  }
}

function cellsOf(series: SeriesId, slot: EnergySlot): readonly Cell[] {
  const { startMs, mwh, negativeMwh, estimatedMwh, coveredMs, restarts, before, state } = slot;
  const own = [startMs, series, mwh, negativeMwh, estimatedMwh, coveredMs, restarts];
  return [...own, ...cellsBefore(before), ...cellsOfState(state)];
}

function cellsBefore(before: EnergySlot['before']): readonly Cell[] {
  if (before === undefined) return [null, null, null, null];
  return [before.fromMs, before.toMs, before.mwh, before.negativeMwh];
}

function cellsOfState({ last, rival }: CounterState): readonly Cell[] {
  return [last?.atMs ?? null, last?.value ?? null, rival === undefined ? null : JSON.stringify(rival)];
}

/** Errors: `database_unreadable` when the row fails its check. */
function slotOf(row: Row): EnergySlot {
  const cells = columns.map((name) => row[name]);
  assertRow('energy_slot', cells, Number(row.crc));
  return {
    startMs: Number(row.start_ms),
    mwh: Number(row.mwh),
    negativeMwh: Number(row.negative_mwh),
    estimatedMwh: Number(row.estimated_mwh),
    coveredMs: Number(row.covered_ms),
    restarts: Number(row.restarts),
    ...(row.back_from_ms !== null && {
      before: {
        fromMs: Number(row.back_from_ms),
        toMs: Number(row.back_to_ms),
        mwh: Number(row.back_mwh),
        negativeMwh: Number(row.back_negative_mwh),
      },
    }),
    state: stateOf(row),
  };
}

function stateOf({ last_ms: atMs, last_value: value, rival }: Row): CounterState {
  return {
    ...(atMs !== null && { last: { atMs: Number(atMs), value: Number(value) } }),
    ...(typeof rival === 'string' && { rival: JSON.parse(rival) as NonNullable<CounterState['rival']> }),
  };
}
