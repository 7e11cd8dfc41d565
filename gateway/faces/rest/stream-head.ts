import type { FastifyInstance } from 'fastify';
import type { Admission } from './admission.ts';
import type { RouteConfig } from './route.ts';

interface StreamRoute extends RouteConfig {
  readonly path: string;
  readonly contentType: string;
}

/** HEAD of a route whose answer never ends, or is long to make: that it is there and may be asked for. */
export function addStreamHead(
  app: FastifyInstance,
  { path, scope, contentType }: StreamRoute,
  { requireScope }: Pick<Admission, 'requireScope'>,
): void {
  app.head(path, { config: { scope } }, (request, reply) => {
    if (scope !== 'open') requireScope(request, scope);
    return reply.type(contentType).send();
  });
}
