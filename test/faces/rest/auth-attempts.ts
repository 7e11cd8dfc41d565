import { createHash } from 'node:crypto';
import { limits } from '../../../gateway/core/limits.ts';
import type { RestRequest } from '../../../gateway/faces/rest/rest-server.ts';
import type { ServedRoute } from '../../../gateway/faces/rest/route-table.ts';
import { scopes, type Scope } from '../../../gateway/features/command.ts';
import { SigningClient, type SigningRequest } from '../../signing-client.ts';
import type { StubGateway } from '../stub-gateway.ts';

export interface Route extends ServedRoute {
  /** With its parameters filled in. */
  readonly path: string;
  readonly hasBody: boolean;
  readonly isCommand: boolean;
  readonly isSecond: boolean;
}

/** A request, and the statuses that it may get. */
export interface Attempt {
  readonly name: string;
  /** Made before. */
  readonly first?: RestRequest;
  readonly request: RestRequest;
  readonly statuses: readonly number[];
  /** Nothing may run, and nothing may be changed. */
  readonly isRefused: boolean;
  /** Security events that it must leave, in a row. */
  readonly event?: RegExp;
}

export interface Bench {
  readonly gateway: StubGateway;
  readonly ran: string[];
  readonly tokenOf: (wanted: readonly Scope[]) => string;
  readonly clientOf: (wanted: readonly Scope[]) => SigningClient;
  readonly removedToken: string;
  readonly expiredToken: string;
  readonly removedClient: SigningClient;
  readonly expiredClient: SigningClient;
}

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

type MakeAttempt = (route: Route, bench: Bench) => Attempt | undefined;

/** With the right scope and the body that it should have, or nothing. */
function requestOf({ method, path, hasBody }: Route): RestRequest & { readonly payload?: string } {
  return {
    method: method,
    url: path,
    ...(hasBody && { payload: '{}', headers: { 'content-type': 'application/json' } }),
  };
}

function withHeaders(route: Route, headers: Record<string, string>): RestRequest {
  const request = requestOf(route);
  return { ...request, headers: { ...request.headers, ...headers } };
}

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

function refusedWith(
  name: string,
  headers: (bench: Bench) => Record<string, string>,
  event: RegExp,
): MakeAttempt {
  return (route, bench) => ({
    name,
    request: withHeaders(route, headers(bench)),
    statuses: [401],
    isRefused: true,
    event,
  });
}

/** Signed for this route by the client of its scope, then spoilt. */
function spoilt(
  name: string,
  spoil: (signed: {
    route: Route;
    bench: Bench;
    client: SigningClient;
    plain: SigningRequest;
  }) => RestRequest,
  { event = /^signature\.wrong$/, status = 401 }: { event?: RegExp; status?: number } = {},
): MakeAttempt {
  return (route, bench) => {
    const client = bench.clientOf([route.scope as Scope]);
    const plain = plainOf(route, bench);
    return {
      name,
      request: spoil({ route, bench, client, plain }),
      statuses: [status],
      isRefused: true,
      event,
    };
  };
}

/** The same again. */
function repeated(name: string, nonceOf: (bench: Bench) => string | undefined, event: RegExp): MakeAttempt {
  return (route, bench) => {
    const nonce = nonceOf(bench);
    const plain = { ...plainOf(route, bench), ...(nonce !== undefined && { nonce }) };
    const request = withHeaders(route, bench.clientOf([route.scope as Scope]).headers(plain));
    return { name, first: request, request, statuses: [401], isRefused: true, event };
  };
}

function plainOf({ method, path, hasBody }: Route, { gateway }: Bench): SigningRequest {
  return { method, url: path, timeMs: gateway.time.wall(), ...(hasBody && { body: '{}' }) };
}

/** S + L: the same point, another number. */
function malleated(headers: Record<string, string>): Record<string, string> {
  const signature = Buffer.from(headers['x-gw-sig'] ?? '', 'base64url');
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
  const more = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return { ...headers, 'x-gw-sig': Buffer.concat([signature.subarray(0, 32), more]).toString('base64url') };
}

/** Under the point (0, 1) this would be a signature of anything. */
function smallOrder(timeMs: number): Record<string, string> {
  const point = Buffer.alloc(32);
  point[0] = 1;
  return {
    'x-gw-key': createHash('sha256').update(point).digest('hex').slice(0, 12),
    'x-gw-time': String(timeMs),
    'x-gw-nonce': 'AAAAAAAAAAAAAAAAAAAAAA',
    'x-gw-sig': Buffer.concat([point, Buffer.alloc(32)]).toString('base64url'),
  };
}

function challengeOf({ access }: StubGateway): string {
  return access.challenges.issue('10.255.0.1').nonce;
}

/** More than any route takes. */
const largeBody = `"${'x'.repeat(limits.tsmBytesMax)}"`;
const otherBody = '{"x":1}';

const every: readonly MakeAttempt[] = [
  refusedWith('without anything', () => ({}), /^credential\.missing$/),
  refusedWith('with nonsense', () => bearer('nonsense'), /^token\.unknown$/),
  refusedWith('with an unknown token', () => bearer(`egw_${'A'.repeat(43)}`), /^token\.unknown$/),
  refusedWith('with a password', () => ({ authorization: 'Basic dXNlcjpwdw==' }), /^credential\.missing$/),
  refusedWith('with an expired token', ({ expiredToken }) => bearer(expiredToken), /^token\.expired$/),
  refusedWith('with a removed token', ({ removedToken }) => bearer(removedToken), /^token\.unknown$/),
  (route, { tokenOf }) => ({
    name: 'with a token of every other scope',
    request: withHeaders(route, bearer(tokenOf(scopes.filter((other) => other !== route.scope)))),
    statuses: [403],
    isRefused: true,
    event: /^scope\.missing$/,
  }),
  (route, { tokenOf }) => ({
    name: 'with a token of its scope',
    request: withHeaders(route, bearer(tokenOf([route.scope as Scope]))),
    statuses: [200, 201, 204, 400, 404, 409, 422, 426, 500, 501, 502, 503, 504],
    isRefused: false,
  }),
  (route, bench) => ({
    name: 'signed with a key of every other scope',
    request: withHeaders(
      route,
      bench.clientOf(scopes.filter((other) => other !== route.scope)).headers(plainOf(route, bench)),
    ),
    statuses: [403],
    isRefused: true,
    event: /^scope\.missing$/,
  }),
  (route, bench) => ({
    name: 'signed with a key of its scope',
    request: withHeaders(route, bench.clientOf([route.scope as Scope]).headers(plainOf(route, bench))),
    statuses: [200, 201, 204, 400, 404, 409, 422, 426, 500, 501, 502, 503, 504],
    isRefused: false,
  }),
  spoilt('with a wrong signature', ({ route, client, plain }) =>
    withHeaders(route, { ...client.headers(plain), 'x-gw-nonce': 'AAAAAAAAAAAAAAAAAAAAAA' }),
  ),
  spoilt('with S + L', ({ route, client, plain }) => withHeaders(route, malleated(client.headers(plain))), {
    event: /^signature\.(wrong|form)$/,
  }),
  spoilt('with a small-order key', ({ route, plain }) => withHeaders(route, smallOrder(plain.timeMs)), {
    event: /^signature\.unknown_key$/,
  }),
  spoilt(
    'with half a signature',
    ({ route, client, plain }) => {
      const signed = new Map(Object.entries(client.headers(plain)));
      signed.delete('x-gw-sig');
      return withHeaders(route, Object.fromEntries(signed));
    },
    { event: /^signature\.form$/ },
  ),
  spoilt(
    'with a signature and a token',
    ({ route, bench, client, plain }) =>
      withHeaders(route, { ...client.headers(plain), ...bearer(bench.tokenOf([route.scope as Scope])) }),
    { event: /^signature\.form$/ },
  ),
  spoilt(
    'signed a minute too early',
    ({ route, client, plain }) =>
      withHeaders(route, client.headers({ ...plain, timeMs: plain.timeMs - 60_001 })),
    { event: /^signature\.time$/ },
  ),
  spoilt(
    'signed a minute too late',
    ({ route, client, plain }) =>
      withHeaders(route, client.headers({ ...plain, timeMs: plain.timeMs + 60_001 })),
    { event: /^signature\.time$/ },
  ),
  repeated('signed, twice', () => undefined, /^signature\.replayed$/),
  repeated('with a challenge, twice', ({ gateway }) => challengeOf(gateway), /^signature\.challenge$/),
  spoilt(
    'with a challenge too old',
    ({ route, bench: { gateway }, client, plain }) => {
      const nonce = challengeOf(gateway);
      gateway.time.pass(limits.challengeLifeMs);
      return withHeaders(route, client.headers({ ...plain, nonce }));
    },
    { event: /^signature\.challenge$/ },
  ),
  spoilt('signed for another gateway', ({ route, bench, plain }) => {
    const other = new SigningClient('zzzzzzzz234567ab');
    return withHeaders(route, {
      ...other.headers(plain),
      'x-gw-key': bench.clientOf([route.scope as Scope]).id,
    });
  }),
  spoilt('signed for another method', ({ route, client, plain }) =>
    withHeaders(route, client.headers({ ...plain, method: 'PATCH' })),
  ),
  spoilt('signed for another path', ({ route, client, plain }) =>
    withHeaders(route, client.headers({ ...plain, url: `${plain.url}x` })),
  ),
  spoilt('signed for another query', ({ route, client, plain }) => ({
    ...withHeaders(route, client.headers(plain)),
    url: `${route.path}?limit=1`,
  })),
  spoilt('signed for another body', ({ route, client, plain }) => ({
    ...withHeaders(route, { ...client.headers(plain), 'content-type': 'application/json' }),
    payload: otherBody,
  })),
  spoilt(
    'signed with a removed key',
    ({ route, bench, plain }) => withHeaders(route, bench.removedClient.headers(plain)),
    { event: /^signature\.unknown_key$/ },
  ),
  spoilt(
    'signed with an expired key',
    ({ route, bench, plain }) => withHeaders(route, bench.expiredClient.headers(plain)),
    { event: /^signature\.expired$/ },
  ),
  spoilt(
    'signed with a foreign Host',
    ({ route, client, plain }) => withHeaders(route, { ...client.headers(plain), host: 'evil.example' }),
    { event: /^origin\.host$/, status: 403 },
  ),
  (route, { tokenOf }) => {
    if (route.method === 'GET' || route.method === 'HEAD') return undefined;
    const headers = { ...bearer(tokenOf([route.scope as Scope])), origin: 'https://evil.example' };
    return {
      name: 'from the page of another site',
      request: withHeaders(route, headers),
      statuses: [403],
      isRefused: true,
      event: /^origin\.page$/,
    };
  },
  ...[
    { name: 'with a form', type: 'application/x-www-form-urlencoded', payload: 'a=1', statuses: [415] },
    {
      name: 'with a body too large',
      type: 'application/json',
      payload: largeBody,
      statuses: [413],
    },
    { name: 'with a deep body', type: 'application/json', payload: '['.repeat(20_000), statuses: [400] },
    { name: 'with an unknown field', type: 'application/json', payload: '{"__no":1}', statuses: [400] },
  ].map(({ name, type, payload, statuses }): MakeAttempt => {
    return (route, { tokenOf }) => {
      // At the paths of another gateway it is not known what else it took.
      if (!route.hasBody || (!route.isCommand && statuses.includes(400))) return undefined;
      const headers = { ...bearer(tokenOf([route.scope as Scope])), 'content-type': type };
      return {
        name,
        request: { ...withHeaders(route, headers), payload },
        statuses,
        isRefused: true,
      };
    };
  }),
];

/** Every kind of credential, good and bad, for a route that is not open. */
export function allAttempts(): readonly MakeAttempt[] {
  return every;
}
