import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { CloudBackend } from './cloud-backend.ts';

export interface BackendServerOptions {
  readonly backend: CloudBackend;
  /** UTC epoch ms, simulated. */
  readonly nowMs: () => number;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Added to every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The backend behind HTTP: POST {url}/{kind}. */
export class CloudBackendServer {
  readonly #options: BackendServerOptions;
  readonly #server: Server;
  readonly #authorizations: string[] = [];

  private constructor(options: BackendServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: BackendServerOptions): Promise<CloudBackendServer> {
    const server = new CloudBackendServer(options);
    server.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was said to be let in, of every request. */
  get authorizations(): readonly string[] {
    return this.#authorizations;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    this.#authorizations.push(request.headers.authorization ?? '');
    const { backend, nowMs, headers } = this.#options;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const packed = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    const { status, messages, detail } = backend.handle(body.toString(), nowMs());
    const isGood = status === 200;
    const type = isGood ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(JSON.stringify(isGood ? { messages } : { title: 'refused', status, detail }));
  }
}
