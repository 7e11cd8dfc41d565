import { GatewayError } from '../../core/errors.ts';

/** What somebody has to correct: it is not tried again. */
export function refused(
  message: string,
  hint: string,
  facts: Record<string, string | number> = {},
): GatewayError {
  return new GatewayError('switch_refused', message, { hint, facts });
}

/** What may go the next time. */
export function unavailable(
  message: string,
  hint: string,
  facts: Record<string, string | number | boolean> = {},
): GatewayError {
  return new GatewayError('switch_unavailable', message, { hint, facts });
}
