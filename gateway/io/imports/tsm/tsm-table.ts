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

const amountMax = 1e9;

/** The first of these columns that has something. */
export function cellOf({ cells }: TsmRow, ...columns: readonly string[]): Cell {
  for (const column of columns) {
    const cell = cells.get(column) ?? null;
    if (cell !== null && cell !== '') return cell;
  }
  return null;
}

/** Years in which TSM can have been: what is written of others is damage. */
const years = { first: '2000-01-01', last: '2099-12-31' };

/** A date that is written as one, with or without a time, or as epoch seconds. */
export function dayOf(cell: Cell): TempoDay | undefined {
  if (typeof cell === 'number') return isEpoch(cell) ? frenchDateAt(cell * 1_000) : undefined;
  const day = cell?.slice(0, 10);
  return day !== undefined && isTempoDay(day) && day >= years.first && day <= years.last ? day : undefined;
}

/** Whether these are seconds since 1970 of a time at which TSM can have been. */
export function isEpoch(seconds: number): boolean {
  return seconds * 1_000 >= Date.parse(years.first) && seconds * 1_000 < Date.parse(years.last);
}

/** A whole number, however it is kept. */
export function numberOf(cell: Cell): number | undefined {
  if (cell === null || (typeof cell === 'string' && cell.trim() === '')) return undefined;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

/** An amount of energy or money: more than a home ever has is damage. */
export function amountOf(cell: Cell): number | undefined {
  const amount = numberOf(cell);
  return amount !== undefined && Math.abs(amount) <= amountMax ? amount : undefined;
}

/** Whole mWh of kWh. */
export function mwhOf(cell: Cell): number | undefined {
  const kwh = amountOf(cell);
  return kwh === undefined ? undefined : Math.round(kwh * 1e6);
}

/** A member’s id: a decimal number, without the zeros that may stand before it. */
export function idOf(cell: Cell): string | undefined {
  return /^0*([1-9][0-9]{0,19})$/.exec(String(cell ?? '').trim())?.[1];
}
