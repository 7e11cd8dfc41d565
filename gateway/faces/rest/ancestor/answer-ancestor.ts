import { describeError, GatewayError, type ErrorCode } from '../../../core/errors.ts';
import type { CommandCall, Principal } from '../../../features/command.ts';
import type { Dispatcher } from '../../commands/dispatcher.ts';
import { gatewayErrorFrom, statusOf } from '../problem.ts';
import type { AncestorAnswer, AncestorRequest, AncestorRoute } from './ancestor-route.ts';

/** A request to one of the earlier gateway's paths, whichever way it came. */
export interface AskedOfAncestor {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** As it was parsed. */
  readonly body: unknown;
  /** Who asks has the scope of the route. */
  readonly call: CommandCall;
}

export interface GivenAnswer extends AncestorAnswer {
  readonly retryAfterSeconds?: number;
}

/** Refusals that look the same on every path, and what is our own fault. */
const problems: ReadonlySet<ErrorCode> = new Set([
  'forbidden',
  'internal_error',
  'signature_invalid',
  'token_invalid',
]);

/** The answer in the earlier gateway's words. Errors: `input_invalid` (the body), and those that look the same on every path. */
export async function answerAncestor(
  route: AncestorRoute,
  asked: AskedOfAncestor,
  dispatcher: Dispatcher,
): Promise<GivenAnswer> {
  const request = requestOf(asked, dispatcher);
  try {
    return await route.answer(request);
  } catch (thrown) {
    const error = gatewayErrorFrom(thrown);
    if (problems.has(error.code)) throw thrown;
    const seconds = error.facts['retryAfterSeconds'];
    const body = route.errorBody ?? ((message: string) => ({ error: message }));
    return {
      status: statusOfAncestor(error),
      body: body(describeError(error)),
      ...(typeof seconds === 'number' && { retryAfterSeconds: seconds }),
    };
  }
}

/** What is not part of this gateway is not the caller's mistake. */
function statusOfAncestor(error: GatewayError): number {
  if (error.code === 'command_unknown' || error.code === 'service_manager_missing') return 501;
  return statusOf(error);
}

function requestOf({ params, query, body, call }: AskedOfAncestor, dispatcher: Dispatcher): AncestorRequest {
  const { principal } = call;
  const reader: Principal = { ...principal, scopes: new Set([...principal.scopes, 'read']) };
  return {
    params,
    query: lastOfEach(query),
    body: bodyOf(body),
    run: async (id, input = {}) => await dispatcher.dispatch(id, withoutAbsent(input), call),
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
