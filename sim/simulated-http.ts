import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { monotonicMs, type Cancel } from '../gateway/core/clock.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../gateway/core/http.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { misbehave, type WireAnswer } from '../modbus-sim/services/misbehaviour.ts';
import { jsonAnswer, type ServiceAnswer, type SimulatedService } from '../modbus-sim/services/service.ts';
import type { ServiceTrouble } from './service-fault.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A service of the virtual world, and how it is reached. */
export interface HttpPlace {
  /** `api.openweathermap.org`, `192.168.1.30:8080`: as it stands in URLs. */
  readonly host: string;
  readonly service: SimulatedService;
  /** How long an answer takes; 50 ms unless said, Infinity for one that never comes. */
  answerMs?(nowMs: number): number;
  /** What is wrong with it at that time. */
  trouble?(nowMs: number): ServiceTrouble | undefined;
}

/** A request that was made, and what came of it: undefined while nothing did. Times are UTC epoch ms, true. */
export interface HttpExchange {
  readonly host: string;
  readonly path: string;
  readonly startMs: number;
  endMs?: number;
  answer?: HttpAnswer;
  /** What the service said was changed, or kept back, on its way. */
  isSpoilt: boolean;
  /** Who asked was not there any more to hear it. */
  isUnheard: boolean;
}

const untouched = { isSpoilt: false, isUnheard: false };
const answerMsUsual = 50;
/** As the real client takes unless a request says more. */
const bytesMaxUsual = 1_048_576;

/**
 * HTTP on the virtual clock: every request is answered by the core of a simulated service, in the same process.
 * @param hear gets each exchange when it begins, and follows it
 */
export function createSimulatedHttp(
  places: readonly HttpPlace[],
  clock: SimulatedClock,
  hear?: (exchange: HttpExchange) => void,
): HttpClient {
  const byHost = new Map(
    places.map((place) => [place.host, { place, random: new SeededRandom(place.host) }]),
  );
  return {
    request: async (request, signal) => {
      const { host, hostname, pathname } = new URL(request.url);
      const exchange: HttpExchange = { host, path: pathname, startMs: clock.truth(), ...untouched };
      hear?.(exchange);
      try {
        const known = byHost.get(host);
        if (known === undefined)
          throw new GatewayError('host_unresolved', `the name ${hostname} has no address`);
        exchange.answer = await ask(request, signal, { ...known, clock, exchange });
        return exchange.answer;
      } finally {
        exchange.endMs = clock.truth();
        // What is done with an answer, part by part, is done before time passes: more steps than the clock waits for.
        void clock.pend(turn());
      }
    },
  };
}

interface Asking {
  readonly place: HttpPlace;
  readonly random: SeededRandom;
  readonly clock: SimulatedClock;
  readonly exchange: HttpExchange;
}

/** The service is asked half way: who hangs up then has been served all the same. */
async function ask(request: HttpRequest, signal: AbortSignal, asking: Asking): Promise<HttpAnswer> {
  const { place, clock, exchange } = asking;
  const trouble = place.trouble?.(clock.truth());
  exchange.isSpoilt = trouble !== undefined;
  if (trouble?.kind === 'fails') throw new GatewayError(trouble.code, `${place.host} cannot be reached`);
  const halfMs = answerMsOf(trouble, asking) / 2;
  await passTime(clock, halfMs, signal);
  const { answer, end } = wireAnswer(request, trouble, asking);
  await passTime(clock, end === 'silent' ? Infinity : halfMs, signal);
  if (end !== 'whole') throw new GatewayError('connection_closed', `${place.host} hung up`);
  const body = new TextEncoder().encode(answer.body);
  if (body.length > (request.bytesMax ?? bytesMaxUsual))
    throw new GatewayError('answer_invalid', `the answer of ${place.host} is too large`);
  return { status: answer.status, headers: answer.headers ?? {}, body };
}

function answerMsOf(trouble: ServiceTrouble | undefined, { place, clock }: Asking): number {
  if (trouble?.kind === 'hangs') return Infinity;
  if (trouble?.kind === 'slow') return trouble.answerMs;
  return place.answerMs?.(clock.truth()) ?? answerMsUsual;
}

function wireAnswer(
  request: HttpRequest,
  trouble: ServiceTrouble | undefined,
  { place, clock, random }: Asking,
): WireAnswer {
  const nowMs = clock.truth();
  if (trouble?.kind === 'waits') return { answer: waitAnswer(trouble, nowMs), end: 'whole' };
  const asked = asServiceRequest(request);
  const answer = place.service.handle(asked, nowMs);
  return trouble?.kind === 'misbehaves'
    ? misbehave(trouble.how, { answer, request: asked, nowMs, random })
    : { answer, end: 'whole' };
}

function waitAnswer(
  { status, seconds, isDate }: Extract<ServiceTrouble, { kind: 'waits' }>,
  nowMs: number,
): ServiceAnswer {
  const date = new Date(nowMs).toUTCString();
  const until = new Date(nowMs + seconds * 1_000).toUTCString();
  const headers = isDate ? { date, 'retry-after': until } : { date, 'retry-after': String(seconds) };
  return jsonAnswer(status, { error: 'come again later' }, headers);
}

function asServiceRequest(request: HttpRequest): Parameters<SimulatedService['handle']>[0] {
  const { pathname, search } = new URL(request.url);
  const { body = '' } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return {
    method: request.method ?? 'GET',
    url: `${pathname}${search}`,
    headers,
    body: typeof plain === 'string' ? plain : new TextDecoder().decode(plain),
  };
}

async function passTime(clock: SimulatedClock, forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw timedOut();
  await new Promise<void>((resolve, reject) => {
    let cancel: Cancel = () => undefined;
    const abort = (): void => {
      cancel();
      reject(timedOut());
    };
    signal.addEventListener('abort', abort, { once: true });
    if (forMs === Infinity) return;
    cancel = clock.at(monotonicMs(clock.monotonic() + forMs), () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}

function timedOut(): GatewayError {
  return new GatewayError('connection_timeout', 'no answer came in time');
}
