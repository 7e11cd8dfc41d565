import type { Device, SeriesKey } from './api-types.ts';

/** Which series make up the home's picture. Empty where the home has no such thing. */
export interface HomeSources {
  readonly pv: readonly SeriesKey[];
  readonly battery: readonly SeriesKey[];
  readonly soc: readonly SeriesKey[];
  /** One at most: two meters on one connection must not be added. */
  readonly grid: readonly SeriesKey[];
  readonly pvEnergy: readonly SeriesKey[];
  readonly gridImport: readonly SeriesKey[];
  readonly gridExport: readonly SeriesKey[];
}

export interface KnownHome {
  readonly devices: readonly Device[];
  /** The quantities of each device, by its id. */
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

/** A device that is asked: old values of one that is switched off are no part of the home. */
export function isActive({ state }: Device): boolean {
  return state !== 'retired' && state !== 'quarantined';
}

/**
 * PV, battery and production: all devices that have them. Grid: the configured meter; else a device with
 * grid power and no panels, which is a meter of its own; else any. Import and export come from that one when
 * it counts them.
 */
export function findHomeSources({ devices, quantities, gridMeter }: KnownHome): HomeSources {
  const active = devices.filter(isActive).map(({ id }) => id);
  const has = (id: string, quantity: string): boolean => quantities.get(id)?.has(quantity) === true;
  const all = (quantity: string): SeriesKey[] =>
    active.filter((id) => has(id, quantity)).map((device) => ({ device, quantity }));
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
  };
}
