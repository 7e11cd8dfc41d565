import { GatewayError } from '../../core/errors.ts';
import type { TempoColour } from '../../core/tempo-rules.ts';

const colours: ReadonlyMap<string, TempoColour> = new Map([
  ['BLUE', 'blue'],
  ['WHITE', 'white'],
  ['RED', 'red'],
]);

/**
 * A colour as RTE writes it; undefined for none, and for a word that is none of them. Errors: `answer_invalid` for
 * what is no word.
 */
export function rteColour(value: unknown, where: string): TempoColour | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return colours.get(value);
  throw new GatewayError('answer_invalid', `the answer has not BLUE, WHITE or RED at ${where}`, {
    hint: 'tell us: the form of RTE’s answers has changed',
    facts: { where },
  });
}
