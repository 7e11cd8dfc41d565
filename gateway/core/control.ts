/** What a device can be told. The unit is the name's last part; signs are the house's, as for quantities. */
const controls = {
  active_power_limit_pct: { unit: '%', title: 'Limit of the inverter’s AC power, of its rated power' },
  battery_charge_limit_w: { unit: 'W', title: 'Limit of the power that charges the battery' },
  battery_discharge_limit_w: { unit: 'W', title: 'Limit of the power that the battery gives' },
  battery_power_w: { unit: 'W', title: 'Battery power asked for, discharge +, charge −' },
  grid_export_limit_w: { unit: 'W', title: 'Limit of the power exported to the grid' },
} as const satisfies Record<string, { readonly unit: string; readonly title: string }>;

export type ControlName = keyof typeof controls;

export function describeControl(name: ControlName): { readonly unit: string; readonly title: string } {
  return controls[name];
}

/** Whether it bounds a power, so that of several set points the lowest keeps them all. */
export function isLimitControl(name: ControlName): boolean {
  return name.includes('_limit_');
}
