import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Admission } from './admission.ts';
import type { Refusals } from './refusals.ts';
import { gatewayErrorFrom, problemContentType, problemOf, statusOf } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

export interface ErrorAnswers {
  sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
  /** 404, or 405 with the methods that there are. */
  sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** Every error leaves as a problem document. Only what is our own fault is logged as an error. */
export function createErrorAnswers(
  { admission, refusals }: { readonly admission: Admission; readonly refusals: Refusals },
  logger: Logger,
  methodsOf: (path: string) => readonly string[],
): ErrorAnswers {
  const sendProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = gatewayErrorFrom(thrown);
    const path = pathOf(request);
    const status = statusOf(error);
    const facts = { method: request.method, path, code: error.code, status };
    if (status >= 500) logger.error({ ...facts, cause: causeOf(error) }, error.message);
    else logger.debug(facts, error.message);
    admission.countFailure(request, error);
    const origin = admission.originOf(request);
    if (origin !== 'local') refusals.note({ route: routeOf(request), origin }, error);
    const seconds = error.facts['retryAfterSeconds'];
    if (typeof seconds === 'number') reply.header('retry-after', seconds);
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="egw"');
    return reply
      .headers(securityHeaders)
      .code(status)
      .type(problemContentType)
      .serializer((payload: unknown) => JSON.stringify(payload))
      .send(problemOf(error, path));
  };
  return {
    sendProblem,
    sendNotFound: (request, reply) => {
      const methods = methodsOf(pathOf(request));
      if (methods.length > 0) reply.header('allow', methods.join(', '));
      return sendProblem(notFound(request.method, methods), request, reply);
    },
  };
}

/** The methods that the routes of this server take at a path; HEAD comes with GET. */
export function createMethodTable(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(
      `^${url.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`,
    );
    routes.push({ pattern, methods: typeof method === 'string' ? [method] : method });
  });
  return (path) =>
    [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort();
}

function notFound(method: string, methods: readonly string[]): GatewayError {
  if (methods.length === 0) {
    return new GatewayError('not_found', 'there is nothing here', {
      hint: 'what there is stands in /api/docs',
    });
  }
  return new GatewayError('method_not_allowed', `${method} cannot be done here`, {
    hint: `use ${methods.join(' or ')}`,
  });
}

/** For the log only. */
function causeOf({ cause }: GatewayError): string | undefined {
  return cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
}

/** As it is declared. */
function routeOf({ method, routeOptions: { url } }: FastifyRequest): string {
  return url === undefined ? 'no route' : `${method} ${url}`;
}

/** Without the query, which may hold what is nobody's business. */
function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?')[0]?.slice(0, 200) ?? '';
}
