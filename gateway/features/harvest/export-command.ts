import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { Resolution, StoredSeries } from '../../storage/store-calls.ts';
import { defineCommand } from '../command.ts';
import { closed, oneOf } from '../schema.ts';
import { isOfDevice } from '../series-owner.ts';
import type { StorePort } from '../store-port.ts';
import type { TextStream } from '../text-stream.ts';
import { exportFormats, rowWriters, type ExportRow, type RowWriter } from './export-format.ts';
import { instantForms, timeRange } from '../time-range.ts';
import { unknownDevice, unknownQuantity, unknownSeries } from '../unknown-series.ts';

export interface ExportPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listSeries' | 'rawRange' | 'rollupRange'>;
}

interface Wanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly resolution: Resolution;
}

const name = Type.String({ minLength: 1, maxLength: 256 });

export const readingExport = defineCommand({
  id: 'reading.export',
  summary: 'The history as a file, CSV or a JSON object a line: series by series, each by time',
  scope: 'read',
  input: closed({
    format: oneOf(exportFormats, { description: 'csv (RFC 4180), or json: one object a line' }),
    device: Type.Optional(
      Type.Array(name, {
        maxItems: 64,
        description: 'Of these devices or sources, with their parts; all unless said',
      }),
    ),
    quantity: Type.Optional(
      Type.Array(name, { maxItems: 64, description: 'Only these quantities, such as grid_power_w' }),
    ),
    from: Type.String({ default: '24h', maxLength: 40, description: `Start: ${instantForms}` }),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: `End, not in it; now unless said: ${instantForms}` }),
    ),
    resolution: oneOf(['raw', '1m', '1h', '1d'], {
      default: 'raw',
      description: 'raw: the readings; or windows of 1 minute, 1 hour or 1 day of the site',
    }),
  }),
  output: Type.Unsafe<TextStream>({}),
  http: {
    method: 'GET',
    path: '/api/v1/export',
    streams: exportFormats.map((format) => rowWriters[format].contentType),
    answerMsMax: limits.streamSilenceMsMax,
  },
  cli: { verb: 'export', positionals: ['format'], otherWords: { source: 'device' } },
  run: async (ports: ExportPorts, { format, device, quantity, from, to, resolution }, { signal }) => {
    const wanted = { ...timeRange({ from, to }, ports.clock.wall()), resolution };
    const series = await wantedSeries(ports.store, device, quantity);
    const writer = rowWriters[format];
    return {
      contentType: writer.contentType,
      fileName: `egw-${resolution}.${format}`,
      parts: exportParts(ports.store, { series, wanted, writer, signal }),
    };
  },
});

/** By device and quantity. Errors: `device_unknown` and `not_found`, for the first that is not there. */
async function wantedSeries(
  store: ExportPorts['store'],
  devices: readonly string[] | undefined,
  quantities: readonly string[] | undefined,
): Promise<readonly StoredSeries[]> {
  const all = await store.call('listSeries');
  const missing = devices?.find((device) => !all.some((one) => isOfDevice(one.device, device)));
  if (missing !== undefined) throw unknownDevice(missing, all);
  const ofDevices = all.filter(
    ({ device }) => devices?.some((wanted) => isOfDevice(device, wanted)) !== false,
  );
  const absent = quantities?.find((quantity) => ofDevices.every((one) => one.quantity !== quantity));
  if (absent !== undefined) {
    const [only, ...more] = devices ?? [];
    const isOne = only !== undefined && more.length === 0;
    throw isOne ? unknownSeries(only, absent, all) : unknownQuantity(absent, ofDevices);
  }
  return ofDevices
    .filter((one) => quantities?.includes(one.quantity) !== false)
    .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

interface Export {
  readonly series: readonly StoredSeries[];
  readonly wanted: Wanted;
  readonly writer: RowWriter;
  readonly signal: AbortSignal;
}

/** A page of rows at a time. */
async function* exportParts(
  store: ExportPorts['store'],
  { series, wanted, writer, signal }: Export,
): AsyncGenerator<string> {
  const head = writer.head(wanted.resolution === 'raw' ? rawColumns : windowColumns);
  if (head !== '') yield head;
  for (const one of series) {
    let fromMs: number | undefined = wanted.fromMs;
    while (fromMs !== undefined) {
      signal.throwIfAborted();
      const page: Page = await readPage(store, one, { ...wanted, fromMs });
      if (page.rows.length > 0) yield page.rows.map((row) => writer.row(row)).join('');
      fromMs = page.nextFromMs;
    }
  }
}

interface Page {
  readonly rows: readonly ExportRow[];
  readonly nextFromMs: number | undefined;
}

const rawColumns = ['time', 'epochMs', 'device', 'quantity', 'unit', 'value', 'quality'];
const windowColumns = ['time', 'epochMs', 'endEpochMs', 'device', 'quantity', 'unit'].concat([
  'min',
  'max',
  'mean',
  'last',
  'n',
  'bad',
]);

async function readPage(
  store: ExportPorts['store'],
  { id, device, quantity }: StoredSeries,
  { fromMs, toMs, resolution }: Wanted,
): Promise<Page> {
  const query = { series: id, fromMs, toMs, rowsMax: limits.exportPageRowsMax };
  const key = { device, quantity, unit: quantityDefinition(quantity).unit };
  if (resolution === 'raw') {
    const { rows, nextFromMs } = await store.call('rawRange', query);
    return {
      rows: rows.map(({ atMs, value, quality }) => ({ ...timeOf(atMs), ...key, value, quality })),
      nextFromMs,
    };
  }
  const { rows, nextFromMs } = await store.call('rollupRange', query, resolution);
  return {
    rows: rows.map(({ startMs, endMs, min, max, mean, last, n, bad }) => ({
      ...timeOf(startMs),
      endEpochMs: endMs,
      ...key,
      ...{ min, max, mean, last, n, bad },
    })),
    nextFromMs,
  };
}

function timeOf(atMs: number): { readonly time: string; readonly epochMs: number } {
  return { time: new Date(atMs).toISOString(), epochMs: atMs };
}

function keyOf({ device, quantity }: StoredSeries): string {
  return `${device}\n${quantity}`;
}
