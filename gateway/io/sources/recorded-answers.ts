import { judgedRoom } from './evohome-status.ts';
import { homewizardAnswer } from './homewizard-answer.ts';
import type { MeterClock } from './meter-time.ts';
import { oneCallWeather } from './openweathermap-fields.ts';
import type { SourceAnswer } from './source.ts';

/** What somebody has written down of an answer, by the names it had there. */
export type RecordedFields = Readonly<Record<string, string | number>>;

const kelvinAtZeroCelsius = 273.15;
const temperatures = ['temp', 'feels_like', 'dew_point'] as const;
const conditions = ['id', 'main', 'description', 'icon'] as const;
const weatherNow = [
  'pressure',
  'humidity',
  'uvi',
  'clouds',
  'visibility',
  'wind_speed',
  'wind_deg',
  'wind_gust',
] as const;

/**
 * Answers of sources that were recorded elsewhere, decoded as those that come live, so that both have the same names
 * and limits. Errors: `answer_invalid` names the field, `source_unavailable` where nothing was measured.
 */
export const recordedAnswers = {
  /** A P1 meter of HomeWizard, API v1, flattened; `clock.nowMs` is when it was written down. */
  p1: (fields: RecordedFields, clock: MeterClock): SourceAnswer =>
    homewizardAnswer(fields, { api: 'v1', role: 'grid', clock }),

  /** One Call 3.0 with its temperatures in °C (`temp_c`) or K (`temp_k`) and its times of the sun as text. */
  weather: (fields: RecordedFields, nowMs: number): SourceAnswer => {
    const taken = new Set<string>();
    const take = (name: string): string | number | undefined => {
      taken.add(name);
      return fields[name];
    };
    const current: Record<string, unknown> = { dt: take('dt') ?? nowMs / 1000 };
    for (const name of temperatures) {
      const [celsius, kelvin] = [take(`${name}_c`), take(`${name}_k`)];
      current[name] = typeof celsius === 'number' ? celsius + kelvinAtZeroCelsius : (celsius ?? kelvin);
    }
    for (const name of weatherNow) current[name] = take(name);
    for (const name of ['sunrise', 'sunset']) current[name] = secondsOf(take(name));
    current['weather'] = [Object.fromEntries(conditions.map((name) => [name, take(`weather_${name}`)]))];
    const rest = Object.entries(fields).filter(([name]) => !taken.has(name) && name !== 'current');
    return oneCallWeather({ ...Object.fromEntries(rest), current }, nowMs);
  },

  /** A room of Evohome. */
  room: (id: string, name: string, celsius: number | undefined): SourceAnswer => {
    const part = `zone-${id}`;
    return {
      values: celsius === undefined ? [] : [{ ...judgedRoom(celsius), part }],
      texts: name === '' ? [] : [{ quantity: 'name', text: name, part }],
    };
  },
} as const;

function secondsOf(written: string | number | undefined): number | undefined {
  if (typeof written !== 'string') return written;
  const atMs = Date.parse(written);
  return Number.isNaN(atMs) ? undefined : atMs / 1000;
}
