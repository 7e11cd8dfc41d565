import { GatewayError } from '../core/errors.ts';
import type { GridHour } from '../core/grid-hour.ts';
import type { Connection } from './connection.ts';
import type { GridCalls } from './grid-calls.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { storedTime } from './stored-time.ts';
import { transact } from './transact.ts';

interface HourRow {
  readonly zone: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly carbonGramsPerKwh: number | null;
  readonly carbonIsEstimated: number;
  readonly carbonUpdatedMs: number | null;
  readonly productionMw: number | null;
  readonly consumptionMw: number | null;
  readonly powerIsEstimated: number;
  readonly powerUpdatedMs: number | null;
}

type CheckedRow = HourRow & { readonly crc: number };

const columns = `zone, start_ms AS startMs, end_ms AS endMs, carbon_grams_per_kwh AS carbonGramsPerKwh,
  carbon_is_estimated AS carbonIsEstimated, carbon_updated_ms AS carbonUpdatedMs, production_mw AS productionMw,
  consumption_mw AS consumptionMw, power_is_estimated AS powerIsEstimated, power_updated_ms AS powerUpdatedMs,
  crc FROM grid_hour`;

/**
 * Hours of the grid. Carbon and power of an hour come in words of their own, so each is replaced by itself. What
 * says the same again is not written: an hour that is asked for again and again costs the medium nothing.
 */
export class GridHourStore {
  readonly #connection: Connection;
  readonly #one;
  readonly #range;
  readonly #replace;
  readonly #zones;
  readonly #prune;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#one = connection.prepare<[string, number], CheckedRow>(
      `SELECT ${columns} WHERE zone = ? AND start_ms = ?`,
    );
    this.#range = connection.prepare<Parameters<GridCalls['listGridHours']>[0], CheckedRow>(
      `SELECT ${columns} WHERE zone = $zone AND start_ms >= $fromMs AND start_ms < $toMs
       ORDER BY start_ms LIMIT $rowsMax`,
    );
    this.#replace = connection.prepare<CheckedRow>(
      `INSERT OR REPLACE INTO grid_hour (zone, start_ms, end_ms, carbon_grams_per_kwh, carbon_is_estimated,
         carbon_updated_ms, production_mw, consumption_mw, power_is_estimated, power_updated_ms, crc)
       VALUES ($zone, $startMs, $endMs, $carbonGramsPerKwh, $carbonIsEstimated,
         $carbonUpdatedMs, $productionMw, $consumptionMw, $powerIsEstimated, $powerUpdatedMs, $crc)`,
    );
    this.#zones = connection.prepare<[], ReturnType<GridCalls['gridZones']>[number]>(
      `SELECT zone, count(*) AS hours, min(start_ms) AS fromMs, max(end_ms) AS toMs
       FROM grid_hour GROUP BY zone ORDER BY zone`,
    );
    this.#prune = connection.prepare<[number]>('DELETE FROM grid_hour WHERE start_ms < ?');
  }

  /** Errors: `input_invalid` names the hour, and nothing is stored then; `database_unreadable`. */
  put(hours: readonly GridHour[]): number {
    const changed = new Map<string, HourRow>();
    for (const hour of hours) {
      assertHour(hour);
      const zone = hour.zone.toWellFormed();
      const key = `${hour.startMs} ${zone}`;
      const before = changed.get(key) ?? this.#find(zone, hour.startMs);
      const after = merged(before ?? emptyRow({ ...hour, zone }), hour);
      if (after !== before) changed.set(key, after);
    }
    if (changed.size > 0) {
      transact(this.#connection, () => {
        for (const row of changed.values())
          this.#replace.run({ ...row, crc: rowCheck('grid_hour', cellsOf(row)) });
      });
    }
    return changed.size;
  }

  /** Errors: `database_unreadable`. */
  list(query: Parameters<GridCalls['listGridHours']>[0]): readonly GridHour[] {
    return this.#range.all(query).map((row) => hourOf(checkedRow(row)));
  }

  zones(): ReturnType<GridCalls['gridZones']> {
    return this.#zones.all();
  }

  /** Answers how many are gone. */
  prune(beforeMs: number): number {
    return this.#prune.run(beforeMs).changes;
  }

  #find(zone: string, startMs: number): HourRow | undefined {
    const row = this.#one.get(zone, startMs);
    return row === undefined ? undefined : checkedRow(row);
  }
}

function emptyRow({ zone, startMs, endMs }: GridHour): HourRow {
  return {
    zone,
    startMs,
    endMs,
    carbonGramsPerKwh: null,
    carbonIsEstimated: 0,
    carbonUpdatedMs: null,
    productionMw: null,
    consumptionMw: null,
    powerIsEstimated: 0,
    powerUpdatedMs: null,
  };
}

/** What the word says, in the place of what was said before; the row itself where that is the same, or newer. */
function merged(before: HourRow, word: GridHour): HourRow {
  const { endMs, carbonGramsPerKwh, productionMw, consumptionMw } = word;
  const isEstimated = word.isEstimated ? 1 : 0;
  const updatedMs = word.updatedMs ?? null;
  let row = before;
  if (carbonGramsPerKwh !== undefined && !isOlder(updatedMs, before.carbonUpdatedMs)) {
    const said = { endMs, carbonGramsPerKwh, carbonIsEstimated: isEstimated };
    row = changedRow(row, said, { carbonUpdatedMs: updatedMs });
  }
  const saysPower = productionMw !== undefined || consumptionMw !== undefined;
  if (saysPower && !isOlder(updatedMs, before.powerUpdatedMs)) {
    const said = {
      endMs,
      productionMw: productionMw ?? before.productionMw,
      consumptionMw: consumptionMw ?? before.consumptionMw,
      powerIsEstimated: isEstimated,
    };
    row = changedRow(row, said, { powerUpdatedMs: updatedMs });
  }
  return row;
}

function isOlder(updatedMs: number | null, thanMs: number | null): boolean {
  return updatedMs !== null && thanMs !== null && updatedMs < thanMs;
}

/** When it was said counts only with what was said anew. */
function changedRow(row: HourRow, said: Partial<HourRow>, time: Partial<HourRow>): HourRow {
  const isSame = Object.entries(said).every(([name, value]) => row[name as keyof HourRow] === value);
  return isSame ? row : { ...row, ...said, ...time };
}

function hourOf(row: HourRow): GridHour {
  const { zone, startMs, endMs, carbonIsEstimated, powerIsEstimated, carbonUpdatedMs, powerUpdatedMs } = row;
  const said = [carbonUpdatedMs, powerUpdatedMs].filter((atMs) => atMs !== null);
  return {
    zone,
    startMs,
    endMs,
    carbonGramsPerKwh: row.carbonGramsPerKwh ?? undefined,
    productionMw: row.productionMw ?? undefined,
    consumptionMw: row.consumptionMw ?? undefined,
    isEstimated: carbonIsEstimated === 1 || powerIsEstimated === 1,
    updatedMs: said.length === 0 ? undefined : Math.max(...said),
  };
}

function assertHour(hour: GridHour): void {
  const what = `the hour of ${hour.zone}`;
  storedTime(`${what}: its start`, hour.startMs);
  storedTime(`${what}: its end`, hour.endMs);
  if (hour.updatedMs !== undefined) storedTime(`${what}: its update`, hour.updatedMs);
  if (hour.endMs <= hour.startMs) throw invalid(what, 'it ends before it begins');
  for (const name of ['carbonGramsPerKwh', 'productionMw', 'consumptionMw'] as const) {
    const value = hour[name];
    if (value !== undefined && !Number.isFinite(value)) throw invalid(what, `${name} is ${value}`);
  }
}

function invalid(what: string, why: string): GatewayError {
  return new GatewayError('input_invalid', `${what} cannot be stored: ${why}`);
}

function cellsOf(row: HourRow): readonly Cell[] {
  return [
    row.zone,
    row.startMs,
    row.endMs,
    row.carbonGramsPerKwh,
    row.carbonIsEstimated,
    row.carbonUpdatedMs,
    row.productionMw,
    row.consumptionMw,
    row.powerIsEstimated,
    row.powerUpdatedMs,
  ];
}

function checkedRow({ crc, ...row }: CheckedRow): HourRow {
  assertRow('grid_hour', cellsOf(row), crc);
  return row;
}
