import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpClient, HttpRequest } from '../../../gateway/core/http.ts';
import type { LogFacts, Logger } from '../../../gateway/core/logger.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { FoundService } from '../../../gateway/core/service-discovery.ts';
import type { SourceAnswer, SourcePorts, SourceValue } from '../../../gateway/io/sources/source.ts';
import type { ServiceAnswer, SimulatedService } from '../../../modbus-sim/services/service.ts';

/** Stands for a network that has no answer. */
export const noAnswer = Symbol('no answer');

/** What the network makes of a request instead of handing it to the service; undefined hands it over. */
export type Trouble = (request: HttpRequest) => ServiceAnswer | typeof noAnswer | undefined;

/** Ports of a source on a clock that the test moves, and a service without sockets, whose requests are written down. */
export class SourceBench {
  readonly requests: HttpRequest[] = [];
  readonly warnings: string[] = [];
  readonly kept = new Map<string, string>();
  /** What says in the network that it is there, and how often it was listened to. */
  services: readonly FoundService[] = [];
  browses = 0;
  readonly ports: SourcePorts;
  nowMs: number;
  trouble: Trouble = () => undefined;

  constructor(service: SimulatedService, nowMs: number) {
    this.nowMs = nowMs;
    const http: HttpClient = {
      request: (request, signal) => {
        signal.throwIfAborted();
        this.requests.push(request);
        const answer = this.trouble(request) ?? handled(service, request, this.nowMs);
        if (answer === noAnswer)
          return Promise.reject(new GatewayError('connection_timeout', 'the server does not answer'));
        const { status, headers = {}, body } = answer;
        return Promise.resolve({ status, headers, body: Buffer.from(body) });
      },
    };
    const logger: Logger = {
      ...silentLogger,
      warn: (_facts: LogFacts, message: string) => void this.warnings.push(message),
    };
    this.ports = {
      id: 'source-1',
      clock: { wall: () => wallMs(this.nowMs), monotonic: () => monotonicMs(this.nowMs) },
      logger,
      http,
      network: { connectTcp: () => Promise.reject(new Error('not of this test')) },
      serial: { open: () => Promise.reject(new Error('not of this test')) },
      secrets: {
        load: (name) => Promise.resolve(this.kept.get(name)),
        save: (name, text) => Promise.resolve(void this.kept.set(name, text)),
      },
      work: { run: () => Promise.reject(new Error('not of this test')) },
      services: {
        browse: () => {
          this.browses += 1;
          return Promise.resolve(this.services);
        },
      },
      zone: 'Europe/Paris',
    };
  }

  /** Paths with their queries, in the order they were asked for, since the last call. */
  takePaths(): readonly string[] {
    return this.requests.splice(0).map(({ url }) => new URL(url).pathname + new URL(url).search);
  }
}

function handled(service: SimulatedService, request: HttpRequest, nowMs: number): ServiceAnswer {
  const url = new URL(request.url);
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return service.handle(
    {
      method: request.method ?? 'GET',
      url: url.pathname + url.search,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: typeof request.body === 'string' ? request.body : '',
    },
    nowMs,
  );
}

/** The one value of that name. */
export function valueOf(answer: SourceAnswer, quantity: string): SourceValue | undefined {
  return answer.values.find((value) => value.quantity === quantity);
}

export function textOf(answer: SourceAnswer, quantity: string): string | undefined {
  return answer.texts.find((text) => text.quantity === quantity)?.text;
}

/** Names that come more than once in an answer: there must be none. */
export function doubleNames({ values, texts }: SourceAnswer): readonly string[] {
  const names = [...values, ...texts].map(({ quantity, part = '' }) => `${part} ${quantity}`);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
