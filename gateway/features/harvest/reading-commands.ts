import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { LiveValue } from '../../core/live-feed.ts';
import { qualities } from '../../core/quality.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { RangeQuery, Resolution, RollupRow } from '../../storage/store-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import { isOfDevice } from '../series-owner.ts';
import type { StorePort } from '../store-port.ts';
import type { SeriesDirectory } from './series-directory.ts';
import { instantForms, resolutionFor, timeRange } from '../time-range.ts';
import { unknownDevice, unknownSeries } from '../unknown-series.ts';

export interface ReadingPorts {
  readonly clock: Clock;
  readonly store: StorePort<'latestReadings' | 'rawRange' | 'rollupRange'>;
  readonly series: SeriesDirectory;
  /** The newest value of every series as kept in memory, stored or not yet. */
  latest(): readonly LiveValue[];
}

const deviceName = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ minLength: 1, maxLength: limits.seriesDeviceLengthMax, description });
const nullableValue = nullable(
  Type.Number({ unitIn: 'unit', description: 'null when the quality says that there is none' }),
);
const latestReading = closed({
  device: Type.String(),
  quantity: Type.String(),
  value: nullableValue,
  unit: Type.String(),
  quality: oneOf(qualities),
  atMs: instant(),
  ageMs: duration(),
  stored: Type.Boolean({ description: 'Whether it is on disk' }),
});
const rangeRow = closed({
  atMs: instant({ description: 'When it was read; of a window, its start' }),
  value: nullable(Type.Number({ unitIn: 'unit', description: 'The reading; of a window, the mean' })),
  quality: Type.Optional(oneOf(qualities)),
  endMs: Type.Optional(instant({ description: 'End of the window, not in it' })),
  min: Type.Optional(nullableValue),
  max: Type.Optional(nullableValue),
  last: Type.Optional(
    nullable(
      Type.Number({
        unitIn: 'unit',
        description: 'The latest; of counters, energy is the difference of these',
      }),
    ),
  ),
  anyOn: Type.Optional(Type.Boolean()),
  n: Type.Optional(Type.Integer({ description: 'Readings that had a value' })),
  bad: Type.Optional(Type.Integer({ description: 'Readings that had none, or a suspect one' })),
});
const rangeAnswer = closed({
  device: Type.String(),
  quantity: Type.String(),
  unit: Type.String(),
  resolution: oneOf(['raw', '1m', '1h', '1d']),
  fromMs: instant(),
  toMs: instant(),
  rows: Type.Array(rangeRow, {
    description: 'By time; raw readings of one instant in the order they arrived',
  }),
  next: nullable(instant({ description: 'There is more: ask again with this as `from`' })),
});

const readingLatest = defineCommand({
  id: 'reading.latest',
  summary: 'The latest reading of every series, with its age and quality',
  scope: 'read',
  input: closed({
    device: Type.Optional(deviceName('Only of this device or source; with /part of one part of a source')),
    source: oneOf(['live', 'stored'], {
      default: 'live',
      description: 'live: as kept in memory; stored: what is on disk',
    }),
  }),
  output: closed({ nowMs: instant(), readings: Type.Array(latestReading) }),
  http: { method: 'GET', path: '/api/v1/readings/latest' },
  cli: { verb: 'show', positionals: ['device'], defaults: { source: 'stored' }, list: 'readings' },
  run: async (ports: ReadingPorts, { device, source }) => {
    const nowMs = ports.clock.wall();
    const values = source === 'stored' ? await latestStored(ports) : ports.latest();
    const wanted = values.filter((value) => device === undefined || isOfDevice(value.device, device));
    if (device !== undefined && wanted.length === 0) throw unknownDevice(device, values);
    return { nowMs, readings: wanted.map((value) => describeLatest(value, nowMs)) };
  },
});

const readingRange = defineCommand({
  id: 'reading.range',
  summary: 'The history of one series: readings, or windows of 1 minute, 1 hour or 1 day',
  scope: 'read',
  input: closed({
    device: deviceName('The device or source; with /part a part of it'),
    quantity: Type.String({
      minLength: 1,
      maxLength: limits.quantityLengthMax,
      description: 'The quantity, such as grid_power_w',
    }),
    from: Type.String({ default: '24h', maxLength: 40, description: `Start: ${instantForms}` }),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: `End, not in it; now unless said: ${instantForms}` }),
    ),
    resolution: oneOf(['raw', '1m', '1h', '1d', 'auto'], {
      default: 'auto',
      description: 'auto: the finest that fits a chart',
    }),
    limit: Type.Integer({
      default: limits.answerRowsMax,
      minimum: 1,
      maximum: limits.answerRowsMax,
      description: 'Rows in one answer at most',
    }),
  }),
  output: rangeAnswer,
  http: {
    method: 'GET',
    path: '/api/v1/readings',
    nextPage: (answer) => {
      const { next, toMs, resolution } = answer as Static<typeof rangeAnswer>;
      // All pages are of one range and one resolution, although time goes on and what is left is shorter.
      return next === null ? undefined : { from: next, to: toMs, resolution };
    },
  },
  cli: { verb: 'history', positionals: ['device', 'quantity'], list: 'rows' },
  run: async (ports: ReadingPorts, input) => {
    const { fromMs, toMs } = timeRange({ from: input.from, to: input.to }, ports.clock.wall());
    const series = await ports.series.find(input.device, input.quantity);
    if (series === undefined) throw unknownSeries(input.device, input.quantity, ports.series.known());
    const resolution = input.resolution === 'auto' ? resolutionFor(toMs - fromMs) : input.resolution;
    const page = await readPage(
      ports.store,
      { series: series.id, fromMs, toMs, rowsMax: input.limit },
      resolution,
    );
    const { device, quantity } = series;
    return { device, quantity, unit: quantityDefinition(quantity).unit, resolution, fromMs, toMs, ...page };
  },
});

export const readingCommands = [readingLatest, readingRange] as const;

/** The commands about readings with what they need. */
export function bindReadingCommands(ports: ReadingPorts): readonly BoundCommand[] {
  return [bindCommand(readingLatest, ports), bindCommand(readingRange, ports)];
}

async function latestStored({ store, series }: ReadingPorts): Promise<readonly LiveValue[]> {
  const values: LiveValue[] = [];
  for (const { series: id, atMs, value, quality } of await store.call('latestReadings')) {
    const key = await series.byId(id);
    if (key !== undefined)
      values.push({ device: key.device, quantity: key.quantity, atMs, value, quality, stored: true });
  }
  return values;
}

function describeLatest(live: LiveValue, nowMs: number): Static<typeof latestReading> {
  const { device, quantity, value, quality, atMs, stored } = live;
  // The wall clock may have stepped back since: an age is never negative.
  const ageMs = Math.max(0, nowMs - atMs);
  return { device, quantity, value, unit: quantityDefinition(quantity).unit, quality, atMs, ageMs, stored };
}

async function readPage(
  store: ReadingPorts['store'],
  query: RangeQuery,
  resolution: Resolution,
): Promise<{ rows: Static<typeof rangeRow>[]; next: number | null }> {
  if (resolution === 'raw') {
    const { rows, nextFromMs } = await store.call('rawRange', query);
    return {
      rows: rows.map(({ atMs, value, quality }) => ({ atMs, value, quality })),
      next: nextFromMs ?? null,
    };
  }
  const { rows, nextFromMs } = await store.call('rollupRange', query, resolution);
  return { rows: rows.map(windowRow), next: nextFromMs ?? null };
}

function windowRow(row: RollupRow): Static<typeof rangeRow> {
  const { startMs, endMs, min, max, mean, last, anyOn, n, bad } = row;
  return { atMs: startMs, value: mean, endMs, min, max, last, anyOn, n, bad };
}
