import type { GridHour } from '../../gateway/core/grid-hour.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindGridCommands } from '../../gateway/features/grid/grid-commands.ts';
import { GridHours } from '../../gateway/features/grid/grid-hours.ts';
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
  return bindGridCommands({
    ...{ ...shared, signals, nearestZone, zoneNames: electricityMapsZones },
    forecastErrors: () =>
      Promise.resolve([
        { fromHours: 0, toHours: 6, compared: 12, meanAbsolute: 4.2, meanShare: 0.1, skill: 0.3 },
      ]),
  });
}

function twoDays(nowMs: number): readonly GridHour[] {
  const firstMs = Math.floor(nowMs / hourMs) * hourMs - 47 * hourMs;
  return Array.from({ length: 48 }, (_, index) => ({
    ...{ zone: 'FR', startMs: firstMs + index * hourMs, endMs: firstMs + (index + 1) * hourMs },
    ...{ carbonGramsPerKwh: 40 + (index % 24), productionMw: 60_000, consumptionMw: 58_000 + index },
    ...{ isEstimated: index > 45, updatedMs: undefined },
  }));
}
