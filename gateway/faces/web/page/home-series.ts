import type { SeriesKey } from './api-types.ts';
import { rootOf, type Owner } from './owner.ts';

/** Which series make up the home's picture. Empty where the home has no such thing. */
export interface HomeSeries {
  readonly pv: readonly SeriesKey[];
  readonly battery: readonly SeriesKey[];
  readonly soc: readonly SeriesKey[];
  /** One at most: two meters on one connection must not be added. */
  readonly grid: readonly SeriesKey[];
  readonly pvEnergy: readonly SeriesKey[];
  readonly gridImport: readonly SeriesKey[];
  readonly gridExport: readonly SeriesKey[];
  readonly gas: readonly SeriesKey[];
  readonly water: readonly SeriesKey[];
  readonly heat: readonly SeriesKey[];
}

export interface KnownHome {
  readonly owners: readonly Owner[];
  /** The quantities of each device, source or part, by its id. */
  readonly quantities: ReadonlyMap<string, ReadonlySet<string>>;
  /** `home.gridMeter` of the configuration. */
  readonly gridMeter: string | undefined;
}

/** The quantities that the home's picture is made of. */
export const partsOfHome: ReadonlySet<string> = new Set([
  'pv_power_w',
  'battery_power_w',
  'battery_soc_pct',
  'grid_power_w',
  'pv_energy_kwh',
  'inverter_energy_kwh',
  'grid_import_kwh',
  'grid_export_kwh',
]);

export function seriesId({ device, quantity }: SeriesKey): string {
  return `${device}/${quantity}`;
}

/**
 * PV, battery and production: all devices and sources that have them. Grid: the configured meter; else a device with
 * grid power and no panels, which is a meter of its own; else any. Import and export come from that one when
 * it counts them. Gas, water and heat: all that is counted, mostly by parts of a meter.
 */
export function findHomeSeries({ owners, quantities, gridMeter }: KnownHome): HomeSeries {
  const active = owners.filter(({ isActive }) => isActive).map(({ id }) => id);
  const has = (id: string, quantity: string): boolean => quantities.get(id)?.has(quantity) === true;
  const all = (quantity: string): SeriesKey[] =>
    active.filter((id) => has(id, quantity)).map((device) => ({ device, quantity }));
  const counters = (quantity: string): SeriesKey[] =>
    [...quantities]
      .filter(([device, said]) => said.has(quantity) && active.includes(rootOf(device)))
      .map(([device]) => ({ device, quantity }));
  const withGrid = active.filter((id) => has(id, 'grid_power_w'));
  const meter =
    withGrid.find((id) => id === gridMeter) ?? withGrid.find((id) => !has(id, 'pv_power_w')) ?? withGrid[0];
  const ofMeter = (quantity: string): SeriesKey[] => {
    const counted = all(quantity);
    return counted.filter(({ device }, index) =>
      counted.some((key) => key.device === meter) ? device === meter : index === 0,
    );
  };
  return {
    pv: all('pv_power_w'),
    battery: all('battery_power_w'),
    soc: all('battery_soc_pct'),
    grid: ofMeter('grid_power_w'),
    // An inverter without a counter of its panels has one of what it delivers, which without a battery is theirs.
    pvEnergy: all('pv_power_w').map(({ device }) => ({
      device,
      quantity: has(device, 'pv_energy_kwh') ? 'pv_energy_kwh' : 'inverter_energy_kwh',
    })),
    gridImport: ofMeter('grid_import_kwh'),
    gridExport: ofMeter('grid_export_kwh'),
    gas: counters('gas_m3'),
    water: counters('water_m3'),
    heat: counters('heat_gj'),
  };
}
