import type { QuantityName } from './quantity.ts';

/** Where the energy of one flow is read from. Flows count energy in one direction, and are never negative. */
export interface EnergyFlow {
  /** The lifetime counter, in kWh. */
  readonly counter: QuantityName;
  /** What it is integrated from where there is no counter, in W. */
  readonly power: QuantityName;
  /** The sign that the power has in this direction, by the sign rule of quantities. */
  readonly sign: 'positive' | 'negative';
}

const flows = {
  grid_import: { counter: 'grid_import_kwh', power: 'grid_power_w', sign: 'positive' },
  grid_export: { counter: 'grid_export_kwh', power: 'grid_power_w', sign: 'negative' },
  pv: { counter: 'pv_energy_kwh', power: 'pv_power_w', sign: 'positive' },
  battery_charge: { counter: 'battery_charge_kwh', power: 'battery_power_w', sign: 'negative' },
  battery_discharge: { counter: 'battery_discharge_kwh', power: 'battery_power_w', sign: 'positive' },
  home: { counter: 'home_energy_kwh', power: 'home_power_w', sign: 'positive' },
  load: { counter: 'load_energy_kwh', power: 'load_power_w', sign: 'positive' },
} as const satisfies Record<string, EnergyFlow>;

export type EnergyFlowName = keyof typeof flows;

export const energyFlowNames = Object.keys(flows) as readonly EnergyFlowName[];

export function energyFlow(name: EnergyFlowName): EnergyFlow {
  return flows[name];
}

const means = new Map<string, 'counter' | 'power'>(
  Object.values(flows).flatMap(({ counter, power }) => [
    [counter, 'counter'],
    [power, 'power'],
  ]),
);

/** How energy is found in readings of the quantity; undefined when it is part of no flow. */
export function energyMeans(quantity: string): 'counter' | 'power' | undefined {
  return means.get(quantity);
}
