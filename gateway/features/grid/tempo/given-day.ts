import { GatewayError } from '../../../core/errors.ts';
import { isTempoDay, type TempoDay } from '../../../core/tempo-day.ts';

/** A day as it was given. Errors: `input_invalid` names the input where there is no such day. */
export function givenDay(name: string, text: string): TempoDay {
  if (isTempoDay(text)) return text;
  throw new GatewayError('input_invalid', `${name}: ${JSON.stringify(text)} is no day`, {
    hint: 'write it as year, month and day: 2026-01-12',
    facts: { property: name },
  });
}
