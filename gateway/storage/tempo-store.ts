import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { DatedTempoPrices } from '../core/tempo-prices.ts';
import { tempoColours, type TempoColour } from '../core/tempo-rules.ts';
import type { SaidTempoDay } from '../core/tempo-said-day.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import { isSameRow } from './same-row.ts';
import { storedChoice } from './stored-choice.ts';
import { storedDay } from './stored-day.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { storedWhole } from './stored-whole.ts';
import type { StoredTempoDay, TempoCalls } from './tempo-calls.ts';
import { transact } from './transact.ts';

interface DayRow extends SaidTempoDay {
  /** JSON of `before`. */
  readonly corrections: string;
}

interface PriceRow {
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly bluePeak: number;
  readonly blueOffPeak: number;
  readonly whitePeak: number;
  readonly whiteOffPeak: number;
  readonly redPeak: number;
  readonly redOffPeak: number;
  readonly source: string;
}

const providerLengthMax = 100;
const sourceLengthMax = 300;
const states = ['provisional', 'final'] as const;

/** Colours of days and prices of Tempo. What is put again as it is writes nothing. */
export class TempoStore {
  readonly #connection: Connection;
  readonly #days;
  readonly #prices;
  readonly #dayRange;
  readonly #allPrices;
  readonly #removePrices;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#days = new CheckedTable<DayRow>(connection, 'tempo_day', {
      day: 'day',
      colour: 'colour',
      provider: 'provider',
      state: 'state',
      heardMs: 'heard_ms',
      corrections: 'corrections',
    });
    this.#prices = new CheckedTable<PriceRow>(connection, 'tempo_price', {
      validFrom: 'valid_from',
      validTo: 'valid_to',
      bluePeak: 'blue_peak',
      blueOffPeak: 'blue_off_peak',
      whitePeak: 'white_peak',
      whiteOffPeak: 'white_off_peak',
      redPeak: 'red_peak',
      redOffPeak: 'red_off_peak',
      source: 'source',
    });
    this.#dayRange = this.#days.query('WHERE day >= $first AND day <= $last ORDER BY day LIMIT $rowsMax');
    this.#allPrices = this.#prices.query('ORDER BY valid_from');
    this.#removePrices = connection.prepare<[string]>('DELETE FROM tempo_price WHERE valid_from = ?');
  }

  /** Errors: `input_invalid` names the day, and nothing is changed then; `database_unreadable`. */
  putDays(days: readonly StoredTempoDay[]): void {
    if (days.length > limits.tempoDaysMax)
      throw invalid(`${days.length} days in one go; ${limits.tempoDaysMax} are the most`);
    const rows = days.map(dayRow);
    const named = new Map(rows.map((row) => [row.day, row]));
    if (named.size < rows.length) throw invalid('a day is there twice');
    const [first = '', last = ''] = [[...named.keys()].sort()[0], [...named.keys()].sort().at(-1)];
    const range = { first, last, rowsMax: Number.MAX_SAFE_INTEGER };
    for (const row of this.#dayRange(range))
      if (isSameRow(row, named.get(row.day) ?? row)) named.delete(row.day);
    if (named.size === 0) return;
    transact(this.#connection, () => {
      for (const row of named.values()) this.#days.put(row);
    });
  }

  /** Errors: `database_unreadable`. */
  listDays(range: Parameters<TempoCalls['listTempoDays']>[0]): readonly StoredTempoDay[] {
    return this.#dayRange({ ...range, rowsMax: limits.tempoDaysMax }).map(({ corrections, ...said }) => ({
      ...said,
      before: JSON.parse(corrections) as StoredTempoDay['before'],
    }));
  }

  /** Errors: `input_invalid` names the prices, and nothing is changed then; `database_unreadable`. */
  putPrices(prices: readonly DatedTempoPrices[]): void {
    const rows = new Map(prices.map((dated) => [dated.validFrom, priceRow(dated)]));
    if (rows.size < prices.length) throw invalid('two prices begin on the same day');
    const known = this.#allPrices({});
    const kept = new Set([...rows.keys(), ...known.map(({ validFrom }) => validFrom)]);
    if (kept.size > limits.tempoPricesMax)
      throw invalid(`${kept.size} prices; ${limits.tempoPricesMax} are kept at most`);
    for (const row of known) if (isSameRow(row, rows.get(row.validFrom) ?? row)) rows.delete(row.validFrom);
    if (rows.size === 0) return;
    transact(this.#connection, () => {
      for (const row of rows.values()) this.#prices.put(row);
    });
  }

  /** Errors: `database_unreadable`. */
  listPrices(): readonly DatedTempoPrices[] {
    return this.#allPrices({}).map(pricesOf);
  }

  removePrices(validFrom: string): boolean {
    return this.#removePrices.run(validFrom.toWellFormed()).changes > 0;
  }
}

function dayRow({ before, ...said }: StoredTempoDay): DayRow {
  const day = storedDay('a day of Tempo', said.day);
  const corrections = before.slice(-limits.tempoCorrectionsMax).map((earlier) => saidOf(day, earlier));
  return { day, ...saidOf(day, said), corrections: JSON.stringify(corrections) };
}

function saidOf(day: string, said: StoredTempoDay['before'][number]): StoredTempoDay['before'][number] {
  return {
    colour: storedChoice(`the colour of ${day}`, said.colour, tempoColours),
    provider: storedText(`who said the colour of ${day}`, said.provider, providerLengthMax),
    state: storedChoice(`the state of ${day}`, said.state, states),
    heardMs: storedTime(`when the colour of ${day} was said`, said.heardMs),
  };
}

function priceRow({ validFrom, validTo, prices, source }: DatedTempoPrices): PriceRow {
  const from = storedDay('the first day of prices', validFrom);
  const to = validTo === null ? null : storedDay(`the last day of the prices from ${from} on`, validTo);
  if (to !== null && to < from) throw invalid(`those from ${from} on end before they begin`);
  const price = (colour: TempoColour, band: 'peak' | 'off-peak'): number =>
    storedWhole(`the ${colour} ${band} price from ${from} on`, prices[colour][band], Number.MIN_SAFE_INTEGER);
  return {
    validFrom: from,
    validTo: to,
    bluePeak: price('blue', 'peak'),
    blueOffPeak: price('blue', 'off-peak'),
    whitePeak: price('white', 'peak'),
    whiteOffPeak: price('white', 'off-peak'),
    redPeak: price('red', 'peak'),
    redOffPeak: price('red', 'off-peak'),
    source: storedText(`the source of the prices from ${from} on`, source, sourceLengthMax),
  };
}

function pricesOf(row: PriceRow): DatedTempoPrices {
  return {
    validFrom: row.validFrom,
    validTo: row.validTo,
    prices: {
      blue: { peak: row.bluePeak, 'off-peak': row.blueOffPeak },
      white: { peak: row.whitePeak, 'off-peak': row.whiteOffPeak },
      red: { peak: row.redPeak, 'off-peak': row.redOffPeak },
    },
    source: row.source,
  };
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `colours and prices of Tempo cannot be stored: ${why}`);
}
