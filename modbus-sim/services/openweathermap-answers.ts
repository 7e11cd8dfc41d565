import type { Site } from '../site.ts';
import type { SimulatedAir } from './simulated-weather.ts';

/** K and m/s; °C and m/s; °F and mph. */
export type Units = 'standard' | 'metric' | 'imperial';

export interface AnswerFrame {
  readonly atMs: number;
  readonly site: Site;
  readonly units: Units;
}

/** Current weather 2.5, the form of openweathermap.org/current. */
export function currentAnswer(air: SimulatedAir, { atMs, site, units }: AnswerFrame): unknown {
  const temperature = temperatureIn(air.temperatureC, units);
  return {
    coord: { lon: site.longitudeDeg, lat: site.latitudeDeg },
    weather: [condition(air)],
    base: 'stations',
    main: {
      temp: temperature,
      feels_like: temperatureIn(air.feelsLikeC, units),
      temp_min: temperatureIn(air.temperatureC - 1.2, units),
      temp_max: temperatureIn(air.temperatureC + 1.1, units),
      pressure: air.pressureHpa,
      humidity: air.humidityPct,
      sea_level: air.pressureHpa,
      grnd_level: air.pressureHpa - 24,
    },
    visibility: air.visibilityM,
    wind: { speed: speedIn(air.windMps, units), deg: air.windDeg, gust: speedIn(air.gustMps, units) },
    ...precipitation(air),
    clouds: { all: Math.round(air.cloudCover * 100) },
    dt: atMs / 1000,
    sys: { type: 2, id: 2003587, country: 'FR', ...sunSeconds(air) },
    timezone: site.utcOffsetMinutes * 60,
    id: 2996944,
    name: 'Lyon',
    cod: 200,
  };
}

/** One Call 3.0 with all but `current` excluded, the form of openweathermap.org/api/one-call-3. */
export function oneCallAnswer(air: SimulatedAir, { atMs, site, units }: AnswerFrame): unknown {
  return {
    lat: site.latitudeDeg,
    lon: site.longitudeDeg,
    timezone: 'Europe/Paris',
    timezone_offset: site.utcOffsetMinutes * 60,
    current: {
      dt: atMs / 1000,
      ...sunSeconds(air),
      temp: temperatureIn(air.temperatureC, units),
      feels_like: temperatureIn(air.feelsLikeC, units),
      pressure: air.pressureHpa,
      humidity: air.humidityPct,
      dew_point: temperatureIn(air.dewPointC, units),
      uvi: rounded(air.uvIndex),
      clouds: Math.round(air.cloudCover * 100),
      visibility: air.visibilityM,
      wind_speed: speedIn(air.windMps, units),
      wind_deg: air.windDeg,
      wind_gust: speedIn(air.gustMps, units),
      ...precipitation(air),
      weather: [condition(air)],
    },
  };
}

/** Left out in polar day and night. */
function sunSeconds({ sun }: SimulatedAir): object {
  return {
    ...(sun.riseMs === undefined ? {} : { sunrise: sun.riseMs / 1000 }),
    ...(sun.setMs === undefined ? {} : { sunset: sun.setMs / 1000 }),
  };
}

function precipitation({ precipitationMmPerHour, temperatureC }: SimulatedAir): object {
  if (precipitationMmPerHour < 0.01) return {};
  return { [temperatureC < 1 ? 'snow' : 'rain']: { '1h': rounded(precipitationMmPerHour) } };
}

/** After openweathermap.org/weather-conditions. */
function condition({ cloudCover, precipitationMmPerHour, temperatureC, isDay }: SimulatedAir): object {
  const time = isDay ? 'd' : 'n';
  if (precipitationMmPerHour >= 0.01) {
    return temperatureC < 1
      ? { id: 600, main: 'Snow', description: 'light snow', icon: `13${time}` }
      : { id: 500, main: 'Rain', description: 'light rain', icon: `10${time}` };
  }
  if (cloudCover < 0.11) return { id: 800, main: 'Clear', description: 'clear sky', icon: `01${time}` };
  if (cloudCover < 0.25) return { id: 801, main: 'Clouds', description: 'few clouds', icon: `02${time}` };
  if (cloudCover < 0.51) {
    return { id: 802, main: 'Clouds', description: 'scattered clouds', icon: `03${time}` };
  }
  if (cloudCover < 0.85) return { id: 803, main: 'Clouds', description: 'broken clouds', icon: `04${time}` };
  return { id: 804, main: 'Clouds', description: 'overcast clouds', icon: `04${time}` };
}

function temperatureIn(celsius: number, units: Units): number {
  if (units === 'metric') return rounded(celsius);
  return rounded(units === 'imperial' ? celsius * 1.8 + 32 : celsius + 273.15);
}

function speedIn(metresPerSecond: number, units: Units): number {
  return rounded(units === 'imperial' ? metresPerSecond * 2.236936 : metresPerSecond);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
