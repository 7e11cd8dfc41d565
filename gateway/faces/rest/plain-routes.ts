import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../../core/errors.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import type { Admission } from './admission.ts';
import { describeAncestorOperations } from './ancestor/describe-operations.ts';
import { docsAssets } from './docs-page.ts';
import { eventStreamOver } from './event-stream.ts';
import type { LiveSockets } from './live-sockets.ts';
import type { LiveStreams } from './live-streams.ts';
import { describeApi } from './openapi.ts';
import { eventsRoute, liveRoute, openApiRoute, type StaticAsset } from './route.ts';
import { answerStatic } from './static-answer.ts';
import { addStreamHead } from './stream-head.ts';

export interface PlainRoutesParts {
  readonly commands: readonly CommandDeclaration[];
  readonly staticAssets: ReadonlyMap<string, StaticAsset>;
  readonly version: string;
  readonly admission: Admission;
  readonly servesAncestorPaths: boolean;
  readonly streams: LiveStreams;
  readonly sockets: LiveSockets;
}

/** The routes that are not commands: the page's files, the API's description, the live events. */
export function addPlainRoutes(app: FastifyInstance, parts: PlainRoutesParts): void {
  const { commands, staticAssets, version, admission, streams, sockets } = parts;
  const compatibility = parts.servesAncestorPaths ? describeAncestorOperations() : {};
  for (const [path, asset] of [...staticAssets, ...docsAssets]) {
    app.get(path, { config: { scope: 'open' } }, answerStatic(asset));
  }
  if (!staticAssets.has('/setup')) addMissingSetupPage(app);
  let document: string | undefined;
  app.get(openApiRoute.path, { config: { scope: openApiRoute.scope } }, (request, reply) => {
    admission.requireScope(request, openApiRoute.scope);
    document ??= JSON.stringify(describeApi(commands, version, compatibility));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  app.route({
    method: 'GET',
    url: eventsRoute.path,
    exposeHeadRoute: false,
    config: { scope: eventsRoute.scope },
    handler: (request, reply) => {
      admission.requireScope(request, eventsRoute.scope);
      streams.open(
        () => eventStreamOver(reply.raw),
        () => admission.isStillAdmitted(request),
      );
      reply.hijack();
    },
  });
  addStreamHead(app, eventsRoute, admission);
  app.get(
    liveRoute.path,
    { config: { scope: liveRoute.scope, provesLater: true } },
    async (request, reply) => {
      await sockets.accept(request, reply);
    },
  );
}

/** The gateway does without the page of the Bluetooth set-up; who looks for it is told where it is. */
function addMissingSetupPage(app: FastifyInstance): void {
  app.get('/setup', { config: { scope: 'open' } }, () => {
    throw new GatewayError('not_found', 'this installation is without the set-up page', {
      hint: 'build it with: npm run build; or pair at / with the code that egw pairing show shows',
    });
  });
}
