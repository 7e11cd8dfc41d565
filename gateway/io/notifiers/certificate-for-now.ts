import { GatewayError } from '../../core/errors.ts';

/**
 * A certificate that does not hold may hold tomorrow: it is renewed, the box at home no longer answers in everybody's
 * place, the clock is right again. What is to be told waits for that. Other errors stay as they are.
 */
export function certificateForNow(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'certificate_invalid') return error;
  const { message, hint = '', facts } = error;
  return new GatewayError('notifier_unavailable', message, {
    hint: `it is tried again by itself; if it lasts, ${hint}`,
    facts: { ...facts, isCertificate: true },
    cause: error,
  });
}
