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
  battery_cycle_count: counter('', 'Full cycles of the battery, lifetime'),
  battery_discharge_kwh: counter('kWh', 'Energy discharged from the battery, lifetime'),
  battery_power_w: gauge('W', 'Battery power, discharge +, charge −'),
  battery_soc_pct: gauge('%', 'Battery state of charge'),
  battery_soh_pct: gauge('%', 'Battery state of health'),
  battery_status: state('Status code of the battery, as its maker numbers it'),
  battery_temperature_c: gauge('°C', 'Battery temperature'),
  battery_voltage_v: gauge('V', 'Battery voltage'),
  breaker_state: state('Breaker of the meter, as its maker numbers it'),
  carbon_intensity_g_per_kwh: gauge('g/kWh', 'CO₂ equivalent of the electricity used in the zone'),
  cloud_cover_pct: gauge('%', 'Share of the sky that is covered'),
  crest_mv: gauge('mV', 'Highest voltage of 30 samples'),
  current_a: gauge('A', 'Current through a clamp, RMS'),
  current_noise_floor_a: gauge('A', 'Current below which a clamp shows noise'),
  current_uncertainty_a: gauge('A', 'Uncertainty of a current, one standard deviation'),
  device_status: state('Status code of the device, as its maker numbers it'),
  dew_point_c: gauge('°C', 'Dew point outside'),
  fault_count: state('Faults that a part reports now'),
  gas_m3: counter('m³', 'Gas, lifetime'),
  grid_apparent_power_va: gauge('VA', 'Grid apparent power'),
  grid_current_a: gauge('A', 'Grid current, all phases'),
  grid_current_l1_a: gauge('A', 'Grid current, phase 1'),
  grid_current_l2_a: gauge('A', 'Grid current, phase 2'),
  grid_current_l3_a: gauge('A', 'Grid current, phase 3'),
  grid_export_kwh: counter('kWh', 'Energy exported to the grid, lifetime'),
  grid_export_l1_kwh: counter('kWh', 'Energy exported to the grid on phase 1, lifetime'),
  grid_export_l2_kwh: counter('kWh', 'Energy exported to the grid on phase 2, lifetime'),
  grid_export_l3_kwh: counter('kWh', 'Energy exported to the grid on phase 3, lifetime'),
  grid_export_t1_kwh: counter('kWh', 'Energy exported to the grid at tariff 1, the low one, lifetime'),
  grid_export_t2_kwh: counter('kWh', 'Energy exported to the grid at tariff 2, the normal one, lifetime'),
  grid_export_t3_kwh: counter('kWh', 'Energy exported to the grid at tariff 3, lifetime'),
  grid_export_t4_kwh: counter('kWh', 'Energy exported to the grid at tariff 4, lifetime'),
  grid_frequency_hz: gauge('Hz', 'Grid frequency'),
  grid_fuse_a: gauge('A', 'Current at which the meter cuts the connection'),
  grid_import_kwh: counter('kWh', 'Energy imported from the grid, lifetime'),
  grid_import_l1_kwh: counter('kWh', 'Energy imported from the grid on phase 1, lifetime'),
  grid_import_l2_kwh: counter('kWh', 'Energy imported from the grid on phase 2, lifetime'),
  grid_import_l3_kwh: counter('kWh', 'Energy imported from the grid on phase 3, lifetime'),
  grid_import_peak_w: gauge('W', 'Highest mean power imported in a quarter of an hour of this month'),
  grid_import_quarter_w: gauge('W', 'Mean power imported in the current quarter of an hour'),
  grid_import_t1_kwh: counter('kWh', 'Energy imported from the grid at tariff 1, the low one, lifetime'),
  grid_import_t2_kwh: counter('kWh', 'Energy imported from the grid at tariff 2, the normal one, lifetime'),
  grid_import_t3_kwh: counter('kWh', 'Energy imported from the grid at tariff 3, lifetime'),
  grid_import_t4_kwh: counter('kWh', 'Energy imported from the grid at tariff 4, lifetime'),
  grid_power_factor: gauge('', 'Grid power factor'),
  grid_power_factor_l1: gauge('', 'Grid power factor, phase 1'),
  grid_power_factor_l2: gauge('', 'Grid power factor, phase 2'),
  grid_power_factor_l3: gauge('', 'Grid power factor, phase 3'),
  grid_power_fail_count: counter('', 'Power failures of any phase, lifetime'),
  grid_power_fail_long_count: counter('', 'Long power failures of any phase, lifetime'),
  grid_power_l1_w: gauge('W', 'Grid power, phase 1, import +'),
  grid_power_l2_w: gauge('W', 'Grid power, phase 2, import +'),
  grid_power_l3_w: gauge('W', 'Grid power, phase 3, import +'),
  grid_power_limit_w: gauge('W', 'Power at which the meter limits the connection'),
  grid_power_w: gauge('W', 'Grid power, import +, export −'),
  grid_reactive_export_kvarh: counter('kvarh', 'Reactive energy exported to the grid, lifetime'),
  grid_reactive_import_kvarh: counter('kvarh', 'Reactive energy imported from the grid, lifetime'),
  grid_reactive_power_l1_var: gauge('var', 'Grid reactive power, phase 1'),
  grid_reactive_power_l2_var: gauge('var', 'Grid reactive power, phase 2'),
  grid_reactive_power_l3_var: gauge('var', 'Grid reactive power, phase 3'),
  grid_reactive_power_var: gauge('var', 'Grid reactive power'),
  grid_tariff_code: state('Tariff that holds now, as its counters are numbered'),
  grid_voltage_l1_v: gauge('V', 'Grid voltage, phase 1'),
  grid_voltage_l2_v: gauge('V', 'Grid voltage, phase 2'),
  grid_voltage_l3_v: gauge('V', 'Grid voltage, phase 3'),
  grid_voltage_sag_l1_count: counter('', 'Sags of the voltage of phase 1, lifetime'),
  grid_voltage_sag_l2_count: counter('', 'Sags of the voltage of phase 2, lifetime'),
  grid_voltage_sag_l3_count: counter('', 'Sags of the voltage of phase 3, lifetime'),
  grid_voltage_swell_l1_count: counter('', 'Swells of the voltage of phase 1, lifetime'),
  grid_voltage_swell_l2_count: counter('', 'Swells of the voltage of phase 2, lifetime'),
  grid_voltage_swell_l3_count: counter('', 'Swells of the voltage of phase 3, lifetime'),
  heat_gj: counter('GJ', 'Heat, lifetime'),
  home_energy_kwh: counter('kWh', 'Energy used in the house, lifetime'),
  home_power_w: gauge('W', 'Power used in the house'),
  hot_water_on: state('Whether hot water is made'),
  hot_water_temperature_c: gauge('°C', 'Temperature of the hot water'),
  humidity_pct: gauge('%', 'Relative humidity at a probe'),
  input_saturated: state('Whether an input went beyond the range of its converter'),
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
  load_apparent_power_va: gauge('VA', 'Apparent power of a load'),
  load_current_a: gauge('A', 'Current of a load'),
  load_current_l1_a: gauge('A', 'Current of a load, phase 1'),
  load_current_l2_a: gauge('A', 'Current of a load, phase 2'),
  load_current_l3_a: gauge('A', 'Current of a load, phase 3'),
  load_energy_kwh: counter('kWh', 'Energy drawn by a load, lifetime'),
  load_feed_kwh: counter('kWh', 'Energy given back by a load, lifetime'),
  load_frequency_hz: gauge('Hz', 'Frequency at a load'),
  load_power_factor: gauge('', 'Power factor of a load'),
  load_power_l1_w: gauge('W', 'Power of a load, phase 1, drawn +'),
  load_power_l2_w: gauge('W', 'Power of a load, phase 2, drawn +'),
  load_power_l3_w: gauge('W', 'Power of a load, phase 3, drawn +'),
  load_power_w: gauge('W', 'Power of a load, drawn +'),
  load_reactive_power_var: gauge('var', 'Reactive power of a load'),
  load_voltage_l1_v: gauge('V', 'Voltage at a load, phase 1'),
  load_voltage_l2_v: gauge('V', 'Voltage at a load, phase 2'),
  load_voltage_l3_v: gauge('V', 'Voltage at a load, phase 3'),
  load_voltage_v: gauge('V', 'Voltage at a load'),
  meter_energy_kwh: counter('kWh', 'Energy that another meter has counted, lifetime'),
  meter_status: state('Status code of the meter, as its maker numbers it'),
  motor_mv: gauge('mV', 'Crest of 30 samples at the clamp of a motor, 0 while it is off'),
  offset_mv: gauge('mV', 'Mean voltage of an input'),
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
  relay_on: state('Whether a relay is on'),
  rms_mv: gauge('mV', 'Alternating part of a voltage, RMS'),
  room_set_point_c: gauge('°C', 'Temperature that a room is heated to'),
  room_temperature_c: gauge('°C', 'Temperature of a room'),
  snow_mm_per_h: gauge('mm/h', 'Snow, as water'),
  temperature_c: gauge('°C', 'Temperature of a probe'),
  tempo_blue_left_days: gauge('days', 'Blue days that this Tempo season still has after today'),
  tempo_red_left_days: gauge('days', 'Red days that this Tempo season still has after today'),
  tempo_today_colour: state('Tempo colour of the day 06:00–06:00 that it is: 1 blue, 2 white, 3 red'),
  tempo_tomorrow_colour: state('Tempo colour of the next day 06:00–06:00: 1 blue, 2 white, 3 red'),
  tempo_white_left_days: gauge('days', 'White days that this Tempo season still has after today'),
  ups_charge_percent: gauge('%', 'Charge of the battery of an uninterruptible power supply'),
  ups_input_voltage_v: gauge('V', 'Mains voltage at an uninterruptible power supply'),
  ups_load_percent: gauge('%', 'Load of an uninterruptible power supply, of what it can bear'),
  ups_low_battery: state('Whether an uninterruptible power supply is about to end, or has announced its end'),
  ups_on_battery: state(
    'Whether an uninterruptible power supply has no mains, or is about to be switched off',
  ),
  ups_runtime_s: gauge('s', 'How long an uninterruptible power supply lasts at its load'),
  uv_index: gauge('', 'UV index'),
  telegrams_dropped_count: gauge('', 'Telegrams that came damaged since the start'),
  valve_state: state('Valve of the meter, as its maker numbers it'),
  visibility_m: gauge('m', 'How far one sees'),
  water_flow_lpm: gauge('l/min', 'Flow of water'),
  water_m3: counter('m³', 'Water, lifetime'),
  weather_code: state('Condition of the weather, as its provider numbers it'),
  wifi_signal_dbm: gauge('dBm', 'Signal of the wireless network'),
  wifi_strength_pct: gauge('%', 'Strength of the wireless network'),
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

/** Units by the ending that says them. */
const unitsByEnding: Readonly<Record<string, string>> = {
  a: 'A',
  bar: 'bar',
  c: '°C',
  count: '',
  dbm: 'dBm',
  deg: '°',
  eur: '€',
  g: 'g',
  gj: 'GJ',
  h: 'h',
  hpa: 'hPa',
  hz: 'Hz',
  kg: 'kg',
  kvarh: 'kvarh',
  kw: 'kW',
  kwh: 'kWh',
  lpm: 'l/min',
  lux: 'lx',
  lx: 'lx',
  m: 'm',
  m3: 'm³',
  ma: 'mA',
  min: 'min',
  mm: 'mm',
  ms: 'ms',
  mv: 'mV',
  mw: 'MW',
  pa: 'Pa',
  pct: '%',
  ppm: 'ppm',
  s: 's',
  v: 'V',
  va: 'VA',
  vah: 'VAh',
  var: 'var',
  w: 'W',
  wh: 'Wh',
};

const endingForm = /[a-z0-9]_(?:([a-z0-9]+)_per_)?([a-z0-9]+)(?:\[[0-9]+\])?$/;

/** The unit that the end of a name says, as ours do and those of many makers; empty where it says none. */
function unitOfName(name: string): string {
  const [, over, ending = ''] = endingForm.exec(name) ?? [];
  const units = [over, ending].filter((word) => word !== undefined).map(unitOfEnding);
  return units.includes('') ? '' : units.join('/');
}

function unitOfEnding(ending: string): string {
  return Object.hasOwn(unitsByEnding, ending) ? (unitsByEnding[ending] ?? '') : '';
}

/** The definition behind a name that may come from an older or newer database, or from a source. */
export function quantityDefinition(name: string): QuantityDefinition {
  return isQuantityName(name) ? quantities[name] : gauge(unitOfName(name), name);
}
