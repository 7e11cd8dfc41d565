/** What a device can be told. The unit is the name's last part; signs are the house's, as for quantities. */
export type ControlName =
  /** Limit of the inverter's AC power, in percent of its rated power. */
  | 'active_power_limit_pct'
  /** Limit of the power that charges the battery. */
  | 'battery_charge_limit_w'
  /** Limit of the power that the battery gives. */
  | 'battery_discharge_limit_w'
  /** Battery power asked for, discharge +, charge −. */
  | 'battery_power_w'
  /** Limit of the power exported to the grid. */
  | 'grid_export_limit_w';
