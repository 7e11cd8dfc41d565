import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { cardsBySource } from './cards-by-source.ts';
import { formatFixed } from './format.ts';

/** Probes of temperature and humidity. */
export function probesCards(facts: CardFacts): readonly HomeCard[] {
  const lines = facts.saying('temperature_c', 'humidity_pct').map((device) => probeLine(facts, device));
  return cardsBySource(facts, lines, { id: 'probes', title: 'Probes' });
}

function probeLine(facts: CardFacts, device: string): CardLine {
  const temperature = facts.measured(device, 'temperature_c', (value) => formatFixed(value, 1, '°C'));
  const humidity = facts.measured(device, 'humidity_pct', (value) => formatFixed(value, 0, '%'));
  const [has, alsoHumid] = [facts.live(device, 'temperature_c'), facts.live(device, 'humidity_pct')];
  const fault = facts.text(device, 'sensor_fault');
  const isFaulty = has?.quality === 'sensor_error' && fault !== undefined && fault !== 'none';
  return {
    id: device,
    name: facts.nameOf(device),
    ...(has === undefined ? humidity : temperature),
    detail: isFaulty
      ? fault
      : has !== undefined && alsoHumid !== undefined
        ? `humidity ${humidity.text}`
        : '',
  };
}
