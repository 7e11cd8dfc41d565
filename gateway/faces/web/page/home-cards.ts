import type { CardFacts } from './card-facts.ts';
import type { HomeCard } from './card.ts';
import { gridCards } from './grid-card.ts';
import { plugsCards } from './plugs-card.ts';
import { probesCards } from './probes-card.ts';
import { roomsCards } from './rooms-card.ts';
import { tempoCards } from './tempo-card.ts';
import { weatherCards } from './weather-card.ts';

const makers = [weatherCards, roomsCards, gridCards, tempoCards, plugsCards, probesCards] as const;

/** The cards of what this home has, and none of what it has not. */
export function homeCards(facts: CardFacts): readonly HomeCard[] {
  return makers.flatMap((make) => make(facts));
}
