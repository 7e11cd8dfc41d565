import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { formatFixed, formatPower } from './format.ts';

/** What draws power: plugs and relays with whether they are on, and circuits with their current. */
export function plugsCards(facts: CardFacts): readonly HomeCard[] {
  const plugs = facts.saying('load_power_w', 'relay_on').map((device) => plugLine(facts, device));
  const circuits = facts.saying('current_a').map((device) => ({
    id: device,
    name: facts.nameOf(device),
    ...facts.measured(device, 'current_a', (value) => formatFixed(value, 2, 'A')),
  }));
  if (plugs.length + circuits.length === 0) return [];
  const title = circuits.length === 0 ? 'Plugs' : plugs.length === 0 ? 'Circuits' : 'Plugs and circuits';
  return [{ id: 'plugs', title, lines: [...plugs, ...circuits] }];
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
