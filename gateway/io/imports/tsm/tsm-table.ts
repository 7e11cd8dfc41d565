import { frenchDateAt, isTempoDay, type TempoDay } from '../../../core/tempo-day.ts';
import type { Cell } from '../recorded-table.ts';

/** A row of one of its tables. */
export interface TsmRow {
  /** `day row 7` */
  readonly where: string;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** Rows by the names of their tables in small letters; those of a table that is not there are none. */
export type TsmTables = ReadonlyMap<string, readonly TsmRow[]>;

/** What cannot be taken, and why, as a clause. */
export type Refuse = (where: string, why: string) => void;

/** The first of these columns that has something. */
export function cellOf({ cells }: TsmRow, ...columns: readonly string[]): Cell {
  for (const column of columns) {
    const cell = cells.get(column) ?? null;
    if (cell !== null && cell !== '') return cell;
  }
  return null;
}

/** A date that is written as one, with or without a time, or as epoch seconds. */
export function dayOf(cell: Cell): TempoDay | undefined {
  if (typeof cell === 'number')
    return cell > 0 && cell < 253_402_300_800 ? frenchDateAt(cell * 1_000) : undefined;
  const day = cell?.slice(0, 10);
  return day !== undefined && isTempoDay(day) ? day : undefined;
}

/** A whole number, however it is kept. */
export function numberOf(cell: Cell): number | undefined {
  if (cell === null || (typeof cell === 'string' && cell.trim() === '')) return undefined;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

/** Whole mWh of kWh. */
export function mwhOf(cell: Cell): number | undefined {
  const kwh = numberOf(cell);
  return kwh === undefined ? undefined : Math.round(kwh * 1e6);
}

/** A member’s id: decimal digits. */
export function idOf(cell: Cell): string | undefined {
  const text = String(cell ?? '').trim();
  return /^[0-9]{1,20}$/.test(text) ? text : undefined;
}
