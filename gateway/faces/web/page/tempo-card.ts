import type { CardFacts } from './card-facts.ts';
import { tempoColours, type CardLine, type HomeCard, type TempoColour } from './card.ts';
import { formatFixed } from './format.ts';

const words: Readonly<Record<TempoColour, string>> = { blue: 'Blue', white: 'White', red: 'Red' };

/** Tempo's days, and how many of each colour are left. */
export function tempoCards(facts: CardFacts): readonly HomeCard[] {
  return facts.saying('tempo_today_colour', 'tempo_tomorrow_colour').map((device) => ({
    id: `tempo:${device}`,
    title: 'Tempo',
    lines: [
      dayLine(facts, device, 'today'),
      dayLine(facts, device, 'tomorrow'),
      ...tempoColours.flatMap((colour) => leftLine(facts, device, colour)),
    ],
    note: 'Days go from 06:00 to 06:00.',
  }));
}

function dayLine(facts: CardFacts, device: string, day: 'today' | 'tomorrow'): CardLine {
  const quantity = `tempo_${day}_colour`;
  const colour = tempoColours[(facts.value(device, quantity) ?? 0) - 1];
  const said = facts.measured(device, quantity, () => '');
  const possible = colour === undefined ? possibleWords(facts.text(device, `${day}.possible`)) : '';
  return {
    id: day,
    name: day === 'today' ? 'Today' : 'Tomorrow',
    ...said,
    text: colour === undefined ? 'not known yet' : words[colour],
    detail: [dateWords(facts, device, day), possible].filter((said) => said !== '').join(', '),
    chip: colour ?? 'unknown',
  };
}

/** `Sat 21 Nov` */
function dateWords(facts: CardFacts, device: string, day: string): string {
  const atMs = Date.parse(`${facts.text(device, `${day}.day`) ?? ''}T12:00:00Z`);
  if (Number.isNaN(atMs)) return '';
  const format = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(atMs);
}

/** All three are no news. */
function possibleWords(possible = ''): string {
  const colours = possible.split(' ').filter((word) => word !== '');
  return colours.length > 0 && colours.length < tempoColours.length
    ? `it can be ${colours.join(' or ')}`
    : '';
}

function leftLine(facts: CardFacts, device: string, colour: TempoColour): readonly CardLine[] {
  const quantity = `tempo_${colour}_left_days`;
  const live = facts.live(device, quantity);
  if (live === undefined) return [];
  const said = facts.measured(device, quantity, (value) =>
    formatFixed(value, 0, value === 1 ? 'day' : 'days'),
  );
  return [{ id: colour, name: `${words[colour]} left`, ...said }];
}
