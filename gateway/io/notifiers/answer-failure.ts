import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { saidByService } from '../said-by-service.ts';

export interface AskedService {
  /** `Discord`, `the webhook ops.example.org`. */
  readonly name: string;
  /** The settings that say where it is and who we are. */
  readonly settings: string;
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** What the body says went wrong, where that is known; its text otherwise. */
  readonly reason?: string;
}

/** Whoever answers once in the service's place must not silence us for years. */
const waitMsMax = 3_600_000;
/** Too slow, or too early. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425]);
/** The request may have been done behind whoever answers so (RFC 9110, 15.6.3 and 15.6.5). */
const unclearStatuses: ReadonlySet<number> = new Set([502, 504]);

/** What a status says of a message; undefined: it was taken. */
export function answerFailure(answer: HttpAnswer, asked: AskedService): GatewayError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const { name, settings, secrets, reason } = asked;
  const said = saidByService(reason ?? textOf(answer), secrets);
  const what = `${name} answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (isBusy(answer)) return busy(answer, asked, what);
  if (passingStatuses.has(status) || status >= 500)
    return new GatewayError('notifier_unavailable', what, {
      hint: 'it is tried again by itself',
      facts: { status, ...(unclearStatuses.has(status) && { isUnclear: true }) },
    });
  const isElsewhere = status >= 300 && status < 400;
  return new GatewayError('notifier_refused', what, {
    hint: `check ${settings}${isElsewhere ? '; redirects are not followed' : ''}`,
    facts: { status },
  });
}

function isBusy({ status, headers }: HttpAnswer): boolean {
  return status === 429 || (status === 503 && headers['retry-after'] !== undefined);
}

function busy(answer: HttpAnswer, { nowMs }: AskedService, what: string): GatewayError {
  return new GatewayError('rate_limited', what, {
    hint: 'it is tried again when it wants it',
    facts: { status: answer.status, ...waitFacts(answer, nowMs) },
  });
}

function waitFacts({ headers }: HttpAnswer, nowMs: number): { readonly retryAfterSeconds?: number } {
  const wantedMs = retryAfterMs(headers, nowMs);
  if (wantedMs === undefined) return {};
  return { retryAfterSeconds: Math.ceil(Math.min(wantedMs, waitMsMax) / 1_000) };
}

/** Of pages for people nothing is said. */
function textOf({ body, headers }: HttpAnswer): string {
  return /html/i.test(headers['content-type'] ?? '') ? '' : new TextDecoder().decode(body);
}
