import { partsMax, quantityViews } from './wide-quantity-views.ts';
import { literal, quoted, tableOf, timestampOf } from './wide-sql.ts';

/** What the file holds of one device. */
export interface WideDevice {
  readonly id: number;
  readonly name: string;
  /** Numbers of its columns, by quantity. */
  readonly columns: ReadonlyMap<string, number>;
  /** What it says in words, by quantity: the texts that it has had, newest last. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

export interface WideView {
  readonly name: string;
  readonly sql: string;
}

type Columns = Readonly<Record<string, readonly string[]>>;

const phases = [1, 2, 3] as const;

/** Columns of the P1 logger `mesura`, and the quantities that they are of, the best first. */
const energyColumns: Columns = {
  wifi_strength: ['wifi_strength_pct'],
  smr_version: ['smr_version', 'protocol_version'],
  active_tariff: ['grid_tariff_code'],
  total_power_import_kwh: ['grid_import_kwh'],
  total_power_import_t1_kwh: ['grid_import_t1_kwh'],
  total_power_import_t2_kwh: ['grid_import_t2_kwh'],
  total_power_export_kwh: ['grid_export_kwh'],
  total_power_export_t1_kwh: ['grid_export_t1_kwh'],
  total_power_export_t2_kwh: ['grid_export_t2_kwh'],
  active_power_w: ['grid_power_w'],
  active_current_a: ['grid_current_a'],
  any_power_fail_count: ['grid_power_fail_count'],
  long_power_fail_count: ['grid_power_fail_long_count'],
  ...Object.fromEntries(
    phases.flatMap((phase) => [
      [`active_power_l${phase}_w`, [`grid_power_l${phase}_w`]],
      [`active_voltage_l${phase}_v`, [`grid_voltage_l${phase}_v`]],
      [`active_current_l${phase}_a`, [`grid_current_l${phase}_a`]],
      [`voltage_sag_l${phase}_count`, [`grid_voltage_sag_l${phase}_count`]],
      [`voltage_swell_l${phase}_count`, [`grid_voltage_swell_l${phase}_count`]],
    ]),
  ),
};
const energyTexts: Columns = {
  wifi_ssid: ['wifi_ssid'],
  meter_model: ['meter_model'],
  unique_id: ['unique_id'],
};

/** Of One Call 3.0, and of the older files. */
const weatherColumns: Columns = {
  lat: ['lat'],
  lon: ['lon'],
  timezone_offset: ['timezone_offset'],
  temp_c: ['outdoor_temperature_c'],
  feels_like_c: ['outdoor_feels_like_c'],
  dew_point_c: ['dew_point_c'],
  pressure: ['air_pressure_hpa'],
  humidity: ['outdoor_humidity_pct'],
  uvi: ['uv_index'],
  clouds: ['cloud_cover_pct'],
  visibility: ['visibility_m'],
  wind_speed: ['wind_speed_m_per_s'],
  wind_deg: ['wind_direction_deg'],
  weather_id: ['weather_code'],
};
const conditions = ['main', 'description', 'icon'] as const;
const weatherTexts: Columns = {
  timezone: ['timezone'],
  sunrise: ['sunrise'],
  sunset: ['sunset'],
  ...Object.fromEntries(
    conditions.map((name) => [
      `weather_${name}`,
      [`weather_${name}`, `current.weather[0].${name}`, `weather[0].${name}`],
    ]),
  ),
};

/**
 * The views of the logger `mesura`, with its columns, so that panels made for it go on working, and those by quantity.
 * Pure.
 */
export function wideViews(
  devices: readonly WideDevice[],
  names: { readonly energy: string; readonly weather: string; readonly evohome: string },
): readonly WideView[] {
  return [
    { name: 'energy', sql: energyView(devices, names.energy) },
    { name: 'weather', sql: weatherView(devices, names.weather) },
    { name: 'evohome', sql: evohomeView(devices, names.evohome) },
    ...quantityViews(devices),
  ];
}

/** The source whose zone it is; undefined when it is none. The times of its zones' rows stand in `wide_time`. */
export function sourceOfZone(device: string): string | undefined {
  const end = device.indexOf('/zone-');
  return end < 0 ? undefined : device.slice(0, end);
}

function energyView(devices: readonly WideDevice[], name: string): string {
  const device = devices.find((one) => one.name === name);
  const gas = devices.find((one) => one.name.startsWith(`${name}/gas`) && one.columns.has('gas_m3'));
  return viewOf('energy', device, [
    ...chosen(device, energyColumns),
    ...said(device, energyTexts),
    ...gasColumns(gas),
  ]);
}

/** The gas meter tells its own time, which is older. */
function gasColumns(gas: WideDevice | undefined): readonly string[] {
  const number = gas?.columns.get('gas_m3');
  const last = (what: string): string =>
    gas === undefined || number === undefined
      ? 'NULL'
      : `(SELECT ${what} FROM ${tableOf(gas)} AS g WHERE g.at_ms <= t.at_ms AND g.c${number} IS NOT NULL
         ORDER BY g.at_ms DESC LIMIT 1)`;
  const local = "substr(strftime('%Y%m%d%H%M%S', g.at_ms / 1000, 'unixepoch', 'localtime'), 3)";
  const id = gas === undefined ? 'NULL' : literal(gas.name.replace(/^.*\/gas-?/, ''));
  return [
    `${last(`g.c${number ?? 0}`)} AS total_gas_m3`,
    `${last(`CAST(${local} AS INTEGER)`)} AS gas_timestamp`,
    `${id} AS gas_unique_id`,
  ];
}

function weatherView(devices: readonly WideDevice[], name: string): string {
  const device = devices.find((one) => one.name === name);
  const kelvin = (column: string, quantity: string): string =>
    `${columnIn(device, [quantity])} + 273.15 AS ${column}`;
  return viewOf('weather', device, [
    't.at_ms / 1000 AS dt',
    ...chosen(device, weatherColumns),
    kelvin('temp_k', 'outdoor_temperature_c'),
    kelvin('feels_like_k', 'outdoor_feels_like_c'),
    kelvin('dew_point_k', 'dew_point_c'),
    ...said(device, weatherTexts),
  ]);
}

/** A column for each zone, by its id and by each name that it has had: what asks for an old name still finds it. */
function evohomeView(devices: readonly WideDevice[], name: string): string {
  const zones = devices
    .filter((one) => one.name.startsWith(`${name}/zone-`) && one.columns.has('room_temperature_c'))
    .slice(0, partsMax);
  const system = devices.find((one) => one.name.startsWith(`${name}/`) && one.texts.has('system_mode'));
  const columns = uniqueColumns(zones.flatMap((zone) => zoneColumns(zone, name)));
  return `CREATE VIEW evohome AS SELECT ${[
    timestampOf('t.at_ms'),
    `${system === undefined ? 'NULL' : textIn(system, 'system_mode')} AS system_mode`,
    ...columns.map(({ as, sql }) => `${sql} AS ${quoted(as)}`),
  ].join(', ')} FROM (SELECT at_ms FROM wide_time WHERE source = ${literal(name)}) AS t`;
}

interface NamedColumn {
  readonly as: string;
  readonly sql: string;
}

function zoneColumns(zone: WideDevice, source: string): readonly NamedColumn[] {
  const id = zone.name.slice(`${source}/zone-`.length);
  const names = zone.texts.get('name') ?? [''];
  const at = (quantity: string): string => {
    const number = zone.columns.get(quantity);
    return number === undefined
      ? 'NULL'
      : `(SELECT c${number} FROM ${tableOf(zone)} AS z WHERE z.at_ms = t.at_ms)`;
  };
  return names.toReversed().flatMap((name) => {
    const as = `_${id}_${name.replaceAll(' ', '_')}`;
    return [
      { as, sql: at('room_temperature_c') },
      { as: `${as}_set_point`, sql: at('room_set_point_c') },
    ];
  });
}

/** SQLite tells columns apart without regard to the case of letters from A to Z. */
function uniqueColumns(columns: readonly NamedColumn[]): readonly NamedColumn[] {
  const seen = new Set(['timestamp', 'system_mode']);
  return columns.slice(0, 1_000).filter(({ as }) => {
    const key = as.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function viewOf(name: string, device: WideDevice | undefined, columns: readonly string[]): string {
  const from = device === undefined ? '(SELECT 0 AS at_ms WHERE false)' : tableOf(device);
  return `CREATE VIEW ${name} AS SELECT ${[timestampOf('t.at_ms'), ...columns].join(', ')} FROM ${from} AS t`;
}

function chosen(device: WideDevice | undefined, columns: Columns): readonly string[] {
  return Object.entries(columns).map(
    ([as, quantities]) => `${columnIn(device, quantities)} AS ${quoted(as)}`,
  );
}

function columnIn(device: WideDevice | undefined, quantities: readonly string[]): string {
  const number = quantities.map((quantity) => device?.columns.get(quantity)).find((one) => one !== undefined);
  return number === undefined ? 'NULL' : `t.c${number}`;
}

function said(device: WideDevice | undefined, columns: Columns): readonly string[] {
  return Object.entries(columns).map(([as, quantities]) => {
    const quantity = quantities.find((one) => device?.texts.has(one) === true);
    const sql = device === undefined || quantity === undefined ? 'NULL' : textIn(device, quantity);
    return `${sql} AS ${quoted(as)}`;
  });
}

/** What was said last, until then. */
function textIn({ id }: WideDevice, quantity: string): string {
  return `(SELECT w.text FROM wide_text AS w WHERE w.device = ${id} AND w.quantity = ${literal(quantity)}
    AND w.at_ms <= t.at_ms ORDER BY w.at_ms DESC LIMIT 1)`;
}
