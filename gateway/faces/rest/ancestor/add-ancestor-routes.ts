import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, GatewayError, type ErrorCode } from '../../../core/errors.ts';
import type { Principal } from '../../../features/command.ts';
import type { Dispatcher } from '../../commands/dispatcher.ts';
import type { Admission } from '../admission.ts';
import { callSignal } from '../call-signal.ts';
import { gatewayErrorFrom, statusOf } from '../problem.ts';
import { addStreamHead } from '../stream-head.ts';
import { ancestorRoutes } from './all.ts';
import type { AncestorAnswer, AncestorRequest, AncestorRoute } from './ancestor-route.ts';

export interface AncestorRoutesParts extends Pick<Admission, 'principalOf' | 'originOf' | 'requireScope'> {
  readonly dispatcher: Dispatcher;
}

/** Refusals that look the same on every path, and what is our own fault. */
const problems: ReadonlySet<ErrorCode> = new Set([
  'forbidden',
  'internal_error',
  'signature_invalid',
  'token_invalid',
]);

/** One route for each path of the earlier gateway. */
export function addAncestorRoutes(app: FastifyInstance, parts: AncestorRoutesParts): void {
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
        const { status, body } = await answerOf(route, requestOf(request, reply, parts), reply);
        return await reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
      },
    });
    if (isLong) addStreamHead(app, { path, scope, contentType: 'application/json; charset=utf-8' }, parts);
  }
}

async function answerOf(
  route: AncestorRoute,
  request: AncestorRequest,
  reply: FastifyReply,
): Promise<AncestorAnswer> {
  try {
    return await route.answer(request);
  } catch (thrown) {
    const error = gatewayErrorFrom(thrown);
    if (problems.has(error.code)) throw thrown;
    const seconds = error.facts['retryAfterSeconds'];
    if (typeof seconds === 'number') reply.header('retry-after', seconds);
    const body = route.errorBody ?? ((message: string) => ({ error: message }));
    return { status: statusOfAncestor(error), body: body(describeError(error)) };
  }
}

/** What is not part of this gateway is not the caller's mistake. */
function statusOfAncestor(error: GatewayError): number {
  if (error.code === 'command_unknown' || error.code === 'service_manager_missing') return 501;
  return statusOf(error);
}

function requestOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { dispatcher, principalOf, originOf }: AncestorRoutesParts,
): AncestorRequest {
  const call = { origin: originOf(request), signal: callSignal(reply) };
  const principal = principalOf(request);
  const reader: Principal = { ...principal, scopes: new Set([...principal.scopes, 'read']) };
  return {
    params: request.params as Readonly<Record<string, string>>,
    query: lastOfEach(request.query as Readonly<Record<string, string | readonly string[]>>),
    body: bodyOf(request.body),
    run: async (id, input = {}) =>
      await dispatcher.dispatch(id, withoutAbsent(input), { ...call, principal }),
    lookUp: async (id, input = {}) => await dispatcher.dispatch(id, input, { ...call, principal: reader }),
  };
}

function lastOfEach(
  query: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, string>> {
  const last = (value: string | readonly string[]): string =>
    typeof value === 'string' ? value : (value.at(-1) ?? '');
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, last(value)]));
}

function bodyOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return body as Readonly<Record<string, unknown>>;
  throw new GatewayError('input_invalid', 'the body must be a JSON object', { hint: 'send {"name": value}' });
}

function withoutAbsent(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
