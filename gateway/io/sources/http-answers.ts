import { GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../core/http.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { excerptOf } from './excerpt.ts';

/** What a source asks, and what the errors about its answer need to know. */
export interface SourceRequest extends HttpRequest {
  /** The setting that lets us in, which a refusal's hint names: `apiKey`, `token`. */
  readonly credentialOption?: string;
  /** The setting that says where it is: `url`, `host`. */
  readonly addressOption?: string;
  /** UTC epoch ms: for a Retry-After that is a date, of a server that does not say its own time. */
  readonly nowMs?: number;
}

/** What errors about an answer tell of its request; of a URL only the host. */
export type AskedFor = Partial<SourceRequest>;

type Facts = Record<string, string | number>;

interface Complaint {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

/** Of a path that an error shows. */
const pathStepsMax = 8;

/**
 * Asks, and answers what the JSON of the answer says. Errors: those of the client and of `answerJson`.
 */
export async function getJson(
  http: HttpClient,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<unknown> {
  return answerJson(await http.request(request, signal), request);
}

/** Asks, and answers the text of the answer. Errors: those of the client and of `answerText`. */
export async function getText(
  http: HttpClient,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<string> {
  return answerText(await http.request(request, signal), request);
}

/**
 * The text of an answer that is well (2xx). No error holds the path or the query of the URL, nor a secret of the request.
 * Errors: `source_refused` (401, 403), `source_missing` (404, 410; 3xx with `facts.location`: another host's name, or
 * the path on this one), `rate_limited` (429) and `source_unavailable` (5xx), both with `facts.retryAfterMs` where it
 * was said; `answer_invalid` (anything else). All with `facts.status`, `facts.host`, and what was said in `facts.said`.
 */
export function answerText(answer: HttpAnswer, asked: AskedFor = {}): string {
  const text = decode(answer.body);
  if (answer.status >= 200 && answer.status < 300) return text;
  const { code, what, hint } = complaintAbout(answer, asked);
  throw new GatewayError(code, `${placeOf(asked)} ${what} (HTTP ${answer.status})`, {
    hint,
    facts: { ...factsOf(answer, asked), ...saidIn(text, asked) },
  });
}

/**
 * What the JSON of an answer says. An integer that a number cannot hold exactly is answered as its text. Errors: those
 * of `answerText`; `answer_invalid` with `facts.where` when it is no JSON: empty, a page, cut.
 */
export function answerJson(answer: HttpAnswer, asked: AskedFor = {}): unknown {
  const text = answerText(answer, asked);
  try {
    return /\d{16}/.test(text) ? (JSON.parse(text, keepIntegers) as unknown) : (JSON.parse(text) as unknown);
  } catch {
    // Its cause would quote the answer, secrets and all.
    throw new GatewayError('answer_invalid', `${placeOf(asked)} answered ${whatItIs(text)} instead of JSON`, {
      hint: hintOf('check that this is the right address', asked.addressOption),
      facts: { ...factsOf(answer, asked), where: 'body', bytes: answer.body.length, ...saidIn(text, asked) },
    });
  }
}

/** Replaces bytes that are no UTF-8: one bad byte in a name is no reason to lose the numbers. */
function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** ECMAScript gives the literal as a third argument (JSON.parse source text access). */
function keepIntegers(_key: string, value: unknown, ...rest: unknown[]): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const source = (rest[0] as { readonly source?: unknown } | undefined)?.source;
  return typeof source === 'string' && /^-?\d+$/.test(source) ? source : value;
}

function whatItIs(text: string): string {
  if (text.trim() === '') return 'nothing';
  if (/^\s*<(!doctype|html|head|body|\?xml)/i.test(text)) return 'a page';
  if (/^\s*[[{]/.test(text)) return 'something cut or damaged';
  return 'something else';
}

function complaintAbout({ status }: HttpAnswer, { credentialOption, addressOption }: AskedFor): Complaint {
  if (status === 401 || status === 403) {
    const hint = hintOf('check its token, key or password', credentialOption);
    return { code: 'source_refused', what: 'does not let us in', hint };
  }
  if (status === 404 || status === 410) {
    const hint = hintOf('check its address and its names', addressOption);
    return { code: 'source_missing', what: 'has not what is asked for', hint };
  }
  if (status >= 300 && status < 400) {
    const hint = hintOf('give the address where it is now', addressOption);
    return { code: 'source_missing', what: 'says that it has moved', hint };
  }
  if (status === 429)
    return { code: 'rate_limited', what: 'was asked too often', hint: 'make its period longer' };
  if (status >= 500)
    return {
      code: 'source_unavailable',
      what: 'cannot answer now',
      hint: 'nothing need be done: it is asked again',
    };
  const hint = hintOf('check its settings, and whether its firmware is new', addressOption);
  return { code: 'answer_invalid', what: 'did not understand us', hint };
}

function hintOf(what: string, option: string | undefined): string {
  return option === undefined ? what : `${what}: the setting ${option}`;
}

function placeOf({ url }: AskedFor): string {
  return hostOf(url) ?? 'the server';
}

function hostOf(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : URL.parse(url)?.host;
  return host === '' ? undefined : host;
}

function factsOf(answer: HttpAnswer, asked: AskedFor): Facts {
  const host = hostOf(asked.url);
  const facts: Facts = { status: answer.status };
  if (host !== undefined) facts['host'] = host;
  const waitMs = retryAfterMs(answer.headers, asked.nowMs);
  if (waitMs !== undefined) facts['retryAfterMs'] = waitMs;
  const location = answer.status < 400 ? locationOf(answer, asked) : undefined;
  if (location !== undefined) facts['location'] = location;
  return facts;
}

function locationOf({ headers }: HttpAnswer, asked: AskedFor): string | undefined {
  const text = headers['location'];
  if (text === undefined) return undefined;
  const here = hostOf(asked.url);
  const to = URL.parse(text, asked.url);
  if (to === null) return undefined;
  if (to.host !== here) return to.host;
  const steps = to.pathname.split('/', pathStepsMax + 1);
  return steps.map((step) => excerptOf(step, asked)).join('/');
}

function saidIn(text: string, asked: AskedFor): Facts {
  const said = /^\s*</.test(text) ? '' : excerptOf(text, asked);
  return said === '' ? {} : { said };
}
