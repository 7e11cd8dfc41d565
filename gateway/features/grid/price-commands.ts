import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { tariffBands, type TariffBand } from '../../core/tariff-band.ts';
import { tempoDayAt } from '../../core/tempo-day.ts';
import { tempoPricesOf } from '../../core/tempo-price-table.ts';
import type { DatedTempoPrices } from '../../core/tempo-prices.ts';
import { tempoColours, type TempoColour } from '../../core/tempo-rules.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, nullable } from '../schema.ts';
import type { TariffSettings } from './tariff-section.ts';
import { givenPrice } from './tariffs/tempo.ts';
import { givenDay } from './tempo/given-day.ts';
import type { PriceBook } from './tempo/price-book.ts';
import { eurosMax } from './tempo/price-text.ts';
import { readPriceFile } from './tempo/read-price-file.ts';

export interface PriceCommandPorts {
  readonly clock: Clock;
  readonly prices: PriceBook;
  /** Prices of the configuration, which hold on every day. */
  readonly given: NonNullable<TariffSettings['tempo']>;
}

const sixOutput = {
  bluePeak: Type.Number({ description: 'Euros per kWh with all taxes' }),
  blueOffPeak: Type.Number(),
  whitePeak: Type.Number(),
  whiteOffPeak: Type.Number(),
  redPeak: Type.Number(),
  redOffPeak: Type.Number(),
};

const priceRow = closed({
  validFrom: Type.String({ description: 'The first day' }),
  lastDay: nullable(Type.String({ description: 'By its end or by the next row; null: it has none yet' })),
  ...sixOutput,
  source: Type.String(),
  isBuiltIn: Type.Boolean(),
  isNow: Type.Boolean({ description: 'Today goes by it' }),
});

const rowsAnswer = closed({
  rows: Type.Array(priceRow, { description: 'By their first days; given ones go before built-in ones' }),
  everyDay: Type.Array(
    closed({ price: Type.String({ description: 'red peak' }), eurosPerKwh: Type.Number() }),
    {
      description: 'Prices of the configuration (tariff.tempo), which hold on every day instead of the rows',
    },
  ),
});

const list = defineCommand({
  id: 'tempo.prices',
  summary: 'The prices of Tempo by date, euros per kWh: those that are built in, and those that were given',
  scope: 'read',
  input: closed({}),
  output: rowsAnswer,
  http: { method: 'GET', path: '/api/v1/tempo/prices' },
  cli: { verb: 'tempo prices list', list: 'rows' },
  run: (ports: PriceCommandPorts) => describe(ports),
});

const price = (what: string): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum: 0, maximum: eurosMax, description: `${what}, euros per kWh with all taxes` });

const set = defineCommand({
  id: 'tempo.set-prices',
  summary: 'Give the six prices of Tempo from a day on',
  scope: 'admin',
  input: closed({
    validFrom: Type.String({ maxLength: 20, description: 'The first day, such as 2026-08-01' }),
    validTo: Type.Optional(
      Type.String({ maxLength: 20, description: 'The last day; until the next prices begin unless said' }),
    ),
    bluePeak: price('Blue days, 06:00–22:00'),
    blueOffPeak: price('Blue days, 22:00–06:00'),
    whitePeak: price('White days, 06:00–22:00'),
    whiteOffPeak: price('White days, 22:00–06:00'),
    redPeak: price('Red days, 06:00–22:00'),
    redOffPeak: price('Red days, 22:00–06:00'),
  }),
  output: rowsAnswer,
  http: { method: 'PUT', path: '/api/v1/tempo/prices/:validFrom' },
  cli: { verb: 'tempo prices set', positionals: ['validFrom'], list: 'rows' },
  run: async (ports: PriceCommandPorts, input, { principal }) => {
    const validFrom = givenDay('validFrom', input.validFrom);
    const validTo = input.validTo === undefined ? null : givenDay('validTo', input.validTo);
    if (validTo !== null && validTo < validFrom)
      throw invalid(`the prices end on ${validTo}, before they begin on ${validFrom}`, 'give a later end');
    const { bluePeak, blueOffPeak, whitePeak, whiteOffPeak, redPeak, redOffPeak } = input;
    const prices = tempoPricesOf([bluePeak, blueOffPeak, whitePeak, whiteOffPeak, redPeak, redOffPeak]);
    await ports.prices.put([{ validFrom, validTo, prices, source: `set by ${principal.id}` }]);
    return describe(ports);
  },
});

const remove = defineCommand({
  id: 'tempo.remove-prices',
  summary: 'Remove prices of Tempo that were given; what is built in counts again',
  scope: 'admin',
  input: closed({ validFrom: Type.String({ maxLength: 20, description: 'The day on which they begin' }) }),
  output: rowsAnswer,
  http: { method: 'DELETE', path: '/api/v1/tempo/prices/:validFrom' },
  cli: { verb: 'tempo prices remove', positionals: ['validFrom'], list: 'rows' },
  run: async (ports: PriceCommandPorts, input) => {
    const validFrom = givenDay('validFrom', input.validFrom);
    if (await ports.prices.remove(validFrom)) return describe(ports);
    const isBuiltIn = ports.prices.rows().some((row) => row.validFrom === validFrom);
    throw new GatewayError(
      'not_found',
      isBuiltIn
        ? `the prices from ${validFrom} on are built in, and cannot be removed`
        : `no prices that were given begin on ${validFrom}`,
      { hint: 'see egw tempo prices list; others that begin on a day go before those that are built in' },
    );
  },
});

const importPrices = defineCommand({
  id: 'tempo.import-prices',
  summary: 'Take prices of Tempo from a file: of data.gouv.fr (CSV, JSON), or power_price.json of TSM',
  scope: 'admin',
  input: closed({
    text: Type.String({
      minLength: 1,
      maxLength: limits.tempoPriceTextLengthMax,
      description: 'What stands in the file',
    }),
    power: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 36,
      description: 'Subscribed power, kVA, where the file has several',
    }),
    dryRun: Type.Boolean({ default: false, description: 'Only says what would be taken' }),
  }),
  output: closed({
    taken: Type.Array(closed({ validFrom: Type.String(), lastDay: nullable(Type.String()), ...sixOutput })),
    unchanged: Type.Integer({ description: 'Of those taken, that were there as they are' }),
    refused: Type.Array(closed({ where: Type.String(), why: Type.String() })),
    otherPowers: Type.Integer({ description: 'Rows of other subscribed powers' }),
    isSwapped: Type.Boolean({ description: 'Its dates had day and month swapped, and were put right' }),
  }),
  http: {
    method: 'POST',
    path: '/api/v1/tempo/prices/import',
    bodyBytesMax: limits.tempoPriceTextLengthMax * 2,
  },
  cli: {
    verb: 'tempo prices import',
    positionals: ['text'],
    otherWords: { file: 'text' },
    readsFile: 'text',
    list: 'taken',
    isFailure: (answer) => (answer as { taken: readonly unknown[] }).taken.length === 0,
  },
  run: async ({ prices }: PriceCommandPorts, { text, power, dryRun }) => {
    const { rows, refused, otherPowers, isSwapped } = readPriceFile(text, power);
    const before = new Set(prices.rows().filter(isGiven).map(keyOf));
    if (!dryRun && rows.length > 0) await prices.put(rows);
    return {
      taken: rows.map((row) => ({
        validFrom: row.validFrom,
        lastDay: row.validTo,
        ...sixOf(row),
      })),
      unchanged: rows.filter((row) => before.has(keyOf(row))).length,
      refused: [...refused],
      otherPowers,
      isSwapped,
    };
  },
});

export const priceCommands = [list, set, remove, importPrices] as const;

/** The commands about prices with what they need. */
export function bindPriceCommands(ports: PriceCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(list, ports),
    bindCommand(set, ports),
    bindCommand(remove, ports),
    bindCommand(importPrices, ports),
  ];
}

function describe({ clock, prices, given }: PriceCommandPorts): Static<typeof rowsAnswer> {
  const now = prices.rowOf(tempoDayAt(clock.wall()));
  const six = tempoColours.flatMap((colour) => tariffBands.map((band) => ({ colour, band })));
  return {
    rows: prices.rows().map((row) => ({
      validFrom: row.validFrom,
      lastDay: row.lastDay,
      ...sixOf(row),
      source: row.source,
      isBuiltIn: row.isBuiltIn,
      isNow: row === now,
    })),
    everyDay: six.flatMap(({ colour, band }) => {
      const micro = givenPrice(given, colour, band);
      return micro === undefined ? [] : [{ price: `${colour} ${band}`, eurosPerKwh: inEuros(micro) }];
    }),
  };
}

function sixOf({ prices }: DatedTempoPrices): Record<keyof typeof sixOutput, number> {
  const euros = (colour: TempoColour, band: TariffBand): number => inEuros(prices[colour][band]);
  return {
    bluePeak: euros('blue', 'peak'),
    blueOffPeak: euros('blue', 'off-peak'),
    whitePeak: euros('white', 'peak'),
    whiteOffPeak: euros('white', 'off-peak'),
    redPeak: euros('red', 'peak'),
    redOffPeak: euros('red', 'off-peak'),
  };
}

function inEuros(microEuros: number): number {
  return microEuros / 1_000_000;
}

function isGiven({ isBuiltIn }: { readonly isBuiltIn: boolean }): boolean {
  return !isBuiltIn;
}

function keyOf({ validFrom, validTo, prices }: DatedTempoPrices): string {
  return JSON.stringify([validFrom, validTo, prices]);
}

function invalid(message: string, hint: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint });
}
