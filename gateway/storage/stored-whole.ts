import { GatewayError } from '../core/errors.ts';

/** A whole number from `least` on that can be stored. `what` names it. Errors: `input_invalid`. */
export function storedWhole(what: string, number: number, least = 0): number {
  if (Number.isSafeInteger(number) && number >= least) return number;
  const from = least === Number.MIN_SAFE_INTEGER ? '' : ` from ${least} on`;
  throw new GatewayError('input_invalid', `${what} is ${number}, not a whole number${from}`);
}
