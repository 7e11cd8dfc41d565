import { GatewayError } from '../../../core/errors.ts';
import { isMap } from '../../../core/is-map.ts';
import { parseStrictJson } from '../../../core/strict-json.ts';
import type { TariffBand } from '../../../core/tariff-band.ts';
import { isTempoDay, type TempoDay } from '../../../core/tempo-day.ts';
import type { DatedTempoPrices, TempoPrices } from '../../../core/tempo-prices.ts';
import { tempoColours, type TempoColour } from '../../../core/tempo-rules.ts';
import { readPrice } from './price-text.ts';

/** A row of a file that is not taken. */
export interface RefusedRow {
  /** `row 3`, `2024-2025` */
  readonly where: string;
  /** For people. */
  readonly why: string;
}

export interface PriceFile {
  /** By the day on which they begin. */
  readonly rows: readonly DatedTempoPrices[];
  readonly refused: readonly RefusedRow[];
  /** Rows of other subscribed powers. */
  readonly otherPowers: number;
  /** Whether its dates had day and month swapped, and were put right. */
  readonly isSwapped: boolean;
}

/** One row, as the file has it. */
interface Draft {
  readonly where: string;
  readonly from: string;
  /** Empty: it has no end. */
  readonly to: string;
  readonly source: string;
  readonly priceOf: (colour: TempoColour, band: TariffBand) => unknown;
  /** Why it is no row at all. */
  readonly broken?: string | undefined;
}

/** Rows of a table, and by their index why some are none. */
interface Table {
  readonly list: readonly unknown[];
  readonly broken: ReadonlyMap<number, string>;
}

type Cells = Readonly<Record<string, unknown>>;

const dataGouv = 'data.gouv.fr';
const french = { blue: 'Bleu', white: 'Blanc', red: 'Rouge' } as const satisfies Record<TempoColour, string>;
const frenchBand = { peak: 'HP', 'off-peak': 'HC' } as const satisfies Record<TariffBand, string>;
const noneBroken: ReadonlyMap<number, string> = new Map();
const seasonForm = /^(\d{4})-(\d{4})$/;

/**
 * Prices of a file: the table of data.gouv.fr (resource 0c3d1d36-c412-4620-8566-e5cbb4fa2b5a) as CSV or JSON, of one
 * subscribed power; or a TSM `power_price.json`, where a season has prices for colours 1, 2 and 3. What cannot be a row
 * is told with its place, and the others are taken. Errors: `input_invalid` when it is neither.
 *
 * @param power kVA; only counts where the file tells several
 */
export function readPriceFile(text: string, power: number): PriceFile {
  const plain = text.replace(/^\uFEFF/, '').trim();
  if (!/^[{[]/.test(plain)) return dataGouvRows(csvTable(plain), power);
  const value = parseStrictJson(plain);
  const list = Array.isArray(value) ? value : isMap(value) ? value['data'] : undefined;
  if (list !== undefined)
    return dataGouvRows({ list: Array.isArray(list) ? list : [], broken: noneBroken }, power);
  return seasonRows(value);
}

/** A row with more or fewer cells than the heading has its prices under the wrong names: it is none. */
function csvTable(text: string): Table {
  const [heading = '', ...lines] = text.split(/\r\n|\r|\n/);
  const separator = heading.includes(';') ? ';' : ',';
  const names = csvCells(heading, separator);
  if (!names.includes('DATE_DEBUT')) throw unreadable('its first line has no DATE_DEBUT');
  const rows = lines.filter((line) => line.trim() !== '').map((line) => csvCells(line, separator));
  const broken = new Map<number, string>();
  rows.forEach((cells, index) => {
    const isAsLong = cells.length >= names.length && cells.slice(names.length).every((cell) => cell === '');
    if (!isAsLong) broken.set(index, `it has ${cells.length} cells, and the heading ${names.length}`);
  });
  const list = rows.map((cells) =>
    Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', cell])),
  );
  return { list, broken };
}

/** Separators between quotes part nothing; two quotes there are one. */
function csvCells(line: string, separator: ';' | ','): readonly string[] {
  const cell =
    separator === ';' ? /("(?:[^"]|"")*"|[^";][^;]*|)(?:;|$)/y : /("(?:[^"]|"")*"|[^",][^,]*|)(?:,|$)/y;
  const trimmed = line.trim();
  const cells: string[] = [];
  while (cell.lastIndex < trimmed.length) {
    const [, found] = cell.exec(trimmed) ?? [];
    // A quote that is not closed, or has something behind it.
    if (found === undefined) return [trimmed];
    cells.push(
      found
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .replaceAll('""', '"'),
    );
  }
  return trimmed.endsWith(separator) ? [...cells, ''] : cells;
}

function dataGouvRows({ list, broken }: Table, power: number): PriceFile {
  const cells = list.map((one) => (isMap(one) ? one : {}));
  const isWanted = (one: Cells): boolean => {
    const told = one['P_SOUSCRITE'];
    return told === undefined || told === null || told === '' || Number(told) === power;
  };
  const numbered = cells.map((one, index) => ({
    one,
    where: `row ${index + 1}`,
    broken: broken.get(index),
  }));
  const wanted = numbered.filter((row) => row.broken !== undefined || isWanted(row.one));
  if (wanted.length === 0) {
    const powers = [...new Set(cells.map((one) => textOf(one['P_SOUSCRITE'])))].filter((one) => one !== '');
    throw unreadable(
      `it has no row for ${power} kVA`,
      powers.length > 0 ? `it has ${powers.join(', ')}` : '',
    );
  }
  const froms = wanted.map(({ one }) => dateOf(one['DATE_DEBUT']));
  const tos = wanted.map(({ one }) => dateOf(one['DATE_FIN']));
  const [fromSwapped, toSwapped] = [isSwapped(froms), tos.some(isOnlySwapped)];
  const drafts = wanted.map(({ one, where, broken: why }, index): Draft => ({
    where,
    broken: why,
    from: isoDate(froms[index] ?? '', fromSwapped),
    to: isoDate(tos[index] ?? '', toSwapped),
    source: dataGouv,
    priceOf: (colour, band) => one[`PART_VARIABLE_${frenchBand[band]}${french[colour]}_TTC`],
  }));
  const isPutRight = fromSwapped || toSwapped;
  return { ...readDrafts(drafts), otherPowers: cells.length - wanted.length, isSwapped: isPutRight };
}

function seasonRows(value: unknown): PriceFile {
  const seasons = isMap(value) ? Object.entries(value) : [];
  if (seasons.length === 0) throw unreadable('it has no season and no row');
  const drafts = seasons.map(([label, colours]): Draft => {
    const [, first = '', last = ''] = seasonForm.exec(label) ?? [];
    const isSeason = Number(last) === Number(first) + 1;
    return {
      where: JSON.stringify(label),
      from: isSeason ? `${first}-09-01` : label,
      to: isSeason ? `${last}-08-31` : '',
      source: `power_price.json ${label}`,
      priceOf: (colour, band) => {
        const bands = isMap(colours) ? colours[String(tempoColours.indexOf(colour) + 1)] : undefined;
        if (!isMap(bands)) return undefined;
        return band === 'peak' ? (bands['fullpeak'] ?? bands['hp']) : (bands['offpeak'] ?? bands['hc']);
      },
    };
  });
  return { ...readDrafts(drafts), otherPowers: 0, isSwapped: false };
}

function readDrafts(drafts: readonly Draft[]): Pick<PriceFile, 'rows' | 'refused'> {
  const rows = new Map<TempoDay, DatedTempoPrices>();
  const refused: RefusedRow[] = [];
  for (const draft of drafts) {
    const { where, source, from, to } = draft;
    const prices = readSix(draft);
    const why = draft.broken ?? whyNoDates(from, to) ?? (typeof prices === 'string' ? prices : undefined);
    if (why !== undefined || typeof prices === 'string') refused.push({ where, why: why ?? '' });
    else if (rows.has(from)) refused.push({ where, why: `another row begins on ${from}, too` });
    else rows.set(from, { validFrom: from, validTo: to === '' ? null : to, prices, source });
  }
  const sorted = [...rows.values()].toSorted((left, right) => (left.validFrom < right.validFrom ? -1 : 1));
  return { rows: sorted, refused };
}

function readSix({ priceOf }: Draft): TempoPrices | string {
  const problems: string[] = [];
  const read = (colour: TempoColour, band: TariffBand): number => {
    const price = readPrice(priceOf(colour, band));
    if (typeof price === 'number') return price;
    problems.push(`the ${colour} ${band} price: ${price}`);
    return 0;
  };
  const entries = tempoColours.map((colour) => [
    colour,
    { peak: read(colour, 'peak'), 'off-peak': read(colour, 'off-peak') },
  ]);
  return problems[0] ?? (Object.fromEntries(entries) as TempoPrices);
}

function whyNoDates(from: string, to: string): string | undefined {
  if (!isTempoDay(from)) return `${JSON.stringify(from)} is neither a day such as 2026-02-01 nor a season`;
  if (to === '') return undefined;
  if (!isTempoDay(to)) return `its end ${JSON.stringify(to)} is no day such as 2026-07-31`;
  return to < from ? `it ends on ${to}, before it begins on ${from}` : undefined;
}

/** `01/02/2026` and `2026-02-01` as `2026-02-01`, swapped ones put right; what is neither as it is. */
function isoDate(text: string, isSwappedThere: boolean): string {
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  if (year !== undefined) return `${year}-${month}-${day}`;
  return isSwappedThere ? swap(text) : text;
}

function dateOf(cell: unknown): string {
  return textOf(cell).replace(/T.*$/, '');
}

/**
 * The table has been served with day and month swapped: then some of its days have no such month, or all begin in
 * what looks like January, not always on its first, where prices begin on the first of several months.
 */
function isSwapped(days: readonly string[]): boolean {
  if (days.some(isOnlySwapped)) return true;
  return days.every((day) => day.slice(5, 7) === '01') && days.some((day) => day.slice(8, 10) !== '01');
}

function isOnlySwapped(day: string): boolean {
  return !isTempoDay(day) && isTempoDay(swap(day));
}

function swap(day: string): string {
  return day.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$1-$3-$2');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function unreadable(why: string, detail = ''): GatewayError {
  return new GatewayError('input_invalid', `these are no prices of Tempo: ${why}`, {
    hint: `give the table of data.gouv.fr as CSV or JSON, or a power_price.json${detail === '' ? '' : `; ${detail}`}`,
  });
}
