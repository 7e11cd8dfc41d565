import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { signalAt, type PowerSignals, type SignalSlot } from '../../core/power-signal.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf, ratio } from '../schema.ts';
import { instantForms, timeRange } from '../time-range.ts';
import type { ForecastError } from './forecast-errors.ts';
import { gridFactNames, gridStatus, type StatusPorts } from './grid-status.ts';

export interface GridCommandPorts extends StatusPorts {
  /** Of every zone there is, by code. */
  readonly zoneNames: ReadonlyMap<string, string>;
  /** The code that is meant by one that is none. */
  nearestZone(zone: string): string;
  /** How wrong forecasts of the last weeks were. Errors: those of the store; what ended the signal. */
  forecastErrors(kind: ForecastKind, signal: AbortSignal): Promise<readonly ForecastError[]>;
}

const forecastKinds = ['carbon', 'surplus'] as const;
export type ForecastKind = (typeof forecastKinds)[number];
const units = { carbon: 'g/kWh', surplus: 'MW' } as const satisfies Record<ForecastKind, string>;
const hourMs = 3_600_000;

const zoneInput = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'Code of a zone; the configured one unless said' }),
);
const zoneOutput = nullable(Type.String({ description: 'null where none is configured' }));
const zoneNameOutput = nullable(Type.String());

const status = defineCommand({
  id: 'grid.status',
  summary: 'What jobs go by now: the grid’s zone, the tariff, and what the house gives to the grid',
  scope: 'read',
  input: closed({ zone: zoneInput }),
  output: closed({
    zone: zoneOutput,
    zoneName: zoneNameOutput,
    facts: Type.Array(
      closed({
        name: oneOf(gridFactNames),
        value: nullable(Type.Number({ unitIn: 'unit', description: 'null where it is not known' })),
        unit: Type.String(),
        text: nullable(Type.String({ description: 'The colour of the day' })),
        ageMs: nullable(duration({ description: 'Since its source has said it' })),
        isEstimated: Type.Boolean({ description: 'By its provider: it may be revised' }),
        unknown: nullable(Type.String({ description: 'Why it is not known; null while it is' })),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/grid' },
  cli: { verb: 'grid status' },
  run: async (ports: GridCommandPorts, input) => {
    const zone = checkedZone(ports, input.zone);
    return {
      zone: zone ?? null,
      zoneName: ports.zoneNames.get(zone ?? '') ?? null,
      facts: [...(await gridStatus(ports, zone))],
    };
  },
});

const zones = defineCommand({
  id: 'grid.zones',
  summary: 'The zones of the grid that Electricity Maps knows',
  scope: 'read',
  input: closed({
    filter: Type.Optional(Type.String({ maxLength: 64, description: 'Part of a code or a name' })),
  }),
  output: closed({ zones: Type.Array(closed({ code: Type.String(), name: Type.String() })) }),
  http: { method: 'GET', path: '/api/v1/grid/zones' },
  run: ({ zoneNames }: GridCommandPorts, { filter = '' }) => {
    const wanted = filter.toLowerCase();
    return {
      zones: [...zoneNames]
        .filter((entry) => entry.some((text) => text.toLowerCase().includes(wanted)))
        .map(([code, name]) => ({ code, name })),
    };
  },
});

const forecastSlot = closed({
  startMs: instant(),
  endMs: instant(),
  carbonGramsPerKwh: nullable(Type.Number()),
  surplusMw: nullable(Type.Number({ description: 'Production less consumption' })),
  basis: oneOf(['known', 'forecast']),
});

const forecastError = closed({
  signal: oneOf(forecastKinds),
  fromHours: Type.Integer({ description: 'Ahead, from' }),
  toHours: Type.Integer({ description: 'to' }),
  compared: Type.Integer({ description: 'Hours that were compared with what came' }),
  meanAbsolute: Type.Number({ unitIn: 'unit', description: 'Mean of how far it was off' }),
  unit: Type.String(),
  meanShare: nullable(ratio({ description: 'The same as a share of the values' })),
  skill: nullable(Type.Number({ description: '1: never off; 0: no better than that it is as a day before' })),
});

const forecast = defineCommand({
  id: 'grid.forecast',
  summary: 'The zone’s next hours as they are expected, and how wrong such forecasts were',
  scope: 'read',
  input: closed({
    hours: Type.Integer({ minimum: 1, maximum: 168, default: 48, description: 'So many from now on' }),
  }),
  output: closed({
    zone: zoneOutput,
    errors: Type.Array(forecastError, {
      description: 'Of our own forecasts of the last four weeks; none without a day of history',
    }),
    slots: Type.Array(forecastSlot, { description: 'Ascending; none where nothing is known' }),
  }),
  http: { method: 'GET', path: '/api/v1/grid/forecast', answerMsMax: 30_000 },
  cli: { verb: 'grid forecast' },
  run: async (ports: GridCommandPorts, { hours }, { signal }) => {
    const nowMs = ports.clock.wall();
    const signals = await ports.signals.read({ startMs: nowMs, endMs: nowMs + hours * hourMs });
    const errors: Static<typeof forecastError>[] = [];
    for (const kind of forecastKinds) {
      for (const error of await ports.forecastErrors(kind, signal)) {
        if (error.compared === 0) continue;
        const { fromHours, toHours, compared, meanAbsolute, meanShare = null, skill = null } = error;
        const unit = units[kind];
        errors.push({ signal: kind, fromHours, toHours, compared, meanAbsolute, unit, meanShare, skill });
      }
    }
    return { zone: ports.gridZone ?? null, errors, slots: sideBySide(signals) };
  },
});

const hoursShown = defineCommand({
  id: 'grid.hours',
  summary: 'What a zone of the grid was like, hour by hour, as its provider says now',
  scope: 'read',
  input: closed({
    zone: zoneInput,
    from: Type.String({ default: '24h', maxLength: 40, description: `Start: ${instantForms}` }),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: `End, not in it; now unless said: ${instantForms}` }),
    ),
  }),
  output: closed({
    zone: zoneOutput,
    hours: Type.Array(
      closed({
        startMs: instant(),
        endMs: instant(),
        carbonGramsPerKwh: nullable(Type.Number()),
        productionMw: nullable(Type.Number()),
        consumptionMw: nullable(Type.Number()),
        isEstimated: Type.Boolean(),
        updatedMs: nullable(instant({ description: 'When its provider said so' })),
      }),
    ),
    next: nullable(instant({ description: 'There is more: ask again with this as `from`' })),
  }),
  http: { method: 'GET', path: '/api/v1/grid/hours' },
  cli: { verb: 'grid hours', list: 'hours' },
  run: async (ports: GridCommandPorts, { zone: asked, from, to }) => {
    const zone = checkedZone(ports, asked);
    const range = timeRange({ from, to }, ports.clock.wall());
    const found =
      zone === undefined ? [] : await ports.hours.between(zone, { startMs: range.fromMs, endMs: range.toMs });
    return {
      zone: zone ?? null,
      hours: found.slice(0, limits.gridHoursMax).map((hour) => ({
        startMs: hour.startMs,
        endMs: hour.endMs,
        carbonGramsPerKwh: hour.carbonGramsPerKwh ?? null,
        productionMw: hour.productionMw ?? null,
        consumptionMw: hour.consumptionMw ?? null,
        isEstimated: hour.isEstimated,
        updatedMs: hour.updatedMs ?? null,
      })),
      next: found[limits.gridHoursMax]?.startMs ?? null,
    };
  },
});

export const gridCommands = [status, zones, forecast, hoursShown] as const;

/** The commands about the grid with what they need. */
export function bindGridCommands(ports: GridCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(status, ports),
    bindCommand(zones, ports),
    bindCommand(forecast, ports),
    bindCommand(hoursShown, ports),
  ];
}

function checkedZone(ports: GridCommandPorts, zone: string | undefined): string | undefined {
  if (zone === undefined) return ports.gridZone;
  if (ports.zoneNames.has(zone)) return zone;
  const meant = ports.nearestZone(zone);
  throw new GatewayError('zone_unknown', `there is no zone ${JSON.stringify(zone)}`, {
    hint: `did you mean ${meant} (${ports.zoneNames.get(meant) ?? ''})? egw grid zones lists all`,
    facts: { zone, nearest: meant },
  });
}

/** Both signals, parted wherever one of them changes. */
function sideBySide({ carbon, surplus }: PowerSignals): Static<typeof forecastSlot>[] {
  const starts = new Set(
    [...carbon.slots, ...surplus.slots].flatMap(({ startMs, endMs }) => [startMs, endMs]),
  );
  const edges = [...starts].toSorted((left, right) => left - right);
  const rows: Static<typeof forecastSlot>[] = [];
  edges.forEach((startMs, index) => {
    const endMs = edges[index + 1];
    const found = [signalAt(carbon, startMs), signalAt(surplus, startMs)] as const;
    if (endMs === undefined || found.every((slot) => slot === undefined)) return;
    rows.push({
      startMs,
      endMs,
      carbonGramsPerKwh: valueOf(found[0]),
      surplusMw: valueOf(found[1]),
      basis: found.every((slot) => slot === undefined || slot.basis === 'known') ? 'known' : 'forecast',
    });
  });
  return rows;
}

/** What is expected is not known to more than a tenth. */
function valueOf(slot: SignalSlot | undefined): number | null {
  if (slot === undefined) return null;
  return slot.basis === 'known' ? slot.value : Math.round(slot.value * 10) / 10;
}
