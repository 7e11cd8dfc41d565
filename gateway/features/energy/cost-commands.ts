import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { energyFlowNames, type EnergyFlowName } from '../../core/energy-flow.ts';
import { energySlotMs } from '../../core/energy-slot.ts';
import { GatewayError } from '../../core/errors.ts';
import { gridFloor, type Interval } from '../../core/interval.ts';
import { limits } from '../../core/limits.ts';
import { eurosText } from '../../core/micro-euros.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { unknownDevice } from '../unknown-series.ts';
import { countAll } from './count-all.ts';
import { costBys, costKey, type CostBy, type CostDays } from './cost-keys.ts';
import { costRange } from './cost-range.ts';
import { CostSums, type CostRow, type CostSlot } from './cost-sums.ts';
import { energyMeters, type EnergyMeter } from './energy-meters.ts';
import { readWindows, type WindowReading } from './read-windows.ts';

/** The tariff in force, as far as costs go by it. */
export interface CostTariff extends CostDays {
  /** Ascending, apart, within the range; none where the price is not known. */
  prices(range: Interval): readonly CostSlot[];
  /** Why a price is not known, for people. */
  readonly whyUnknown: string;
}

export interface CostPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listSeries' | 'countEnergy' | 'energyRange'>;
  readonly tariff: CostTariff;
}

/** Which flow of a device is what it costs, the first that it has. */
const usualFlows: readonly EnergyFlowName[] = ['load', 'grid_import', 'home', 'battery_charge'];
/** Quarter-hours that are priced in one go. */
const windowsMax = 20_000;

const numbers = {
  kwh: Type.Number({ description: 'kWh' }),
  estimatedKwh: Type.Number({ description: 'Of them, spread evenly over a time in which nothing was read' }),
  unpricedKwh: Type.Number({ description: 'Of them, without a price: not in the cost' }),
  microEuros: Type.Integer({
    description: 'Each day is rounded once: by whatever rows, the total is the same',
  }),
  euros: Type.String({ description: 'The same with six decimals' }),
};
const costRow = closed({
  what: Type.String({ description: 'The day, month, band, colour or price' }),
  ...numbers,
});

const show = defineCommand({
  id: 'cost.show',
  summary: 'What the energy of a device cost, by the tariff that is configured',
  scope: 'read',
  input: closed({
    device: Type.String({ minLength: 1, maxLength: limits.seriesDeviceLengthMax }),
    flow: Type.Optional(
      oneOf(energyFlowNames, { description: 'Which energy; what it draws, or imports, unless said' }),
    ),
    from: Type.String({
      default: '30d',
      maxLength: 40,
      description: 'Start: a day, an instant, or so long ago (30d)',
    }),
    to: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'End: a day, which is in it, or an instant; now unless said',
      }),
    ),
    by: oneOf(costBys, { default: 'day', description: 'What the rows are' }),
  }),
  output: closed({
    device: Type.String(),
    flow: oneOf(energyFlowNames),
    by: oneOf(costBys),
    fromMs: instant(),
    toMs: instant(),
    rows: Type.Array(costRow),
    total: closed(numbers),
    problem: nullable(Type.String({ description: 'Why energy is without a price' })),
  }),
  http: { method: 'GET', path: '/api/v1/cost', answerMsMax: 60_000 },
  cli: { verb: 'cost', positionals: ['device'], list: 'rows' },
  run: async (ports: CostPorts, { device, flow, by, ...given }, { signal }) => {
    const { clock, store, tariff } = ports;
    const nowMs = clock.wall();
    assertMeant(by, tariff);
    const range = costRange(given, { nowMs, ...tariff });
    const meter = await meterOf(ports, device, flow);
    await countAll(store, nowMs, signal);
    const reading = { store, meters: [meter], windowOf: quarterHour, signal };
    const sums = new CostSums(
      (atMs, price) => costKey(by, tariff, { atMs, price }),
      (atMs) => costKey('day', tariff, { atMs, price: undefined }),
    );
    await addUp(reading, range, { sums, tariff });
    const rows = sums.rows();
    const total = totalOf(rows);
    return {
      device,
      flow: meter.flow,
      by,
      fromMs: range.startMs,
      toMs: range.endMs,
      rows: rows.map((row) => ({ what: row.key, ...describe(row) })),
      total: describe(total),
      problem: total.unpricedMwh > 0 ? tariff.whyUnknown : null,
    };
  },
});

export const costCommands = [show] as const;

/** The commands about costs with what they need. */
export function bindCostCommands(ports: CostPorts): readonly BoundCommand[] {
  return [bindCommand(show, ports)];
}

function assertMeant(by: CostBy, { isTempo }: CostTariff): void {
  if (isTempo || (by !== 'band' && by !== 'colour')) return;
  throw new GatewayError('input_invalid', `by: only Tempo has ${by}s, and tariff.kind is another`, {
    hint: 'give day, month or price',
    facts: { property: 'by' },
  });
}

async function meterOf(
  { store }: CostPorts,
  device: string,
  flow: EnergyFlowName | undefined,
): Promise<EnergyMeter> {
  const series = await store.call('listSeries');
  if (series.every((one) => one.device !== device)) throw unknownDevice(device, series);
  const meters = energyMeters(series, { device });
  const found =
    flow === undefined
      ? usualFlows.flatMap((usual) => meters.find((meter) => meter.flow === usual) ?? [])[0]
      : meters.find((meter) => meter.flow === flow);
  if (found !== undefined) return found;
  const told = [...new Set(meters.map((meter) => meter.flow))].join(', ');
  const what = flow ?? 'what it draws';
  throw new GatewayError('not_found', `nothing tells ${what} of ${device} in kWh or W`, {
    hint: told === '' ? 'see what is measured: egw show' : `give --flow, one of ${told}`,
  });
}

function quarterHour(atMs: number): Interval {
  const startMs = gridFloor(atMs, energySlotMs);
  return { startMs, endMs: startMs + energySlotMs };
}

/** Page by page: years are not held at once. */
async function addUp(
  reading: WindowReading,
  { startMs, endMs }: Interval,
  { sums, tariff }: { readonly sums: CostSums; readonly tariff: CostTariff },
): Promise<void> {
  for (let fromMs: number | undefined = startMs; fromMs !== undefined;) {
    const range = { fromMs, toMs: endMs, rowsMax: windowsMax };
    const page: Awaited<ReturnType<typeof readWindows>> = await readWindows(reading, range);
    const [first, last] = [page.windows[0], page.windows.at(-1)];
    if (first !== undefined && last !== undefined) {
      const slots = tariff.prices({ startMs: first.startMs, endMs: last.endMs });
      let next = 0;
      for (const window of page.windows) {
        while ((slots[next]?.endMs ?? Infinity) <= window.startMs) next += 1;
        let end = next;
        while ((slots[end]?.startMs ?? Infinity) < window.endMs) end += 1;
        sums.add(window, slots.slice(next, end));
      }
    }
    fromMs = page.nextFromMs;
  }
}

/** The sum of the rows as they are shown. */
function totalOf(rows: readonly CostRow[]): Omit<CostRow, 'key'> {
  const sum = (of: (row: CostRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    mwh: sum(({ mwh }) => mwh),
    estimatedMwh: sum(({ estimatedMwh }) => estimatedMwh),
    unpricedMwh: sum(({ unpricedMwh }) => unpricedMwh),
    microEuros: sum(({ microEuros }) => microEuros),
  };
}

function describe({
  mwh,
  estimatedMwh,
  unpricedMwh,
  microEuros,
}: Omit<CostRow, 'key'>): Omit<Static<typeof costRow>, 'what'> {
  return {
    kwh: mwh / 1_000_000,
    estimatedKwh: estimatedMwh / 1_000_000,
    unpricedKwh: unpricedMwh / 1_000_000,
    microEuros,
    euros: eurosText(microEuros),
  };
}
