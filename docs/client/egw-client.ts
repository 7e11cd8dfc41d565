import type { Operations } from './operations/index.ts';
import { operations } from './operations/table.ts';
import { EgwProblem } from './egw-problem.ts';
import { liveEvents, type LiveEvent } from './live-events.ts';
import { signedHeaders, type RequestSigner } from './signed-headers.ts';

export { EgwProblem, type LiveEvent, type RequestSigner };
export type OperationId = keyof Operations;
export type Input<Id extends OperationId> = Operations[Id]['input'];
export type Output<Id extends OperationId> = Operations[Id]['output'];

export interface EgwClientOptions {
  /** `http://192.168.1.10:8080`, without a path. */
  readonly url: string;
  /** A token, or a signer; neither for the open operations. */
  readonly token?: string;
  readonly signer?: RequestSigner;
  /** Another `fetch`, such as one that knows a self-made certificate. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * The API of an energy gateway, typed by what its commands declare. Needs nothing but `fetch`. What the gateway
 * refuses is thrown as an `EgwProblem`; what does not reach it, as `fetch` throws it.
 */
export class EgwClient {
  readonly #options: EgwClientOptions;
  readonly #fetch: typeof fetch;
  readonly #origin: string;

  constructor(options: EgwClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.#origin = new URL(options.url).origin;
  }

  /** One operation: `await egw.call('reading.latest', { device: 'inverter-1' })`. */
  async call<Id extends OperationId>(
    id: Id,
    input: Input<Id>,
    options: CallOptions = {},
  ): Promise<Output<Id>> {
    const { output } = await this.#answer<Id>(await this.open(id, input, options));
    return output;
  }

  /** All pages of a list that comes in pages, one after the other, by the links between them. */
  async *pages<Id extends OperationId>(
    id: Id,
    input: Input<Id>,
    options: CallOptions = {},
  ): AsyncGenerator<Output<Id>, void> {
    let response = await this.open(id, input, options);
    for (;;) {
      const { output, next } = await this.#answer<Id>(response);
      yield output;
      if (next === undefined) return;
      response = await this.#send('GET', next, undefined, options);
    }
  }

  /** What happens, as it happens: first how things are. Ends when the gateway stops, or the signal says so. */
  async *events(options: CallOptions = {}): AsyncGenerator<LiveEvent, void> {
    yield* liveEvents(await this.#send('GET', '/api/v1/events', undefined, options));
  }

  /** The good answer itself: for answers that are text, such as `metrics.show` and `reading.export`. */
  async open<Id extends OperationId>(id: Id, input: Input<Id>, options: CallOptions = {}): Promise<Response> {
    const [method, path] = operations[id];
    const { target, rest } = withPath(path, input);
    if (method === 'GET' || method === 'DELETE')
      return await this.#send(method, target + queryOf(rest), undefined, options);
    return await this.#send(method, target, JSON.stringify(rest), options);
  }

  async #answer<Id extends OperationId>(
    response: Response,
  ): Promise<{ output: Output<Id>; next: string | undefined }> {
    const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { output: (isJson ? await response.json() : await response.text()) as Output<Id>, next };
  }

  async #send(
    method: string,
    target: string,
    body: string | undefined,
    { signal }: CallOptions,
  ): Promise<Response> {
    const ask = async (challenge?: string): Promise<Response> =>
      await this.#fetch(this.#origin + target, {
        method,
        redirect: 'error',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(await this.#credentials({ method, target, body: body ?? '' }, challenge)),
        },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
    const response = await ask();
    if (response.ok) return response;
    const problem = await EgwProblem.of(response);
    if (problem.code !== 'challenge_required') throw problem;
    // The gateway has just started, or its clock or ours is wrong: what it makes up itself is new in any case.
    const again = await ask((await this.call('auth.challenge', {}, signal && { signal })).challenge);
    if (again.ok) return again;
    throw await EgwProblem.of(again);
  }

  async #credentials(
    request: { readonly method: string; readonly target: string; readonly body: string },
    challenge: string | undefined,
  ): Promise<Record<string, string>> {
    const { token, signer } = this.#options;
    if (signer !== undefined && request.target !== operations['auth.challenge'][1])
      return await signedHeaders(signer, request, challenge);
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
}

function withPath(path: string, input: object): { target: string; rest: Record<string, unknown> } {
  const values = new Map<string, unknown>(Object.entries(input));
  const target = path.replaceAll(/:([A-Za-z]+)/g, (_all, name: string) => {
    const value = String(values.get(name));
    values.delete(name);
    return encodeURIComponent(value);
  });
  return { target, rest: Object.fromEntries(values) };
}

function queryOf(values: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
  return given.length === 0 ? '' : `?${query.toString()}`;
}
