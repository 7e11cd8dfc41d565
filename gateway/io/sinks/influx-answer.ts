import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { isMap } from '../../core/is-map.ts';
import { retryAfterMs } from '../../core/retry-after.ts';

/** What the server has said to a write that it may at least have read. */
export type InfluxVerdict =
  | { readonly kind: 'taken' }
  | { readonly kind: 'too_large'; readonly reason: string }
  | { readonly kind: 'database_missing'; readonly reason: string }
  /** Something in it is refused; `dropped` points where it says how many, by their lines (from 0) where it says which. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly dropped?: number;
      readonly lines?: ReadonlyMap<number, string>;
    };

export interface InfluxPlace {
  /** For messages: without credentials. */
  readonly where: string;
  /** The settings that say who we are. */
  readonly credentials: string;
  readonly nowMs: number;
  /** Never repeated, even if the server does. */
  readonly secrets: readonly string[];
}

/**
 * Errors: `sink_refused` (401, 403, an address that is none of InfluxDB's), `rate_limited` (429) and
 * `sink_unavailable` (408, 5xx, a page of something in between), the last two with facts.retryAfterMs where said.
 */
export function judgeInfluxAnswer(answer: HttpAnswer, place: InfluxPlace): InfluxVerdict {
  const { status } = answer;
  if (status === 204) return { kind: 'taken' };
  const said = readBody(answer, place.secrets);
  if (status === 413) return { kind: 'too_large', reason: said.message };
  if (status === 404 && isDatabaseMissing(said)) return { kind: 'database_missing', reason: said.message };
  if (status === 400 || status === 422 || status === 201) return refusal(said);
  throw failure(answer, said.message, place);
}

interface Said {
  readonly message: string;
  readonly isJson: boolean;
  readonly lines?: ReadonlyMap<number, string>;
}

const messageLengthMax = 300;

/** 1.x: { error }, 2.x: { code, message }, 3: { error, data: [{ line_number, error_message }] }. */
function readBody({ body }: HttpAnswer, secrets: readonly string[]): Said {
  const text = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), new TextDecoder().decode(body));
  const value = parseJson(text);
  if (!isMap(value)) return { message: text.trim().slice(0, messageLengthMax), isJson: false };
  const message = [value['error'], value['message']].find((one) => typeof one === 'string') ?? text;
  const lines = Array.isArray(value['data']) ? lineErrors(value['data']) : undefined;
  return { message: message.slice(0, messageLengthMax), isJson: true, ...(lines !== undefined && { lines }) };
}

function lineErrors(data: readonly unknown[]): ReadonlyMap<number, string> | undefined {
  const lines = new Map<number, string>();
  for (const one of data) {
    if (!isMap(one) || typeof one['line_number'] !== 'number') return undefined;
    lines.set(one['line_number'] - 1, String(one['error_message']).slice(0, messageLengthMax));
  }
  return lines.size === 0 ? undefined : lines;
}

function isDatabaseMissing({ message, isJson }: Said): boolean {
  return isJson && /database|bucket|not found/i.test(message);
}

function refusal({ message, lines }: Said): InfluxVerdict {
  const dropped = /\bdropped[= ](\d+)/.exec(message)?.[1];
  return {
    kind: 'refused',
    reason: message === '' ? 'refused without a reason' : message,
    ...(dropped !== undefined && { dropped: Number(dropped) }),
    ...(lines !== undefined && { lines }),
  };
}

function failure(
  answer: HttpAnswer,
  message: string,
  { where, credentials, nowMs }: InfluxPlace,
): GatewayError {
  const { status, headers } = answer;
  const waitMs = retryAfterMs(headers, nowMs);
  const facts = { status, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
  const said = message === '' ? `${status}` : `${status}: ${message}`;
  if (status === 401 || status === 403)
    return new GatewayError('sink_refused', `${where} does not let us write (${said})`, {
      hint: `check ${credentials}, and that it may write there`,
      facts,
    });
  if (status === 429)
    return new GatewayError('rate_limited', `${where} takes no more for now (${said})`, {
      hint: 'it is tried again later; if it lasts, publish less',
      facts,
    });
  if (status === 408 || status === 425 || status >= 500)
    return new GatewayError('sink_unavailable', `${where} cannot write now (${said})`, {
      hint: 'it is tried again by itself; if it lasts, look at the server’s log',
      facts,
    });
  if (status < 300)
    return new GatewayError('sink_unavailable', `${where} answered ${status} where InfluxDB answers 204`, {
      hint: 'something between may have answered, as a log-in page does; check url and version',
      facts,
    });
  return new GatewayError('sink_refused', `${where} does not know how to take a write (${said})`, {
    hint: 'check url and version: it must be the address of InfluxDB itself',
    facts,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
