import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from '../../commands/dispatcher.ts';
import type { Admission } from '../admission.ts';
import { callSignal } from '../call-signal.ts';
import { addStreamHead } from '../stream-head.ts';
import { ancestorRoutes } from './all.ts';
import { addBoilerPages } from './boiler-pages.ts';
import { answerAncestor, type AskedOfAncestor } from './answer-ancestor.ts';

export interface AncestorRoutesParts extends Pick<Admission, 'principalOf' | 'originOf' | 'requireScope'> {
  readonly dispatcher: Dispatcher;
}

/** One route for each path of the earlier gateway and of the boiler monitor. */
export function addAncestorRoutes(app: FastifyInstance, parts: AncestorRoutesParts): void {
  addBoilerPages(app);
  for (const route of ancestorRoutes) {
    const { method, path, scope, answerMsMax } = route;
    const isLong = answerMsMax !== undefined && method === 'GET';
    app.route({
      method,
      url: path,
      config: { scope },
      ...(isLong && { exposeHeadRoute: false }),
      handler: async (request, reply) => {
        const { socket } = request;
        // An injected request has no real one.
        if (answerMsMax !== undefined && socket instanceof Socket) socket.setTimeout(answerMsMax);
        parts.requireScope(request, scope);
        const { status, body, retryAfterSeconds } = await answerAncestor(
          route,
          askedOf(request, reply, parts),
          parts.dispatcher,
        );
        if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
        return await reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
      },
    });
    if (isLong) addStreamHead(app, { path, scope, contentType: 'application/json; charset=utf-8' }, parts);
  }
}

function askedOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { principalOf, originOf }: AncestorRoutesParts,
): AskedOfAncestor {
  return {
    params: request.params as AskedOfAncestor['params'],
    query: request.query as AskedOfAncestor['query'],
    body: request.body,
    call: { principal: principalOf(request), origin: originOf(request), signal: callSignal(reply) },
  };
}
