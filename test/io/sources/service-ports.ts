import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../gateway/core/http.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { KeptSecrets, SourcePorts } from '../../../gateway/io/sources/source.ts';
import type { ServiceAnswer, SimulatedService } from '../../../modbus-sim/services/service.ts';

/** A service asked without a network: the ports of a source, what it asked, and a clock that tests move. */
export class ServicePorts {
  nowMs: number;
  /** Takes the place of the service while it is set; an error is that of the client. */
  instead: ((request: HttpRequest) => ServiceAnswer | Error | undefined) | undefined;
  readonly asked: HttpRequest[] = [];
  readonly logged: string[] = [];
  readonly kept = new Map<string, string>();
  readonly ports: SourcePorts;
  readonly #service: SimulatedService;

  constructor(service: SimulatedService, nowMs: number) {
    this.#service = service;
    this.nowMs = nowMs;
    const log = (facts: object, message: string): void => {
      this.logged.push(`${message} ${JSON.stringify(facts)}`);
    };
    const unused = (): Promise<never> =>
      Promise.reject(new GatewayError('internal_error', 'no source of a service needs it'));
    this.ports = {
      id: service.id,
      clock: { wall: () => wallMs(this.nowMs), monotonic: () => monotonicMs(this.nowMs) },
      logger: { ...silentLogger, info: log, warn: log, error: log },
      http: this.#client(),
      network: { connectTcp: unused },
      serial: { open: unused },
      secrets: this.#secrets(),
      work: { run: unused },
      zone: 'Europe/Paris',
    };
  }

  #client(): HttpClient {
    return {
      request: (request, signal) => {
        signal.throwIfAborted();
        this.asked.push(request);
        const answer = this.instead?.(request) ?? this.#answer(request);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(asHttp(answer));
      },
    };
  }

  #answer({ method = 'GET', url, headers = {}, body = '' }: HttpRequest): ServiceAnswer {
    const { pathname, search } = new URL(url);
    const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return this.#service.handle(
      {
        method,
        url: pathname + search,
        headers: Object.fromEntries(names),
        body: typeof body === 'string' ? body : Buffer.from(body).toString(),
      },
      this.nowMs,
    );
  }

  #secrets(): KeptSecrets {
    return {
      load: (name) => Promise.resolve(this.kept.get(name)),
      save: (name, text) => {
        this.kept.set(name, text);
        return Promise.resolve();
      },
    };
  }
}

function asHttp({ status, headers = {}, body }: ServiceAnswer): HttpAnswer {
  return { status, headers, body: Buffer.from(body) };
}
