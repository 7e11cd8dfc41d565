import { GatewayError } from '../core/errors.ts';

/** One of some words. `what` names it. Errors: `input_invalid`. */
export function storedChoice<Choice extends string>(
  what: string,
  word: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(word)) return word;
  throw new GatewayError('input_invalid', `${what} is none of ${choices.join(', ')}`);
}
