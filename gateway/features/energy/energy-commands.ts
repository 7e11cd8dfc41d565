import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { energyFlowNames } from '../../core/energy-flow.ts';
import type { Interval } from '../../core/interval.ts';
import { limits } from '../../core/limits.ts';
import { localIso } from '../../core/local-hour.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { instantForms, timeRange } from '../time-range.ts';
import { unknownDevice } from '../unknown-series.ts';
import { countAll } from './count-all.ts';
import { energyMeters } from './energy-meters.ts';
import { energyResolutions, energySources, energyWindow, type EnergyWindow } from './energy-windows.ts';
import { readWindows } from './read-windows.ts';

export interface EnergyPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listSeries' | 'countEnergy' | 'energyRange'>;
  /** The site's IANA zone. */
  readonly zone: string;
}

const energyRow = closed({
  device: Type.String(),
  flow: oneOf(energyFlowNames),
  startMs: instant(),
  endMs: instant({ description: 'Not in it' }),
  localStart: Type.String({ description: 'The start by the clock of the site, with its distance from UTC' }),
  wh: Type.Number({ description: 'Wh, never negative' }),
  estimatedWh: Type.Number({
    description: 'Of them, what was spread evenly over a time in which nothing was read',
  }),
  coveredMs: duration({ description: 'How much of the time is known' }),
  source: oneOf(energySources, {
    description:
      'What counted it: the device, or the gateway from power; mixed in an hour or a day with both',
  }),
  discontinuities: Type.Integer({
    description: 'How often a counter began anew: what it counted just before is not known',
  }),
});

const energyAnswer = closed({
  zone: Type.String(),
  resolution: oneOf(energyResolutions),
  fromMs: instant(),
  toMs: instant(),
  rows: Type.Array(energyRow, { description: 'By start, then by device' }),
  next: nullable(instant({ description: 'There is more: ask again with this as `from`' })),
  lateReadings: Type.Integer({
    description: 'Readings that ever came when the others of their quarter-hour were gone: not counted',
  }),
});

const energyList = defineCommand({
  id: 'energy.list',
  summary:
    'Energy by quarter-hour, hour or day: from the devices’ counters, or from power where there is none',
  scope: 'read',
  input: closed({
    device: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.seriesDeviceLengthMax,
        description: 'Only of this device or source',
      }),
    ),
    flow: Type.Optional(oneOf(energyFlowNames, { description: 'Only this flow' })),
    from: Type.String({ default: '24h', maxLength: 40, description: `Start: ${instantForms}` }),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: `End, not in it; now unless said: ${instantForms}` }),
    ),
    resolution: oneOf(energyResolutions, {
      default: '1h',
      description: 'Hours and days are those of the site’s zone; what starts in the range is told',
    }),
    limit: Type.Integer({
      default: limits.answerRowsMax,
      minimum: 1,
      maximum: limits.answerRowsMax,
      description: 'Rows in one answer at most; those of one start are never parted',
    }),
  }),
  output: energyAnswer,
  http: {
    method: 'GET',
    path: '/api/v1/energy',
    answerMsMax: 30_000,
    nextPage: (answer) => {
      const { next, toMs } = answer as Static<typeof energyAnswer>;
      return next === null ? undefined : { from: next, to: toMs };
    },
  },
  cli: { verb: 'energy show', positionals: ['device'], list: 'rows' },
  run: async (ports: EnergyPorts, { device, flow, resolution, limit, ...given }, { signal }) => {
    const { zone, clock, store } = ports;
    const nowMs = clock.wall();
    const { fromMs, toMs } = timeRange({ from: given.from, to: given.to }, nowMs);
    const series = await store.call('listSeries');
    if (device !== undefined && series.every((one) => one.device !== device))
      throw unknownDevice(device, series);
    const meters = energyMeters(series, {
      ...(device !== undefined && { device }),
      ...(flow !== undefined && { flow }),
    });
    const windowOf = (atMs: number): Interval => energyWindow(resolution, zone, atMs);
    await countAll(store, nowMs, signal);
    const page = await readWindows({ store, meters, windowOf, signal }, { fromMs, toMs, rowsMax: limit });
    return {
      zone,
      resolution,
      fromMs,
      toMs,
      rows: page.windows.map((window) => describe(window, zone)),
      next: page.nextFromMs ?? null,
      lateReadings: page.lateReadings,
    };
  },
});

export const energyCommands = [energyList] as const;

/** The commands about energy with what they need. */
export function bindEnergyCommands(ports: EnergyPorts): readonly BoundCommand[] {
  return [bindCommand(energyList, ports)];
}

function describe(window: EnergyWindow, zone: string): Static<typeof energyRow> {
  const { device, flow, startMs, endMs, mwh, estimatedMwh, coveredMs, source, restarts } = window;
  return {
    device,
    flow,
    startMs,
    endMs,
    localStart: localIso(zone, startMs),
    wh: inWh(mwh),
    estimatedWh: inWh(estimatedMwh),
    coveredMs,
    source,
    discontinuities: restarts,
  };
}

function inWh(mwh: number): number {
  return Math.round(mwh) / 1_000;
}
