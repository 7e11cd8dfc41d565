import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { retryAfterMs } from '../../core/retry-after.ts';

export interface HttpPlace {
  readonly host: string;
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

const saidLengthMax = 200;
/** Whoever answers once in the backend's place must not silence us for years. */
const waitMsMax = 3_600_000;

/** What an answer means for the message that it is to; undefined: it was taken. */
export function httpVerdict(answer: HttpAnswer, place: HttpPlace): GatewayError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = `${place.host} answered ${status}${saidOf(answer, place.secrets)}`;
  const facts = { status };
  if (status === 401 || status === 403)
    return new GatewayError('uplink_refused', `the backend does not let us in: ${said}`, {
      hint: 'check that it knows this gateway and its key (or the token), and that the clocks are right',
      facts,
    });
  if (status === 413)
    return new GatewayError('request_too_large', `the message is too large for the backend: ${said}`, {
      facts,
    });
  if (status === 429 || status === 503) return busy(answer, place, said);
  if (status === 408 || status === 425 || status >= 500)
    return new GatewayError('uplink_unavailable', `the backend cannot take anything now: ${said}`, {
      hint: 'it is tried again by itself; if it lasts, look at its log',
      facts,
    });
  if (isOfMessage(status))
    return new GatewayError('uplink_refused', `the backend refuses the message: ${said}`, {
      hint: 'its log says what it does not like; the message is set aside, and the others go on',
      facts: { ...facts, isOfMessage: true },
    });
  return new GatewayError('uplink_refused', `there is no backend at that address: ${said}`, {
    hint: 'check url; redirects are not followed',
    facts,
  });
}

/** Not its address (404, 405, 410), and no way that it wants to be asked. */
function isOfMessage(status: number): boolean {
  return [400, 406, 409, 411, 412, 415, 422].includes(status);
}

function busy({ status, headers }: HttpAnswer, { nowMs }: HttpPlace, said: string): GatewayError {
  const wantedMs = retryAfterMs(headers, nowMs);
  const waitMs = wantedMs === undefined ? undefined : Math.min(wantedMs, waitMsMax);
  const code = status === 429 || waitMs !== undefined ? 'rate_limited' : 'uplink_unavailable';
  return new GatewayError(code, `the backend takes no more for now: ${said}`, {
    hint: 'it is tried again when the backend wants it',
    facts: { status, ...(waitMs !== undefined && { retryAfterSeconds: Math.ceil(waitMs / 1_000) }) },
  });
}

/** Title and detail of a problem document (RFC 9457, 3.1). */
function saidOf({ body, headers }: HttpAnswer, secrets: readonly string[]): string {
  if (!/json/.test(headers['content-type'] ?? '')) return '';
  const texts = problemTexts(new TextDecoder().decode(body));
  const shown = secrets
    .filter((secret) => secret.length > 2)
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), texts.join(': '));
  const plain = shown.replaceAll(/\p{Cc}+/gu, ' ').slice(0, saidLengthMax);
  return plain === '' ? '' : ` (${plain})`;
}

function problemTexts(text: string): readonly string[] {
  try {
    const { title, detail } = JSON.parse(text) as { readonly title?: unknown; readonly detail?: unknown };
    return [title, detail].filter((one) => typeof one === 'string');
  } catch {
    return [];
  }
}
