import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Admission } from './admission.ts';
import { createLiveProofs } from './live-proofs.ts';
import type { LiveStreams } from './live-streams.ts';
import { gatewayErrorFrom } from './problem.ts';
import type { Refusals } from './refusals.ts';
import { liveRoute } from './route.ts';
import { closingFor, socketClosing } from './socket-closing.ts';
import { webSocketReader } from './web-socket-reader.ts';

/** Offered by clients that know what is said here; another one will have another name. */
const liveProtocol = 'egw.v1';

// An import of the module reads all that it exports, and one of these loads a whole HTTP client: 5 MB.
const { ServerResponse } = process.getBuiltinModule('node:http');

export interface LiveSocketsParts {
  readonly admission: Pick<
    Admission,
    'isStillAdmitted' | 'originOf' | 'principalOf' | 'proveLater' | 'requireScope'
  >;
  readonly refusals: Refusals;
  readonly streams: LiveStreams;
  readonly alarm: Alarm;
  readonly clock: Clock;
}

/**
 * The live feed over WebSocket (RFC 6455). An upgrade is a request like any other: it goes the way of all routes, and
 * what is refused is refused there.
 *
 *     upgrade with credentials ------------------------------------> reading
 *     upgrade without --> proving (5 s) --{"token":"…"} is good----> reading
 *                                       --anything else, or its end-> closed
 *     reading --any message, the credential's end, too slow, stop--> closed
 */
export interface LiveSockets {
  /** Hands the upgrades of this server to the routes. */
  attach(
    server: Server,
    route: (request: IncomingMessage, response: InstanceType<typeof ServerResponse>) => void,
  ): void;
  /** Takes over the connection. Errors: `upgrade_required input_invalid forbidden queue_full`. */
  accept(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  close(): void;
  /** Ends at once what is still open. */
  terminate(): void;
}

interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

export function createLiveSockets(parts: LiveSocketsParts): LiveSockets {
  const { admission, refusals, streams } = parts;
  const upgrades = new WeakMap<IncomingMessage, Upgrade>();
  const sockets = new Set<WebSocket>();
  const proofs = createLiveProofs(parts);
  let server: WebSocketServer | undefined;

  const read = (request: FastifyRequest, socket: WebSocket): void => {
    admission.requireScope(request, liveRoute.scope);
    streams.open(
      () => webSocketReader(socket),
      () => admission.isStillAdmitted(request),
    );
    socket.on('message', () => socket.close(...closingFor(nothingExpected())));
  };
  // What comes after the upgrade is no answer any more, which would be noted by whoever sends it.
  const refuse = (request: FastifyRequest, socket: WebSocket, error: unknown): void => {
    const refused = { route: `GET ${liveRoute.path}`, origin: admission.originOf(request) };
    refusals.note(refused, gatewayErrorFrom(error));
    socket.close(...closingFor(error));
  };
  const prove = (request: FastifyRequest, socket: WebSocket): void =>
    proofs.await(
      socket,
      (token) => {
        admission.proveLater(request, token);
        read(request, socket);
      },
      (error) => refuse(request, socket, error),
    );
  return {
    attach: (httpServer, route) => {
      httpServer.on('upgrade', (request, socket, head) => {
        // Whoever hangs up in the middle is nobody's trouble.
        socket.on('error', () => undefined);
        upgrades.set(request, { socket, head });
        route(request, refusalOver(request));
      });
    },
    accept: async (request, reply) => {
      const isProven = admission.principalOf(request).kind !== 'anonymous';
      if (isProven) admission.requireScope(request, liveRoute.scope);
      const upgrade = upgrades.get(request.raw);
      if (upgrade === undefined) throw upgradeRequired(reply);
      checkHandshake(request);
      if (!isProven) proofs.assertRoom();
      server ??= await openServer();
      reply.hijack();
      reply.raw.detachSocket(request.raw.socket);
      server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        // It closes itself after what it reports here: a message that is too large, or no WebSocket's.
        socket.on('error', () => undefined);
        try {
          (isProven ? read : prove)(request, socket);
        } catch (error) {
          refuse(request, socket, error);
        }
      });
    },
    close: () => {
      proofs.close((socket) => socket.close(...socketClosing.stopping));
    },
    terminate: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** An answer of a connection that is no longer the HTTP server's: it ends with it. */
function refusalOver(request: IncomingMessage): InstanceType<typeof ServerResponse> {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // Whoever does not hang up himself must not keep the place of another.
  response.once('finish', () => socket.destroySoon());
  return response;
}

/** Loaded when the first comes: most homes have none. */
async function openServer(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import('ws');
  return new Server({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.liveMessageBytesMax,
    handleProtocols: () => liveProtocol,
  });
}

function checkHandshake({ headers }: FastifyRequest): void {
  if (headers['sec-websocket-version'] !== '13') throw badHandshake('the WebSocket version must be 13');
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    throw badHandshake('Sec-WebSocket-Key is missing or wrong');
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined || offered.split(',').some((name) => name.trim() === liveProtocol)) return;
  throw badHandshake(`none of the protocols offered is ${liveProtocol}`);
}

function badHandshake(message: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint: `offer the subprotocol ${liveProtocol}` });
}

function upgradeRequired(reply: FastifyReply): GatewayError {
  reply.header('upgrade', 'websocket').header('connection', 'upgrade');
  return new GatewayError('upgrade_required', 'this is a WebSocket', {
    hint: 'open it as one, or take /api/v1/events',
  });
}

function nothingExpected(): GatewayError {
  return new GatewayError('input_invalid', 'no message is expected here');
}
