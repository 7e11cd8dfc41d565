import { GatewayError } from '../core/errors.ts';

/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;

/** UTC epoch ms that can be stored. `what` names it. Errors: `input_invalid`. */
export function storedTime(what: string, atMs: number): number {
  if (Number.isSafeInteger(atMs) && atMs >= 0 && atMs <= latestMs) return atMs;
  throw new GatewayError('input_invalid', `${what} is ${atMs}, not whole milliseconds from 1970 to 9999`);
}
