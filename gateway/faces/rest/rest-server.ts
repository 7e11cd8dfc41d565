import assert from 'node:assert';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { monotonicMs, type Alarm, type Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { LiveEvent, LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import type { Dispatcher } from '../commands/dispatcher.ts';
import { createAdmission, type Admission, type AdmissionParts } from './admission.ts';
import { addAdmissionHooks } from './admission-hooks.ts';
import { addAncestorRoutes } from './ancestor/add-ancestor-routes.ts';
import { addAnswerForms } from './answer-forms.ts';
import { addCommandRoutes } from './command-routes.ts';
import { createErrorAnswers, createMethodTable } from './error-answers.ts';
import { capConnectionsPerAddress, createHttpServer } from './http-server.ts';
import { acceptJsonOnly } from './json-body.ts';
import { listenOnTcp, type ListenAddress } from './listen-tcp.ts';
import { listenOnLocalSocket } from './local-socket.ts';
import { createLiveSockets, type LiveSockets } from './live-sockets.ts';
import { createLiveStreams } from './live-streams.ts';
import { addPlainRoutes } from './plain-routes.ts';
import type { StaticAsset } from './route.ts';
import { createSecureServer, type SecureServerParts } from './secure-server.ts';
import { createRouteTable, type ServedRoute } from './route-table.ts';
import { createRefusals, type RefusalsParts } from './refusals.ts';

export type { ListenAddress };

/** A request without a socket, and its answer: `{ method, url, headers, payload }`, and `statusCode`, `json()`. */
export type RestRequest = InjectOptions;
export type RestResponse = LightMyRequestResponse;

export interface RestServerParts extends AdmissionParts, RefusalsParts {
  readonly dispatcher: Dispatcher;
  readonly commands: readonly CommandDeclaration[];
  readonly feed: LiveFeed;
  /** How things are now, as events: the first that a stream of events sends. */
  readonly liveSnapshot: () => readonly LiveEvent[];
  /** By path, `/` included; all of them are open. */
  readonly staticAssets: ReadonlyMap<string, StaticAsset>;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly version: string;
  /** Whether it answers at the paths of the gateway that it follows, too. Unless false. */
  readonly servesAncestorPaths?: boolean;
  /** Names under which it may be called, besides `localhost` and literal addresses. */
  readonly hostNames: readonly string[];
  /** Absent: nothing is encrypted. */
  readonly tls?: SecureServerParts;
}

/**
 * The HTTP face. `listen` and `listenLocal` open sockets; `inject` serves a request without any, and without
 * timers. Whoever made it closes it.
 */
export interface RestServer {
  /** Errors: `port_in_use config_invalid`. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** The same, encrypted; only where there is a certificate. Errors: as above. */
  listenSecure(address: ListenAddress): Promise<ListenAddress>;
  /** Undefined while it does not listen encrypted. */
  securePort(): number | undefined;
  /** Shows the certificate that there is now to whoever connects from here on. */
  renewSecure(): void;
  /** The owner's socket: the same routes with all scopes. Errors: `data_dir_in_use data_dir_unusable`. */
  listenLocal(path: string): Promise<void>;
  inject(request: RestRequest): Promise<RestResponse>;
  /** All that is answered, and who may ask for it. */
  readonly routes: readonly ServedRoute[];
  /** Ends streams and idle connections at once, and what is still being answered after half a second. */
  close(): Promise<void>;
}

const closeGraceMs = 500;

/** Nothing is open until `listen`. */
export async function createRestServer(parts: RestServerParts): Promise<RestServer> {
  const { commands, dispatcher, staticAssets, version, logger, servesAncestorPaths = true } = parts;
  const admission = createAdmission(parts);
  const streams = createLiveStreams(parts);
  const refusals = createRefusals(parts);
  const sockets = createLiveSockets({ ...parts, admission, refusals, streams });
  const app = fastify({
    logger: false,
    bodyLimit: limits.httpBodyBytesMax,
    pluginTimeout: 0,
    serverFactory: (handler) => createHttpServer(handler),
    // Refused by createHttpServer already.
    clientErrorHandler: () => undefined,
    frameworkErrors: (error, request, reply) => void answers.sendProblem(error, request, reply),
  });
  const answers = createErrorAnswers({ admission, refusals }, logger, createMethodTable(app));
  const routes = createRouteTable(app);
  acceptJsonOnly(app);
  addAnswerForms(app);
  addAdmissionHooks(app, admission);
  const stopRechecks = parts.credentials.onRemoved(() => streams.recheck());
  app.setErrorHandler((error, request, reply) => answers.sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => answers.sendNotFound(request, reply));
  addPlainRoutes(app, {
    commands,
    staticAssets,
    version,
    admission,
    servesAncestorPaths,
    streams,
    sockets,
  });
  addCommandRoutes(app, commands, { dispatcher, ...admission });
  if (servesAncestorPaths) addAncestorRoutes(app, { dispatcher, ...admission });
  await app.ready();
  capConnectionsPerAddress(app.server, parts.clock);
  const closeStreams = (): void => {
    stopRechecks();
    streams.close();
  };
  return serverOver(app, admission, { ...parts, routes, sockets, closeStreams });
}

interface ServerParts {
  readonly alarm: Alarm;
  readonly clock: Clock;
  readonly closeStreams: () => void;
  readonly sockets: LiveSockets;
  readonly routes: readonly ServedRoute[];
  readonly tls?: SecureServerParts;
}

function serverOver(app: FastifyInstance, admission: Admission, parts: ServerParts): RestServer {
  const { alarm, clock, closeStreams, sockets, routes, tls } = parts;
  const route = (request: IncomingMessage, response: ServerResponse): void => app.routing(request, response);
  const local = createHttpServer(route);
  const secure = tls && createSecureServer({ ...tls, clock }, route);
  const servers = [app.server, local, ...(secure ? [secure.server] : [])];
  for (const server of servers) sockets.attach(server, route);
  local.on('connection', (socket: Socket) => admission.markLocal(socket));
  return {
    listen: (address) => listenOnTcp(app.server, address),
    listenSecure: async (address) => {
      assert(secure !== undefined, 'a server without a certificate cannot encrypt');
      return await secure.listen(address);
    },
    securePort: () => secure?.port(),
    renewSecure: () => secure?.renew(),
    listenLocal: (path) => listenOnLocalSocket(local, path),
    inject: (request) => app.inject(request),
    routes,
    close: async () => {
      closeStreams();
      sockets.close();
      const cancelForce = alarm.at(monotonicMs(clock.monotonic() + closeGraceMs), () => {
        for (const server of servers) server.closeAllConnections();
        sockets.terminate();
      });
      await Promise.all(servers.map(closeServer));
      await app.close();
      cancelForce();
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => resolve(undefined));
  server.closeIdleConnections();
  await promise;
}
