import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { formatFixed } from './format.ts';

const compass = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;

/** A card for each place whose weather is known. */
export function weatherCards(facts: CardFacts): readonly HomeCard[] {
  return facts.saying('outdoor_temperature_c').map((device) => ({
    id: `weather:${device}`,
    title: facts.nameOf(device),
    headline: {
      id: 'temperature',
      name: 'Temperature',
      ...facts.measured(device, 'outdoor_temperature_c', (value) => formatFixed(value, 1, '°C')),
      detail: capitalised(facts.text(device, 'weather_description') ?? ''),
    },
    lines: linesOf(facts, device),
  }));
}

function linesOf(facts: CardFacts, device: string): readonly CardLine[] {
  const line = (name: string, quantity: string, format: (value: number) => string): CardLine[] =>
    facts.live(device, quantity) === undefined
      ? []
      : [{ id: quantity, name, ...facts.measured(device, quantity, format) }];
  const falling = (name: string, quantity: string): CardLine[] =>
    (facts.value(device, quantity) ?? 0) > 0
      ? line(name, quantity, (value) => formatFixed(value, 1, 'mm/h'))
      : [];
  return [
    ...line('Feels like', 'outdoor_feels_like_c', (value) => formatFixed(value, 1, '°C')),
    ...line('Wind', 'wind_speed_m_per_s', kmPerHour).map((wind) => ({
      ...wind,
      detail: windDetail(facts, device),
    })),
    ...line('Clouds', 'cloud_cover_pct', (value) => formatFixed(value, 0, '%')),
    ...line('Humidity', 'outdoor_humidity_pct', (value) => formatFixed(value, 0, '%')),
    ...falling('Rain', 'rain_mm_per_h'),
    ...falling('Snow', 'snow_mm_per_h'),
  ];
}

function windDetail(facts: CardFacts, device: string): string {
  const direction = facts.value(device, 'wind_direction_deg');
  const gust = facts.value(device, 'wind_gust_m_per_s');
  const from = direction === null ? '' : `from ${compass[Math.round(direction / 45) % 8] ?? ''}`;
  return [from, gust === null ? '' : `gusts ${kmPerHour(gust)}`].filter((words) => words !== '').join(', ');
}

function kmPerHour(metresPerSecond: number): string {
  return formatFixed(metresPerSecond * 3.6, 0, 'km/h');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
