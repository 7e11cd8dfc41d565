import type { GridHour } from '../../gateway/core/grid-hour.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindCostCommands, type CostPorts } from '../../gateway/features/energy/cost-commands.ts';
import { bindGridCommands } from '../../gateway/features/grid/grid-commands.ts';
import { GridHours } from '../../gateway/features/grid/grid-hours.ts';
import { createTempo, type TempoPorts } from '../../gateway/features/grid/tempo/tempo.ts';
import { Outlook } from '../../gateway/features/grid/outlook.ts';
import type { StorePort } from '../../gateway/features/store-port.ts';
import { electricityMapsZones, nearestZone } from '../../gateway/io/sources/index.ts';
import type { ManualTime } from './manual-time.ts';

const hourMs = 3_600_000;

/** The grid of a zone that has been watched for two days, by a source whose problem means no good. */
export function stubGridCommands(clock: ManualTime): readonly BoundCommand[] {
  const nowMs = clock.wall();
  const store = {
    call: async (name: string) =>
      await Promise.resolve((name === 'listGridHours' ? twoDays(nowMs) : 0) as never),
  } as StorePort<'putGridHours' | 'listGridHours'>;
  const hours = new GridHours({ clock, store });
  const source = {
    ...{ id: 'carbon', zone: 'FR', periodMs: hourMs / 3, forecast: undefined },
    ...{ readAtMs: nowMs, problem: 'no \u001b[31m answer' },
  };
  const shared = {
    ...{ clock, hours, gridZone: 'FR', colours: undefined, ownExport: undefined },
    source: () => source,
  };
  const tariff = { siteZone: 'Europe/Paris', tariff: undefined, tariffProblem: undefined };
  const signals = new Outlook({ ...shared, ...tariff });
  return [
    ...bindGridCommands({
      ...{ ...shared, signals, nearestZone, zoneNames: electricityMapsZones },
      forecastErrors: () =>
        Promise.resolve([
          { fromHours: 0, toHours: 6, compared: 12, meanAbsolute: 4.2, meanShare: 0.1, skill: 0.3 },
        ]),
    }),
    ...stubTempoCommands(clock),
  ];
}

/** Colours and prices as they are before anything was said, and an inverter that has drawn a kWh. */
function stubTempoCommands(clock: ManualTime): readonly BoundCommand[] {
  const nowMs = clock.wall();
  const given = new Map<string, unknown>();
  const slot = {
    ...{ series: new Uint32Array([1]), startMs: new Float64Array([nowMs - (nowMs % hourMs) - hourMs]) },
    ...{ mwh: new Float64Array([1_000_000]), negativeMwh: new Float64Array(1) },
    ...{ estimatedMwh: new Float64Array(1), coveredMs: new Float64Array([900_000]) },
    ...{ restarts: new Uint32Array(1), lateReadings: 0 },
  };
  const answers: Readonly<Record<string, () => unknown>> = {
    listSeries: () => [{ id: 1, device: 'inverter', quantity: 'grid_import_kwh' }],
    countEnergy: () => ({ slots: 0, remaining: false }),
    energyRange: () => slot,
    listTempoDays: () => [],
    listTempoPrices: () => [...given.values()],
    removeTempoPrices: () => false,
  };
  const store = {
    call: async (name: string, first: unknown) => {
      if (name === 'putTempoPrices')
        for (const row of first as readonly { readonly validFrom: string }[]) given.set(row.validFrom, row);
      return await Promise.resolve(answers[name]?.() as never);
    },
  } as TempoPorts['store'] & CostPorts['store'];
  const settings = { settings: { kind: 'tempo' } as const, siteZone: 'Europe/Paris', spotPrices: () => [] };
  const disk = { readText: () => undefined };
  const ports = { clock, logger: silentLogger, disk, store, want: () => undefined, news: () => undefined };
  const own = { source: undefined, hasServer: false, since: undefined, priceFile: undefined };
  const tempo = createTempo(ports, { ...settings, ...own });
  return [...tempo.commands, ...bindCostCommands({ clock, store, tariff: tempo.costTariff })];
}

function twoDays(nowMs: number): readonly GridHour[] {
  const firstMs = Math.floor(nowMs / hourMs) * hourMs - 47 * hourMs;
  return Array.from({ length: 48 }, (_, index) => ({
    ...{ zone: 'FR', startMs: firstMs + index * hourMs, endMs: firstMs + (index + 1) * hourMs },
    ...{ carbonGramsPerKwh: 40 + (index % 24), productionMw: 60_000, consumptionMw: 58_000 + index },
    ...{ isEstimated: index > 45, updatedMs: undefined },
  }));
}
