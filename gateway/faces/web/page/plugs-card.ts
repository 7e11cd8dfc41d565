import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { cardsBySource } from './cards-by-source.ts';
import { formatFixed, formatPower } from './format.ts';

/** What draws power: plugs and relays with whether they are on, and circuits with their current. */
export function plugsCards(facts: CardFacts): readonly HomeCard[] {
  const plugs = facts.saying('load_power_w', 'relay_on').map((device) => plugLine(facts, device));
  const circuits = facts.saying('current_a').map((device) => ({
    id: device,
    name: facts.nameOf(device),
    ...facts.measured(device, 'current_a', (value) => formatFixed(value, 2, 'A')),
  }));
  return [
    ...(plugs.length === 0 ? [] : [{ id: 'plugs', title: 'Plugs', lines: plugs }]),
    ...cardsBySource(facts, circuits, { id: 'circuits', title: 'Circuits' }),
  ];
}

function plugLine(facts: CardFacts, device: string): CardLine {
  const source = facts.sourceName(device);
  const name = facts.nameOf(device);
  const hasPower = facts.live(device, 'load_power_w') !== undefined;
  const said = hasPower
    ? facts.measured(device, 'load_power_w', formatPower)
    : facts.measured(device, 'relay_on', onWord);
  const isOn = facts.value(device, 'relay_on');
  return {
    id: device,
    name: name === source ? name : `${source}, ${name}`,
    ...said,
    detail: hasPower && isOn !== null ? onWord(isOn) : '',
  };
}

function onWord(value: number): string {
  return value > 0 ? 'on' : 'off';
}
