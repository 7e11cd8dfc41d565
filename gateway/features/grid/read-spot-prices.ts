import type { PriceSlot } from './tariffs/tariff.ts';

const minuteMs = 60_000;
const lengthsMs = [15 * minuteMs, 30 * minuteMs, 60 * minuteMs];
const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/;
const decimal = /^-?\d{1,9}(\.\d{1,12})?$/;
const eurosPerKwhMax = 100;
/** Complaints that are worth reading. */
const problemsMax = 20;
const microPerUnit: Readonly<Record<string, number>> = { mwh: 1_000, kwh: 1_000_000 };

export interface SpotPrices {
  /** Ascending, not overlapping. */
  readonly slots: readonly PriceSlot[];
  /** The file's first rows that are not used: their line, and why. */
  readonly problems: readonly string[];
  /** Rows that are not used. */
  readonly badRows: number;
}

interface Row {
  readonly startMs: number;
  readonly microEurosPerKwh: number;
}

/**
 * Prices of a file: a heading that names the unit (`time,EUR/MWh` or `time,EUR/kWh`), then a row a price: when it
 * begins, as ISO with its distance from UTC, and the price. Separators are `,` or `;`; with `;` decimals may have a
 * comma. A price lasts until the next where that is a quarter, half or whole hour away, and no longer than the one before it did. Pure; never throws.
 */
export function readSpotPrices(text: string): SpotPrices {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const heading = lines.findIndex((line) => line.trim() !== '');
  const named = lines[heading] ?? '';
  const scale = unitOf(named);
  if (scale === undefined) {
    const why = 'its first line does not name the unit, EUR/MWh or EUR/kWh';
    return { slots: [], problems: [why], badRows: lines.filter((line) => line.trim() !== '').length };
  }
  const scheme = { scale, columns: Math.max(2, cellsOf(named).length) };
  const rows = new Map<number, Row>();
  const bad: string[] = [];
  lines.forEach((line, index) => {
    if (index <= heading || line.trim() === '') return;
    const read = readRow(line, scheme);
    if (typeof read === 'string') bad.push(`line ${index + 1}: ${read}`);
    else if (rows.has(read.startMs)) bad.push(`line ${index + 1}: there is a price of that time already`);
    else rows.set(read.startMs, read);
  });
  const sorted = [...rows.values()].toSorted((left, right) => left.startMs - right.startMs);
  return { slots: slotsOf(sorted), problems: bad.slice(0, problemsMax), badRows: bad.length };
}

/** Micro-euros per kWh in one of the heading's units. */
function unitOf(heading: string): number | undefined {
  const unit = /(?:eur(?:o|os)?|€)[\s_]*(?:\/|per)[\s_]*(mwh|kwh)/i.exec(heading)?.[1];
  return microPerUnit[unit?.toLowerCase() ?? ''];
}

function cellsOf(line: string): readonly string[] {
  return line.split(separatorOf(line)).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function separatorOf(line: string): string {
  return line.includes(';') ? ';' : ',';
}

interface Scheme {
  /** Micro-euros per kWh in one of the heading's units. */
  readonly scale: number;
  readonly columns: number;
}

function readRow(line: string, { scale, columns }: Scheme): Row | string {
  const cells = cellsOf(line);
  const [time = '', written = ''] = cells;
  const startMs = startOf(time);
  if (startMs === undefined)
    return `${shown(time)} is no time with its distance from UTC, such as 2026-01-12T08:00+01:00`;
  if (startMs % (15 * minuteMs) !== 0) return `${shown(time)} is no quarter of an hour`;
  // `41,20` between commas would else be 41.
  if (cells.length > columns)
    return `it has more columns than the heading: with a decimal comma, separate by ;`;
  const price = separatorOf(line) === ';' ? written.replace(',', '.') : written;
  if (!decimal.test(price)) return `${shown(written)} is no price`;
  const microEurosPerKwh = Math.round(Number(price) * scale);
  if (Math.abs(microEurosPerKwh) <= eurosPerKwhMax * 1_000_000) return { startMs, microEurosPerKwh };
  return `${shown(written)} is more than ${eurosPerKwhMax} euros per kWh`;
}

/** Days that a month does not have would else be those of the next. */
function startOf(time: string): number | undefined {
  if (!isoTime.test(time)) return undefined;
  const startMs = Date.parse(time.replace(' ', 'T'));
  const [year, month, day] = time.slice(0, 10).split('-').map(Number);
  const isDay = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day;
  return Number.isFinite(startMs) && isDay ? startMs : undefined;
}

function slotsOf(rows: readonly Row[]): readonly PriceSlot[] {
  let usualMs = 60 * minuteMs;
  return rows.map((row, index) => {
    const gapMs = (rows[index + 1]?.startMs ?? Infinity) - row.startMs;
    const beforeMs = row.startMs - (rows[index - 1]?.startMs ?? -Infinity);
    if (lengthsMs.includes(gapMs)) usualMs = lengthsMs.includes(beforeMs) ? Math.min(gapMs, beforeMs) : gapMs;
    return { ...row, endMs: row.startMs + Math.min(usualMs, gapMs) };
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
