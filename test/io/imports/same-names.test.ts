import { readFileSync } from 'node:fs';
import t from 'tap';
import { locationStatus } from '../../../gateway/io/sources/evohome-status.ts';
import { homewizardAnswer } from '../../../gateway/io/sources/homewizard-answer.ts';
import { oneCallWeather } from '../../../gateway/io/sources/openweathermap-fields.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { oneCallLyon } from '../sources/fixtures/openweathermap.ts';
import { homewizardFixture } from '../sources/p1-fixtures.ts';
import type { AncestorRecord } from './ancestor.ts';
import { read, scratch, stamp } from './mesura-files.ts';

const zone = 'Europe/Amsterdam';

/** What the live source says, by name; of the times only those that are not of the answer itself. */
function saidLive({ values, texts }: SourceAnswer): Map<string, unknown> {
  const name = (part: string | undefined, quantity: string): string =>
    part === undefined ? quantity : `${part} ${quantity}`;
  return new Map([
    ...values
      .filter(({ quality = 'good' }) => quality === 'good')
      .map(({ part, quantity, value, atMs }): [string, unknown] => [name(part, quantity), [value, atMs]]),
    ...texts.map(({ part, quantity, text }): [string, unknown] => [name(part, quantity), text]),
  ]);
}

t.test('a recorded answer of a P1 meter is imported as it is read', (t) => {
  const atMs = Date.UTC(2025, 4, 1, 12);
  const recorded = homewizardFixture('v1-data');
  delete recorded['external'];
  const live = saidLive(
    homewizardAnswer(recorded, { api: 'v1', role: 'grid', clock: { zone, nowMs: atMs } }),
  );
  const ancestor = scratch(t);
  const record = { ...(recorded as AncestorRecord), timestamp: stamp(atMs) };
  ancestor.append('energy.csv', record);
  ancestor.store('monitor.db', 'energy', record);
  for (const file of ['energy.csv', 'monitor.db']) {
    ancestor.close();
    const { rows, notes } = read(`${ancestor.directory}/${file}`);
    t.same(notes, []);
    t.same(saidLive(rows[0]?.answer ?? { values: [], texts: [] }), live, file);
  }
  t.ok(live.size > 40);
  t.end();
});

t.test('the weather that it kept is imported as it is read', (t) => {
  const { lat, lon, timezone, current } = oneCallLyon;
  const atMs = current.dt * 1000 + 20_000;
  const [condition] = current.weather;
  const ancestor = scratch(t);
  // Its process_weather_data, with what older versions kept besides.
  ancestor.append('weather.csv', {
    lat,
    lon,
    timezone,
    dt: current.dt,
    sunrise: stamp(current.sunrise * 1000),
    sunset: stamp(current.sunset * 1000),
    temp_c: Math.round((current.temp - 273.15) * 100) / 100,
    feels_like_c: Math.round((current.feels_like - 273.15) * 100) / 100,
    dew_point_k: current.dew_point,
    pressure: current.pressure,
    humidity: current.humidity,
    uvi: current.uvi,
    clouds: current.clouds,
    visibility: current.visibility,
    wind_speed: current.wind_speed,
    wind_deg: current.wind_deg,
    weather_id: condition?.id ?? null,
    weather_main: condition?.main ?? null,
    weather_description: condition?.description ?? null,
    weather_icon: condition?.icon ?? null,
    timestamp: stamp(atMs),
  });
  const live = saidLive(oneCallWeather(oneCallLyon, atMs));
  const { rows, notes } = read(ancestor.directory);
  t.same(notes, []);
  const imported = saidLive(rows[0]?.answer ?? { values: [], texts: [] });
  for (const [name, said] of imported) t.same(said, live.get(name), name);
  t.ok(imported.size >= 18, [...imported.keys()].join(' '));
  t.end();
});

t.test('rooms that it kept are imported as they are read', (t) => {
  const path = new URL('../sources/fixtures/evohome/status.json', import.meta.url);
  const status = JSON.parse(readFileSync(path, 'utf8')) as Status;
  const zones = status.gateways[0]?.temperatureControlSystems[0]?.zones ?? [];
  const atMs = Date.UTC(2025, 4, 1, 12);
  const columns = zones.map(({ zoneId, name, temperatureStatus }): [string, number | null] => [
    `_${zoneId}_${name.replaceAll(' ', '_')}`,
    temperatureStatus.temperature ?? null,
  ]);
  const ancestor = scratch(t);
  ancestor.store('evohome.db', 'evohome', { timestamp: stamp(atMs), ...Object.fromEntries(columns) });
  const live = saidLive(locationStatus(status));
  const { rows } = read(ancestor.directory);
  const imported = saidLive(rows[0]?.answer ?? { values: [], texts: [] });
  const there = zones.filter(({ temperatureStatus }) => temperatureStatus.temperature !== undefined);
  t.equal(imported.size, 2 * there.length);
  for (const [name, said] of imported) t.same(said, live.get(name), name);
  t.end();
});

interface Status {
  readonly gateways: readonly {
    readonly temperatureControlSystems: readonly {
      readonly zones: readonly {
        readonly zoneId: string;
        readonly name: string;
        readonly temperatureStatus: { readonly temperature?: number };
      }[];
    }[];
  }[];
}
