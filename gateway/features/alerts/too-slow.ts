import { GatewayError } from '../../core/errors.ts';

/** A notifier was given up that says nothing: whether the message went out nobody knows. */
export function tooSlow(id: string, timeoutMs: number): GatewayError {
  return new GatewayError('notifier_unavailable', `notifier ${id} took longer than ${timeoutMs / 1_000} s`, {
    hint: 'it is tried again by itself; if it lasts, look at its server and the way there',
    facts: { timeoutMs, isUnclear: true },
  });
}
