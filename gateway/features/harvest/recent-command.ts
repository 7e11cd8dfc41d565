import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { qualities, type Quality } from '../../core/quality.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { StoredSeries } from '../../storage/store-calls.ts';
import { defineCommand } from '../command.ts';
import { closed, instant } from '../schema.ts';
import { isOfDevice } from '../series-owner.ts';
import { unknownDevice } from '../unknown-series.ts';
import { recentTable, type RecentStore, type RecentTable } from './recent-rows.ts';

export interface RecentPorts {
  readonly store: RecentStore;
}

const table = closed({
  device: Type.String({ description: 'The device or source, or a part of one as source/part' }),
  columns: Type.Array(
    closed({ quantity: Type.String(), unit: Type.String({ description: 'Empty for words' }) }),
  ),
  rows: Type.Array(
    closed({
      atMs: instant(),
      values: Type.Array(Type.Unsafe<number | string | null>({ type: ['number', 'string', 'null'] }), {
        description: 'In the order of the columns; null where there was none',
      }),
      qualities: Type.Array(
        Type.Unsafe<Quality | null>({ type: ['string', 'null'], enum: [...qualities, null] }),
        {
          description: 'In the order of the columns; null where nothing was read then',
        },
      ),
    }),
    { description: 'One for each instant at which something was read, oldest first' },
  ),
});

export const readingRows = defineCommand({
  id: 'reading.rows',
  summary: 'With -n: the last rows of a device or source, one an instant, a column for each quantity',
  scope: 'read',
  input: closed({
    device: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.seriesDeviceLengthMax,
        description: 'Of this device or source and its parts; all unless said',
      }),
    ),
    rows: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: limits.recentRowsMax,
      description: 'How many rows of each',
    }),
  }),
  output: closed({ tables: Type.Array(table) }),
  http: { method: 'GET', path: '/api/v1/readings/rows', answerMsMax: 60_000 },
  cli: {
    verb: 'show',
    positionals: ['device'],
    letters: { rows: 'n' },
    formats: ['table', 'csv', 'json'],
    isMeantBy: ['rows', 'format'],
    list: 'tables',
  },
  run: async ({ store }: RecentPorts, { device, rows }, { signal }) => {
    const series = await store.call('listSeries');
    const wanted = series.filter((one) => device === undefined || isOfDevice(one.device, device));
    if (device !== undefined && wanted.length === 0) throw unknownDevice(device, series);
    if (wanted.length * rows > limits.recentValuesMax) throw tooMuch(wanted.length, rows);
    const latest = await store.call('latestReadings');
    const newestMs = new Map(latest.map(({ series: id, atMs }) => [id, atMs]));
    const texts = await store.call('latestTexts');
    const tables: RecentTable[] = [];
    for (const [name, ofDevice] of Map.groupBy(wanted.toSorted(byDevice), (one) => one.device)) {
      signal.throwIfAborted();
      const own = texts.filter((text) => text.device === name);
      const found = await recentTable(store, {
        device: name,
        series: ofDevice,
        newestMs,
        texts: own,
        rowsMax: rows,
      });
      if (found !== undefined) tables.push(found);
    }
    return { tables: tables.map(describe) };
  },
});

function byDevice(one: StoredSeries, other: StoredSeries): number {
  return one.device < other.device ? -1 : 1;
}

function tooMuch(series: number, rows: number): GatewayError {
  const message = `${rows} rows of ${series} quantities are more than ${limits.recentValuesMax} values`;
  return new GatewayError('input_invalid', message, { hint: 'name a device, or fewer rows' });
}

function describe({ device, quantities, rows }: RecentTable): Static<typeof table> {
  const words = new Set(
    quantities.filter((_quantity, index) =>
      rows.some(({ cells }) => typeof cells[index]?.value === 'string'),
    ),
  );
  return {
    device,
    columns: quantities.map((quantity) => ({
      quantity,
      unit: words.has(quantity) ? '' : quantityDefinition(quantity).unit,
    })),
    rows: rows.map(({ atMs, cells }) => ({
      atMs,
      values: cells.map((cell) => cell?.value ?? null),
      qualities: cells.map((cell) => cell?.quality ?? null),
    })),
  };
}
