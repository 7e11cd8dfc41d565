import { monotonicMs, type Cancel } from '../gateway/core/clock.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../gateway/core/http.ts';
import type { SimulatedService } from '../modbus-sim/services/service.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A service of the virtual world, and how it is reached. */
export interface HttpPlace {
  /** `api.openweathermap.org`, `192.168.1.30:8080`: as it stands in URLs. */
  readonly host: string;
  readonly service: SimulatedService;
  /** How long an answer takes; 50 ms unless said, Infinity for one that never comes. */
  answerMs?(nowMs: number): number;
}

const answerMsUsual = 50;

/** HTTP on the virtual clock: every request is answered by the core of a simulated service, in the same process. */
export function createSimulatedHttp(places: readonly HttpPlace[], clock: SimulatedClock): HttpClient {
  const byHost = new Map(places.map((place) => [place.host, place]));
  return {
    request: async (request, signal) => {
      const url = new URL(request.url);
      const place = byHost.get(url.host);
      if (place === undefined)
        throw new GatewayError('host_unresolved', `the name ${url.hostname} has no address`);
      await answerTime(clock, place.answerMs?.(clock.truth()) ?? answerMsUsual, signal);
      return answerOf(place.service, request, clock.truth());
    },
  };
}

async function answerTime(clock: SimulatedClock, forMs: number, signal: AbortSignal): Promise<void> {
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

function answerOf(service: SimulatedService, request: HttpRequest, nowMs: number): HttpAnswer {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { body = '' } = request;
  const answer = service.handle(
    {
      method: request.method ?? 'GET',
      url: `${pathname}${search}`,
      headers,
      body: typeof body === 'string' ? body : new TextDecoder().decode(body),
    },
    nowMs,
  );
  return {
    status: answer.status,
    headers: answer.headers ?? {},
    body: new TextEncoder().encode(answer.body),
  };
}
