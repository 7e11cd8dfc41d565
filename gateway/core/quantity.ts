/** The kinds behave differently in rollups: gauges have a mean, counters a difference, states an any-on. */
export type QuantityKind = 'gauge' | 'counter' | 'state';

export interface QuantityDefinition {
  readonly kind: QuantityKind;
  readonly unit: string;
  /** For people; the sign rule where there is one. */
  readonly title: string;
}

function gauge(unit: string, title: string): QuantityDefinition {
  return { kind: 'gauge', unit, title };
}

function counter(unit: string, title: string): QuantityDefinition {
  return { kind: 'counter', unit, title };
}

function state(title: string): QuantityDefinition {
  return { kind: 'state', unit: '', title };
}

/**
 * What can be measured. The unit is the name's last part. One sign rule, from the house's point of view:
 * power that comes in is positive (grid: import +, export −; pv: production +; battery: discharge +,
 * charge −), so home_power_w = grid + pv + battery.
 */
const quantities = {
  air_pressure_hpa: gauge('hPa', 'Air pressure outside, at sea level'),
  alarm_code: state('Alarm or fault code of the device, as its maker numbers it'),
  backup_power_w: gauge('W', 'Power drawn from the backup output'),
  battery_available_kwh: gauge('kWh', 'Energy that the battery can still give'),
  battery_capacity_kwh: gauge('kWh', 'Energy that the battery holds when full'),
  battery_charge_kwh: counter('kWh', 'Energy charged into the battery, lifetime'),
  battery_current_a: gauge('A', 'Battery current, discharge +'),
  battery_discharge_kwh: counter('kWh', 'Energy discharged from the battery, lifetime'),
  battery_power_w: gauge('W', 'Battery power, discharge +, charge −'),
  battery_soc_pct: gauge('%', 'Battery state of charge'),
  battery_soh_pct: gauge('%', 'Battery state of health'),
  battery_status: state('Status code of the battery, as its maker numbers it'),
  battery_temperature_c: gauge('°C', 'Battery temperature'),
  battery_voltage_v: gauge('V', 'Battery voltage'),
  carbon_intensity_g_per_kwh: gauge('g/kWh', 'CO₂ equivalent of the electricity used in the zone'),
  cloud_cover_pct: gauge('%', 'Share of the sky that is covered'),
  device_status: state('Status code of the device, as its maker numbers it'),
  dew_point_c: gauge('°C', 'Dew point outside'),
  fault_count: state('Faults that a part reports now'),
  grid_apparent_power_va: gauge('VA', 'Grid apparent power'),
  grid_current_l1_a: gauge('A', 'Grid current, phase 1'),
  grid_current_l2_a: gauge('A', 'Grid current, phase 2'),
  grid_current_l3_a: gauge('A', 'Grid current, phase 3'),
  grid_export_kwh: counter('kWh', 'Energy exported to the grid, lifetime'),
  grid_export_l1_kwh: counter('kWh', 'Energy exported to the grid on phase 1, lifetime'),
  grid_export_l2_kwh: counter('kWh', 'Energy exported to the grid on phase 2, lifetime'),
  grid_export_l3_kwh: counter('kWh', 'Energy exported to the grid on phase 3, lifetime'),
  grid_frequency_hz: gauge('Hz', 'Grid frequency'),
  grid_import_kwh: counter('kWh', 'Energy imported from the grid, lifetime'),
  grid_import_l1_kwh: counter('kWh', 'Energy imported from the grid on phase 1, lifetime'),
  grid_import_l2_kwh: counter('kWh', 'Energy imported from the grid on phase 2, lifetime'),
  grid_import_l3_kwh: counter('kWh', 'Energy imported from the grid on phase 3, lifetime'),
  grid_power_factor: gauge('', 'Grid power factor'),
  grid_power_l1_w: gauge('W', 'Grid power, phase 1, import +'),
  grid_power_l2_w: gauge('W', 'Grid power, phase 2, import +'),
  grid_power_l3_w: gauge('W', 'Grid power, phase 3, import +'),
  grid_power_w: gauge('W', 'Grid power, import +, export −'),
  grid_reactive_power_var: gauge('var', 'Grid reactive power'),
  grid_voltage_l1_v: gauge('V', 'Grid voltage, phase 1'),
  grid_voltage_l2_v: gauge('V', 'Grid voltage, phase 2'),
  grid_voltage_l3_v: gauge('V', 'Grid voltage, phase 3'),
  home_energy_kwh: counter('kWh', 'Energy used in the house, lifetime'),
  home_power_w: gauge('W', 'Power used in the house'),
  hot_water_on: state('Whether hot water is made'),
  hot_water_temperature_c: gauge('°C', 'Temperature of the hot water'),
  inverter_apparent_power_va: gauge('VA', 'Inverter apparent power'),
  inverter_current_a: gauge('A', 'Inverter AC current, all phases'),
  inverter_current_l1_a: gauge('A', 'Inverter AC current, phase 1'),
  inverter_current_l2_a: gauge('A', 'Inverter AC current, phase 2'),
  inverter_current_l3_a: gauge('A', 'Inverter AC current, phase 3'),
  inverter_dc_current_a: gauge('A', 'Inverter DC input current'),
  inverter_dc_power_w: gauge('W', 'Inverter DC power, panels and battery, into the inverter +'),
  inverter_dc_voltage_v: gauge('V', 'Inverter DC input voltage'),
  inverter_energy_kwh: counter('kWh', 'Energy delivered by the inverter, lifetime'),
  inverter_heatsink_temperature_c: gauge('°C', 'Temperature of the inverter’s heat sink'),
  inverter_power_factor: gauge('', 'Inverter power factor'),
  inverter_power_l1_w: gauge('W', 'Inverter AC power, phase 1, to the house +'),
  inverter_power_l2_w: gauge('W', 'Inverter AC power, phase 2, to the house +'),
  inverter_power_l3_w: gauge('W', 'Inverter AC power, phase 3, to the house +'),
  inverter_power_w: gauge('W', 'Inverter AC power, to the house +'),
  inverter_reactive_power_var: gauge('var', 'Inverter reactive power'),
  inverter_temperature_c: gauge('°C', 'Inverter temperature'),
  meter_status: state('Status code of the meter, as its maker numbers it'),
  outdoor_feels_like_c: gauge('°C', 'Temperature outside as people feel it'),
  outdoor_humidity_pct: gauge('%', 'Relative humidity outside'),
  outdoor_temperature_c: gauge('°C', 'Temperature outside'),
  pv_energy_kwh: counter('kWh', 'Energy produced by the panels, lifetime'),
  pv_energy_today_kwh: gauge('kWh', 'Energy produced by the panels today, as the device counts it'),
  pv_power_w: gauge('W', 'Power of the panels, production +'),
  pv_string1_current_a: gauge('A', 'Panel string 1 current'),
  pv_string1_power_w: gauge('W', 'Panel string 1 power'),
  pv_string1_voltage_v: gauge('V', 'Panel string 1 voltage'),
  pv_string2_current_a: gauge('A', 'Panel string 2 current'),
  pv_string2_power_w: gauge('W', 'Panel string 2 power'),
  pv_string2_voltage_v: gauge('V', 'Panel string 2 voltage'),
  pv_string3_current_a: gauge('A', 'Panel string 3 current'),
  pv_string3_power_w: gauge('W', 'Panel string 3 power'),
  pv_string3_voltage_v: gauge('V', 'Panel string 3 voltage'),
  pv_string4_current_a: gauge('A', 'Panel string 4 current'),
  pv_string4_power_w: gauge('W', 'Panel string 4 power'),
  pv_string4_voltage_v: gauge('V', 'Panel string 4 voltage'),
  rain_mm_per_h: gauge('mm/h', 'Rain'),
  room_set_point_c: gauge('°C', 'Temperature that a room is heated to'),
  room_temperature_c: gauge('°C', 'Temperature of a room'),
  snow_mm_per_h: gauge('mm/h', 'Snow, as water'),
  tempo_blue_left_days: gauge('days', 'Blue days that this Tempo season still has after today'),
  tempo_red_left_days: gauge('days', 'Red days that this Tempo season still has after today'),
  tempo_today_colour: state('Tempo colour of the day 06:00–06:00 that it is: 1 blue, 2 white, 3 red'),
  tempo_tomorrow_colour: state('Tempo colour of the next day 06:00–06:00: 1 blue, 2 white, 3 red'),
  tempo_white_left_days: gauge('days', 'White days that this Tempo season still has after today'),
  uv_index: gauge('', 'UV index'),
  visibility_m: gauge('m', 'How far one sees'),
  weather_code: state('Condition of the weather, as its provider numbers it'),
  wind_direction_deg: gauge('°', 'Where the wind comes from, clockwise from north'),
  wind_gust_m_per_s: gauge('m/s', 'Speed of the wind’s gusts'),
  wind_speed_m_per_s: gauge('m/s', 'Speed of the wind'),
  zone_consumption_battery_discharge_mw: gauge(
    'MW',
    'Power used in the grid’s zone that comes from battery discharge',
  ),
  zone_consumption_biomass_mw: gauge('MW', 'Power used in the grid’s zone that comes from biomass'),
  zone_consumption_coal_mw: gauge('MW', 'Power used in the grid’s zone that comes from coal'),
  zone_consumption_gas_mw: gauge('MW', 'Power used in the grid’s zone that comes from gas'),
  zone_consumption_geothermal_mw: gauge('MW', 'Power used in the grid’s zone that comes from geothermal'),
  zone_consumption_hydro_discharge_mw: gauge(
    'MW',
    'Power used in the grid’s zone that comes from hydro discharge',
  ),
  zone_consumption_hydro_mw: gauge('MW', 'Power used in the grid’s zone that comes from hydro'),
  zone_consumption_mw: gauge('MW', 'Power used in the grid’s zone'),
  zone_consumption_nuclear_mw: gauge('MW', 'Power used in the grid’s zone that comes from nuclear'),
  zone_consumption_oil_mw: gauge('MW', 'Power used in the grid’s zone that comes from oil'),
  zone_consumption_solar_mw: gauge('MW', 'Power used in the grid’s zone that comes from solar'),
  zone_consumption_unknown_mw: gauge('MW', 'Power used in the grid’s zone that comes from sources not known'),
  zone_consumption_wind_mw: gauge('MW', 'Power used in the grid’s zone that comes from wind'),
  zone_export_mw: gauge('MW', 'Power that leaves the grid’s zone'),
  zone_fossil_free_pct: gauge('%', 'Share of the power used in the grid’s zone that is not from fossil fuel'),
  zone_import_mw: gauge('MW', 'Power that comes into the grid’s zone'),
  zone_production_mw: gauge('MW', 'Power produced in the grid’s zone'),
  zone_renewable_pct: gauge('%', 'Share of the power used in the grid’s zone that is renewable'),
} as const satisfies Record<string, QuantityDefinition>;

export type QuantityName = keyof typeof quantities;

export const quantityNames = Object.keys(quantities) as readonly QuantityName[];

export function isQuantityName(name: string): name is QuantityName {
  return Object.hasOwn(quantities, name);
}

/** The definition behind a name that may come from an older or newer database. */
export function quantityDefinition(name: string): QuantityDefinition {
  return isQuantityName(name) ? quantities[name] : gauge('', name);
}
