import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SeededRandom } from '../random.ts';
import { misbehave, type Misbehaviour, type WireAnswer } from './misbehaviour.ts';
import type { ServiceRequest, SimulatedService } from './service.ts';

export interface ServiceServerOptions {
  readonly service: SimulatedService;
  /** UTC epoch ms, simulated. */
  readonly nowMs: () => number;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Of what is added to answers and taken from them. Default 7. */
  readonly seed?: number;
  /** Makes it `https:`; PEM. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Called when a request came that will never be answered. */
  readonly onSilence?: () => void;
}

const requestBytesMax = 1_048_576;

/** A simulated service on a real port. It answers as the service does, until it is told to misbehave. */
export class ServiceServer {
  readonly #options: ServiceServerOptions;
  readonly #random: SeededRandom;
  readonly #server: Server | TlsServer;
  #kind: Misbehaviour | undefined;
  #goodRequests = 0;
  #requests = 0;

  private constructor(options: ServiceServerOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed ?? 7).fork(options.service.id);
    const listener: RequestListener = (request, response) => {
      void this.#serve(request, response);
    };
    const { tls } = options;
    this.#server =
      tls === undefined
        ? createServer(listener)
        : createTlsServer({ key: tls.key, cert: tls.certificate }, listener);
  }

  /** Throws what node:net says when the port cannot be had. */
  static async start(options: ServiceServerOptions): Promise<ServiceServer> {
    const server = new ServiceServer(options);
    server.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Without a slash at its end. */
  get url(): string {
    const { host = '127.0.0.1', tls } = this.#options;
    return `${tls === undefined ? 'http' : 'https'}://${host}:${this.port}`;
  }

  /** How many requests came so far. */
  get requests(): number {
    return this.#requests;
  }

  /**
   * From now on every answer is of that kind, after as many good ones as said: a log-in that works, and then not the
   * data. Without a kind it behaves again.
   */
  misbehave(kind: Misbehaviour | undefined, goodRequests = 0): void {
    this.#kind = kind;
    this.#goodRequests = goodRequests;
  }

  /** Hangs up and frees the port. Calling it again does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests += 1;
    // A client that hangs up is its own affair.
    response.on('error', () => undefined);
    const body = await bodyOf(request);
    if (body === undefined) response.socket?.destroy();
    else this.#send(this.#answer(asServiceRequest(request, body)), response);
  }

  #answer(request: ServiceRequest): WireAnswer {
    const nowMs = this.#options.nowMs();
    const answer = this.#options.service.handle(request, nowMs);
    const isGood = this.#kind === undefined || this.#goodRequests > 0;
    this.#goodRequests = Math.max(0, this.#goodRequests - 1);
    if (isGood || this.#kind === undefined) return { answer, end: 'whole' };
    return misbehave(this.#kind, { answer, request, nowMs, random: this.#random });
  }

  #send({ answer, end }: WireAnswer, response: ServerResponse): void {
    if (end === 'silent') {
      this.#options.onSilence?.();
      return;
    }
    if (end === 'reset') {
      // Over TLS a socket has no reset of its own.
      if (this.#options.tls === undefined) response.socket?.resetAndDestroy();
      else response.socket?.destroy();
      return;
    }
    const body = Buffer.from(answer.body);
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
    if (end === 'whole') response.end(body);
    else response.write(body.subarray(0, body.length / 2), () => response.socket?.destroySoon());
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > requestBytesMax) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

function asServiceRequest(request: IncomingMessage, body: string): ServiceRequest {
  const headers = Object.entries(request.headersDistinct).map(
    ([name, values = []]) => [name, values.join(', ')] as const,
  );
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: Object.fromEntries(headers),
    body,
  };
}
