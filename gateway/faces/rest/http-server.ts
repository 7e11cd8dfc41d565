import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Allowance } from '../../core/allowance.ts';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { NewestEntries } from '../../core/newest-entries.ts';
import type { TlsIdentity } from '../../core/tls-identity.ts';
import { clientAddress } from './client-address.ts';
import { problemContentType, problemOf } from './problem.ts';
import { liveRoute } from './route.ts';

const addressesMax = 1_024;
// An import of the module reads all that it exports, and one of these loads a whole HTTP client: 5 MB.
const { createServer } = process.getBuiltinModule('node:http');

/**
 * A server that a slow or greedy client cannot hold: Node's defaults leave a connection that trickles its
 * headers open for more than 75 s, these close it within 6 s (measured).
 */
export function createHttpServer(listener: RequestListener, tls?: TlsIdentity): Server {
  const options = {
    connectionsCheckingInterval: 1_000,
    headersTimeout: 5_000,
    shouldUpgradeCallback: isLiveUpgrade,
  };
  const server =
    tls === undefined
      ? createServer(options, listener)
      : process
          .getBuiltinModule('node:https')
          .createServer({ ...options, ...secureOptions(tls), handshakeTimeout: 5_000 }, listener);
  server.requestTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  server.setTimeout(10_000);
  server.maxConnections = limits.httpSocketsMax;
  server.on('clientError', refuseMalformed);
  return server;
}

/** Of a server, and of one whose certificate is renewed. */
export function secureOptions({ certificate, key }: TlsIdentity): {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
} {
  return { cert: certificate, key, minVersion: 'TLSv1.2' };
}

/** Anything else that asks for an upgrade is answered without one (RFC 9110 §7.8). */
function isLiveUpgrade({ url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?')[0] === liveRoute.path;
}

/**
 * Lets each address hold only so many connections, and open only so many a second, so that one client cannot use up
 * all of them, nor the time of the gateway: one that is over costs an accept, and nothing of it is read.
 */
export function capConnectionsPerAddress(server: Server, clock: Clock): void {
  const open = new Map<string, number>();
  const mayOpen = createArrivals(clock);
  server.on('connection', (socket: Socket) => {
    const address = clientAddress(socket.remoteAddress);
    const count = (open.get(address) ?? 0) + 1;
    if (count > limits.httpSocketsPerAddressMax || !mayOpen(address)) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

function createArrivals(clock: Clock): (address: string) => boolean {
  const arrivals = new NewestEntries<Allowance>(addressesMax);
  return (address) => {
    const known = arrivals.get(address);
    if (known !== undefined) return known.take();
    const allowance = new Allowance(clock, {
      atOnceMax: limits.httpConnectionsAtOnceMax,
      perSecond: limits.httpConnectionsPerSecondMax,
    });
    arrivals.set(address, allowance);
    return allowance.take();
  };
}

const malformed: Readonly<Record<string, { readonly status: string; readonly message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', message: 'the request came too slowly' },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message: 'the headers are too large',
  },
};

/** What is not HTTP never reaches a route. The connection cannot be used any further. */
function refuseMalformed(
  error: Error & { code?: string },
  socket: Pick<Socket, 'writable' | 'end' | 'destroy'>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = malformed[error.code ?? ''] ?? {
    status: '400 Bad Request',
    message: 'this is not HTTP',
  };
  const problem = {
    ...problemOf(new GatewayError('input_invalid', message), ''),
    status: Number(status.slice(0, 3)),
  };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
