import type { AlertFacts, Language } from '../../core/alert.ts';
import { localTimeText, type TimeTelling } from './alert-time.ts';
import { oneLine } from './plain-text.ts';

const place = /\{([A-Za-z][A-Za-z0-9]*)\}/g;
const nothing = '–';
const instantName = /[a-z0-9]Ms$/;

/** The names of the places in a text. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(place)].map(([, name = '']) => name);
}

/**
 * The text with its places filled, each once: what a fact says is never looked through for places. Numbers are written
 * as the language does, facts whose names end in `Ms` are instants, and what is not known is a dash.
 */
export function fillWords(text: string, facts: AlertFacts, telling: TimeTelling): string {
  return text.replace(place, (_whole, name: string) => factText(name, facts, telling));
}

function factText(name: string, facts: AlertFacts, telling: TimeTelling): string {
  const fact = Object.hasOwn(facts, name) ? facts[name] : null;
  if (fact === null || fact === undefined) return nothing;
  if (typeof fact === 'string') return oneLine(fact);
  if (!Number.isFinite(fact)) return nothing;
  return instantName.test(name) ? localTimeText(fact, telling) : numberText(fact, telling.language);
}

/** Two decimals are enough for people. */
export function numberText(value: number, language: Language): string {
  const rounded = Math.abs(value) < 1e15 ? Number(value.toFixed(2)) : value;
  const text = String(rounded === 0 ? 0 : rounded);
  return language === 'fr' ? text.replace('.', ',') : text;
}
