import type { SaidText } from '../../../../gateway/core/said-text.ts';

import type { LiveValue, Quality, Source } from '../../../../gateway/faces/web/page/api-types.ts';
import { CardFacts } from '../../../../gateway/faces/web/page/card-facts.ts';
import type { CardLine, HomeCard } from '../../../../gateway/faces/web/page/card.ts';
import { homeCards } from '../../../../gateway/faces/web/page/home-cards.ts';
import { ownerOfSource } from '../../../../gateway/faces/web/page/owner.ts';

export const nowMs = Date.parse('2026-01-12T17:00:00Z');

export function source(id: string, facts: Partial<Source> = {}): Source {
  return {
    id,
    name: id,
    kind: 'k',
    state: 'up',
    sinceMs: nowMs - 3_600_000,
    readAtMs: nowMs - 12_000,
    nextReadMs: nowMs + 8_000,
    periodMs: 10_000,
    requestsToday: null,
    requestsPerDay: null,
    reason: null,
    ...facts,
  };
}

/** A good value of a second ago, or one with its quality and age in ms. */
type Given = number | null | readonly [number | null, Quality, number];

/** By `device/quantity`; the quantity is what follows the last slash. */
export function liveValues(given: Readonly<Record<string, Given>>): Map<string, LiveValue> {
  return new Map(
    Object.entries(given).map(([id, said]) => {
      const [value, quality, ageMs] =
        said === null || typeof said === 'number' ? ([said, 'good', 1_000] as const) : said;
      return [id, { ...keyOf(id), atMs: nowMs - ageMs, value, quality, stored: true }];
    }),
  );
}

function liveTexts(given: Readonly<Record<string, string>>): Map<string, SaidText> {
  return new Map(Object.entries(given).map(([id, text]) => [id, { ...keyOf(id), text, atMs: nowMs }]));
}

/** The cards of a home in Paris. */
export function cardsOf(
  sources: readonly Source[],
  values: Readonly<Record<string, Given>>,
  words: Readonly<Record<string, string>> = {},
): readonly HomeCard[] {
  const owners = sources.map(ownerOfSource);
  const [latest, texts] = [liveValues(values), liveTexts(words)];
  return homeCards(new CardFacts({ owners, latest, texts, nowMs, zone: 'Europe/Paris' }));
}

/** A line as one reads it. */
export function readOut({ name, text, doubt, detail = '' }: CardLine): string {
  const words = [name, text, doubt, detail].filter((word) => word !== '');
  return words.join(' | ').replaceAll('\u00a0', ' ');
}

function keyOf(id: string): { readonly device: string; readonly quantity: string } {
  const slash = id.lastIndexOf('/');
  return { device: id.slice(0, slash), quantity: id.slice(slash + 1) };
}
