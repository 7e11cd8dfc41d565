import { GatewayError } from '../core/errors.ts';
import { isTempoDay, type TempoDay } from '../core/tempo-day.ts';

/** A date that can be stored. `what` names it. Errors: `input_invalid`. */
export function storedDay(what: string, day: TempoDay): TempoDay {
  if (isTempoDay(day)) return day;
  throw new GatewayError('input_invalid', `${what} is ${day.slice(0, 20).toWellFormed()}, not a date`, {
    hint: 'write dates as 2026-01-31',
  });
}
