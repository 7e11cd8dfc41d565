import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { answerText, type SourceRequest } from './http-answers.ts';

/** Lock-outs last ten to thirty minutes and more, and asking prolongs them. */
const pauseMsMin = 15 * 60_000;

/** How long an answer tells us to stay away; undefined where it does not. */
export function pauseOf(answer: HttpAnswer, request: SourceRequest): number | undefined {
  const isLocked = /"attempt_limit_exceeded"/.test(new TextDecoder().decode(answer.body));
  if (answer.status !== 429 && !(answer.status === 400 && isLocked)) return undefined;
  try {
    answerText({ ...answer, status: 429 }, request);
  } catch (error) {
    if (error instanceof GatewayError) return patientMs(error.facts['retryAfterMs']);
    throw error;
  }
  return pauseMsMin;
}

/** The same error, with a pause that is long enough for the service. */
export function patient(error: unknown): unknown {
  if (!(error instanceof GatewayError) || errorCodeOf(error) !== 'rate_limited') return error;
  return limitedBy(error.message, patientMs(error.facts['retryAfterMs']));
}

export function limitedBy(what: string, retryAfterMs: number): GatewayError {
  return new GatewayError('rate_limited', `${what}: ${Math.ceil(retryAfterMs / 60_000)} minutes to wait`, {
    hint: 'nothing need be done: it is asked again then; other programs that use the same account count too',
    facts: { retryAfterMs },
  });
}

function patientMs(saidMs: unknown): number {
  return Math.max(pauseMsMin, typeof saidMs === 'number' ? saidMs : 0);
}
