import type { SeededRandom } from '../random.ts';
import { withChangedFields, withLaterField, withWrongTypes } from './changed-answer.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service.ts';

/** An answer that a service gave, and what it was given to. */
export interface GivenAnswer {
  readonly answer: ServiceAnswer;
  readonly request: ServiceRequest;
  /** UTC epoch ms. */
  readonly nowMs: number;
  readonly random: SeededRandom;
}

/** What goes over the wire: an answer, the beginning of one, or none. */
export interface WireAnswer {
  readonly answer: ServiceAnswer;
  /** `cut` ends the connection in the middle of the body, `reset` before the answer; `silent` never ends. */
  readonly end: 'whole' | 'cut' | 'reset' | 'silent';
}

/** Bytes of an answer that is larger than anybody should take. */
export const hugeBytes = 5 * 1_048_576;
/** Seconds that it asks to wait. */
export const retryAfterSeconds = 120;
/** Where it says that it has moved to. */
export const movedToHost = 'elsewhere.example';

const page =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Password</form></body></html>';
const wait = { 'retry-after': String(retryAfterSeconds) };

/** Ways in which a server answers other than it should. */
const ways = {
  status_400: () => whole(jsonAnswer(400, { error: 'bad request' })),
  /** Refuses, and repeats what it was told, secrets and all: what is best seen comes first. */
  echo: ({ request }) => whole(jsonAnswer(400, echoOf(request))),
  status_401: () => whole(jsonAnswer(401, { error: 'unauthorized' })),
  status_403: () => whole(jsonAnswer(403, { error: 'forbidden' })),
  status_404: () => whole(jsonAnswer(404, { error: 'not found' })),
  status_410: () => whole(jsonAnswer(410, { error: 'gone' })),
  status_429: () => whole(jsonAnswer(429, { error: 'too many requests' }, wait)),
  status_429_date: ({ nowMs }) => whole(tooMany(nowMs)),
  status_500: () => whole(pageAnswer(500)),
  status_503: () => whole(jsonAnswer(503, { error: 'maintenance' }, wait)),
  /** To another host, credentials of the query and all. */
  moved: ({ request }) => whole(movedAnswer(301, `https://${movedToHost}${request.url}`)),
  moved_here: ({ request }) => whole(movedAnswer(308, `/v9${request.url}`)),
  /** The sign-in page of a hotel, with status 200. */
  page: () => whole(pageAnswer(200)),
  empty: ({ answer }) => whole({ ...answer, body: '' }),
  huge: ({ answer }) => whole({ ...answer, status: 200, body: hugeBody() }),
  wrong_types: ({ answer }) => whole(withWrongTypes(answer)),
  changed_fields: ({ answer, random }) => whole(withChangedFields(answer, random)),
  later_field: ({ answer }) => whole(withLaterField(answer)),
  /** Half of the body, which is said to be all of it. */
  half: ({ answer }) => whole({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }),
  cut: ({ answer }) => ({ answer, end: 'cut' }),
  reset: ({ answer }) => ({ answer, end: 'reset' }),
  silent: ({ answer }) => ({ answer, end: 'silent' }),
} as const satisfies Record<string, (given: GivenAnswer) => WireAnswer>;

export type Misbehaviour = keyof typeof ways;

export const misbehaviours = Object.keys(ways) as readonly Misbehaviour[];

/** What becomes of a service's answer. */
export function misbehave(kind: Misbehaviour, given: GivenAnswer): WireAnswer {
  return ways[kind](given);
}

function echoOf({ url, headers, body }: ServiceRequest): unknown {
  const { authorization, cookie, ...others } = headers;
  const told = Object.entries(others).filter(([name]) => !/^(host|connection|accept|content)/.test(name));
  return [decodeURIComponent(url.replace(/^[^?]*\??/, '')), authorization, cookie, ...told, body];
}

let madeHugeBody: string | undefined;

/** Made once, when somebody wants it. */
function hugeBody(): string {
  madeHugeBody ??= `[${'0,'.repeat(hugeBytes / 2)}0]`;
  return madeHugeBody;
}

function tooMany(nowMs: number): ServiceAnswer {
  const dates = {
    date: new Date(nowMs).toUTCString(),
    'retry-after': new Date(nowMs + retryAfterSeconds * 1_000).toUTCString(),
  };
  return jsonAnswer(429, { error: 'too many requests' }, dates);
}

function pageAnswer(status: number): ServiceAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: page };
}

function movedAnswer(status: number, location: string): ServiceAnswer {
  return { status, headers: { location }, body: '' };
}

function whole(answer: ServiceAnswer): WireAnswer {
  return { answer, end: 'whole' };
}
