import { GatewayError } from '../../core/errors.ts';
import type { QuantityName } from '../../core/quantity.ts';
import { numberAt, objectAt, readFields, type FieldRow } from './fields.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

const dayMs = 86_400_000;

/** A clock before this has not been set. */
const clockSetMs = Date.UTC(2015, 0, 1);

const kelvinAtZeroCelsius = 273.15;

/** No air at the ground was ever colder or hotter: Vostok 1983 −89.2 °C, Death Valley 1913 56.7 °C. */
const celsiusMin = -90;
const celsiusMax = 60;

type Range = readonly [min: number, max: number];

interface Form {
  readonly table: readonly FieldRow[];
  /** Where its `dt`, its `sunrise` and `sunset`, and its condition stand. */
  readonly dt: string;
  readonly sun: string;
  readonly weather: string;
  /** Fields known under another name: flattened to ours. */
  readonly names: Readonly<Record<string, string>>;
  /** Fields that are said otherwise, or are no weather now. */
  readonly without: readonly string[];
}

const temperatures: ReadonlySet<string> = new Set<QuantityName>([
  'outdoor_temperature_c',
  'outdoor_feels_like_c',
  'dew_point_c',
]);

function row(path: string, quantity: QuantityName, [min, max]: Range = [-Infinity, Infinity]): FieldRow {
  return { path, quantity, min, max };
}

const pct: Range = [0, 100];
const hectopascal: Range = [850, 1100];
const wind: Range = [0, 120];
const turn: Range = [0, 360];
const perHour: Range = [0, 500];
const metres: Range = [0, 100_000];

/** One Call 3.0: `current`. Temperatures are in K; `celsius` judges them. */
const oneCall: Form = {
  table: [
    { ...row('current.temp', 'outdoor_temperature_c'), isRequired: true },
    row('current.feels_like', 'outdoor_feels_like_c'),
    row('current.dew_point', 'dew_point_c'),
    row('current.pressure', 'air_pressure_hpa', hectopascal),
    row('current.humidity', 'outdoor_humidity_pct', pct),
    row('current.uvi', 'uv_index', [0, 50]),
    row('current.clouds', 'cloud_cover_pct', pct),
    row('current.visibility', 'visibility_m', metres),
    row('current.wind_speed', 'wind_speed_m_per_s', wind),
    row('current.wind_deg', 'wind_direction_deg', turn),
    row('current.wind_gust', 'wind_gust_m_per_s', wind),
    row('current.rain.1h', 'rain_mm_per_h', perHour),
    row('current.snow.1h', 'snow_mm_per_h', perHour),
    row('current.weather[0].id', 'weather_code', [200, 899]),
  ],
  dt: 'current.dt',
  sun: 'current',
  weather: 'current',
  names: {},
  without: [
    'minutely',
    'hourly',
    'daily',
    'alerts',
    'current.dt',
    'current.sunrise',
    'current.sunset',
    'cod',
  ],
};

/** Current weather 2.5. `main.temp_min` and `main.temp_max` are of a large city's ends now, not of the day: K. */
const current: Form = {
  table: [
    { ...row('main.temp', 'outdoor_temperature_c'), isRequired: true },
    row('main.feels_like', 'outdoor_feels_like_c'),
    row('main.pressure', 'air_pressure_hpa', hectopascal),
    row('main.humidity', 'outdoor_humidity_pct', pct),
    row('clouds.all', 'cloud_cover_pct', pct),
    row('visibility', 'visibility_m', metres),
    row('wind.speed', 'wind_speed_m_per_s', wind),
    row('wind.deg', 'wind_direction_deg', turn),
    row('wind.gust', 'wind_gust_m_per_s', wind),
    row('rain.1h', 'rain_mm_per_h', perHour),
    row('snow.1h', 'snow_mm_per_h', perHour),
    row('weather[0].id', 'weather_code', [200, 899]),
  ],
  dt: 'dt',
  sun: 'sys',
  weather: '',
  names: { 'coord.lat': 'lat', 'coord.lon': 'lon', timezone: 'timezone_offset', name: 'place' },
  without: ['dt', 'sys.sunrise', 'sys.sunset', 'sys.id', 'sys.type', 'id', 'base', 'cod'],
};

/**
 * An answer of One Call 3.0 in standard units. Errors: `answer_invalid`, naming where.
 */
export function oneCallWeather(answer: unknown, nowMs: number): SourceAnswer {
  return weatherOf(oneCall, answer, nowMs);
}

/**
 * An answer of the current weather 2.5 in standard units. Errors: `answer_invalid`, naming where.
 */
export function currentWeather(answer: unknown, nowMs: number): SourceAnswer {
  return weatherOf(current, answer, nowMs);
}

/**
 * The code that an answer says of itself, as a number or a text: 200 when it says none. Errors: `answer_invalid` when
 * it is no HTTP status, or the answer no object.
 */
export function successCode(answer: unknown): number {
  const { cod = 200 } = objectAt(answer, '');
  const isWritten = typeof cod === 'number' || (typeof cod === 'string' && /^\d{3}$/.test(cod));
  const code = isWritten ? Number(cod) : Number.NaN;
  if (Number.isInteger(code) && code >= 100 && code <= 599) return code;
  throw invalid('an HTTP status', 'cod');
}

function weatherOf(form: Form, answer: unknown, nowMs: number): SourceAnswer {
  const atMs = measuredMs(form, answer, nowMs);
  const { values, texts } = readFields(form.table, answer, { without: form.without });
  const measured = [...values.map(celsius), ...dryness(values, answer, form)];
  return {
    values: measured.map((value) => ({ ...value, quantity: nameOf(value.quantity, form), atMs })),
    texts: [
      ...texts.map(({ quantity, text }) => ({ quantity: nameOf(quantity, form), text })),
      ...sunTexts(form, answer, atMs),
    ],
  };
}

function measuredMs(form: Form, answer: unknown, nowMs: number): number {
  const atMs = numberAt(answer, form.dt) * 1000;
  const latestMs = nowMs < clockSetMs ? Infinity : nowMs + dayMs;
  if (atMs >= clockSetMs && atMs <= latestMs) return atMs;
  throw invalid('a time that can be', form.dt, 'check that the clock of this machine is right');
}

/** From K, to a hundredth. 0 K, which the service says when it knows none, is not believed. */
function celsius(value: SourceValue): SourceValue {
  if (!temperatures.has(value.quantity)) return value;
  const degrees = value.value - kelvinAtZeroCelsius;
  const isPossible = degrees >= celsiusMin && degrees <= celsiusMax;
  if (!isPossible) return { ...value, value: degrees, quality: 'suspect' };
  return { ...value, value: Math.round(degrees * 100) / 100 };
}

/** Rain and snow are told only while they fall: none is 0, where the condition (7xx: haze, 8xx: clouds) says so too. */
function dryness(values: readonly SourceValue[], answer: unknown, form: Form): readonly SourceValue[] {
  const code = values.find(({ quantity }) => quantity === 'weather_code')?.value ?? 0;
  if (code < 700 || code > 899) return [];
  const now = objectAt(answer, form.weather);
  return (['rain', 'snow'] as const)
    .filter((kind) => !Object.hasOwn(now, kind))
    .map((kind) => ({ quantity: `${kind}_mm_per_h`, value: 0 }));
}

function nameOf(name: string, form: Form): string {
  const prefix = form.weather === '' ? '' : `${form.weather}.`;
  const condition = name.startsWith(`${prefix}weather[0].`)
    ? `weather_${name.slice(prefix.length + 'weather[0].'.length)}`
    : undefined;
  return condition ?? form.names[name] ?? name;
}

/** Absent or 0 in polar day and night. */
function sunTexts(form: Form, answer: unknown, atMs: number): readonly SourceText[] {
  return (['sunrise', 'sunset'] as const).flatMap((quantity) => {
    const path = `${form.sun}.${quantity}`;
    const said = objectAt(answer, '')[form.sun] as Readonly<Record<string, unknown>> | undefined;
    if ((said?.[quantity] ?? undefined) === undefined) return [];
    const sunMs = numberAt(answer, path) * 1000;
    if (!(Math.abs(sunMs - atMs) <= 2 * dayMs)) return [];
    return [{ quantity, text: new Date(sunMs).toISOString().replace('.000Z', 'Z') }];
  });
}

function invalid(expected: string, where: string, hint?: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: hint ?? 'check whether baseUrl is the address of OpenWeatherMap',
    facts: { where, expected },
  });
}
