import { limits } from '../../../gateway/core/limits.ts';
import type { ServedRoute } from '../../../gateway/faces/rest/route-table.ts';
import { scopes, type Scope } from '../../../gateway/features/command.ts';
import { SigningClient } from '../../signing-client.ts';
import { createStubGateway, stubGatewayId, type StubGateway } from '../stub-gateway.ts';
import { allAttempts, type Attempt, type Bench, type Route } from './auth-attempts.ts';

/** What came of it when every route was asked with every kind of credential. */
export interface AuthFigures {
  readonly routes: number;
  readonly requests: number;
  /** Whatever is not as it must be, in words. */
  readonly faults: readonly string[];
  /** How often somebody was let in, which must not be never. */
  readonly admitted: number;
}

const yearMs = 365 * 86_400_000;
/**
 * Asks every route with every kind of credential, a gateway of stubs.
 *
 * @param secondAttempts of second ways to the same: routes for HEAD, and paths of another gateway
 */
export async function runAuthMatrix(secondAttempts = Infinity): Promise<AuthFigures> {
  const bench = await makeBench();
  const attempts = allAttempts();
  const routes = bench.gateway.rest.routes.map((route) => fill(route, bench));
  const api = await describedApi(bench);
  const faults: string[] = routes.flatMap((route) => undeclared(route, bench, api));
  let requests = 0;
  let admitted = 0;
  for (const route of routes.filter(({ scope }) => scope !== 'open')) {
    for (const make of route.isSecond ? attempts.slice(0, secondAttempts) : attempts) {
      const attempt = make(route, bench);
      if (attempt === undefined) continue;
      requests += 1;
      const { fault, isAdmitted } = await judge(attempt, bench);
      if (fault !== undefined) faults.push(`${route.method} ${route.url} ${attempt.name}: ${fault}`);
      if (isAdmitted) admitted += 1;
    }
  }
  await bench.gateway.rest.close();
  return { routes: routes.length, requests, faults, admitted };
}

async function makeBench(): Promise<Bench> {
  const ran: string[] = [];
  const gateway = await createStubGateway([], (id) => void ran.push(id));
  const { time, tokens, keys } = gateway;
  const tokensByScopes = new Map<string, string>();
  const clients = new Map<string, SigningClient>();
  const addKey = async (wanted: readonly Scope[], lifeMs = yearMs): Promise<SigningClient> => {
    const client = new SigningClient(stubGatewayId);
    await keys.add({ publicKey: client.publicKey, label: 'test', scopes: wanted, lifeMs });
    return client;
  };
  for (const scope of scopes) {
    for (const wanted of [[scope], scopes.filter((other) => other !== scope)]) {
      tokensByScopes.set(wanted.join(), await gateway.token(wanted, yearMs));
      clients.set(wanted.join(), await addKey(wanted));
    }
  }
  const expiredToken = await gateway.token(scopes, 1_000);
  const removedToken = await gateway.token(scopes, yearMs);
  await tokens.remove(tokens.list().at(-1)?.id ?? '');
  const expiredClient = await addKey(scopes, 1_000);
  const removedClient = await addKey(scopes);
  await keys.remove(removedClient.id);
  time.pass(limits.challengeOnlyMs);
  return {
    gateway,
    ran,
    tokenOf: (wanted) => tokensByScopes.get(wanted.join()) ?? '',
    clientOf: (wanted) => {
      const client = clients.get(wanted.join());
      if (client === undefined) throw new RangeError(`no client with ${wanted.join()}`);
      return client;
    },
    removedToken,
    expiredToken,
    removedClient,
    expiredClient,
  };
}

function fill(route: ServedRoute, { gateway }: Bench): Route {
  const isCommand = gateway.commands.some(({ definition: { http } }) => http.path === route.url);
  return {
    ...route,
    path: route.url.replaceAll(/:[a-z]+/gi, 'inverter'),
    isCommand,
    isSecond: route.method === 'HEAD' || !isCommand,
    hasBody: !['GET', 'HEAD', 'DELETE'].includes(route.method),
  };
}

/** No route comes into being beside what is declared and described, and none is served to others. */
function undeclared({ method, url, scope }: Route, { gateway }: Bench, api: Described): readonly string[] {
  const asked = method === 'HEAD' ? 'GET' : method;
  const command = gateway.commands.find(
    ({ definition: { http } }) => http.path === url && http.method === asked,
  );
  const described = api[url.replaceAll(/:([A-Za-z]+)/g, '{$1}')]?.[asked.toLowerCase()];
  const declaredScope = command?.definition.scope ?? (pageFiles.has(url) ? 'open' : undefined);
  const describedScope = described === undefined ? declaredScope : (described['x-scope'] ?? 'open');
  const isSame = describedScope === scope && (declaredScope ?? scope) === scope;
  return isSame ? [] : [`${method} ${url} is served with the scope ${scope}, which is said nowhere`];
}

/** The paths of the API's description, by method. */
type Described = Readonly<Record<string, Readonly<Record<string, { readonly 'x-scope'?: string }>>>>;

const pageFiles: ReadonlySet<string> = new Set([
  '/',
  '/setup',
  '/api/docs',
  '/api/docs/docs.css',
  '/api/docs/docs.js',
]);

async function describedApi({ gateway, tokenOf }: Bench): Promise<Described> {
  const headers = { authorization: `Bearer ${tokenOf(['read'])}` };
  const answer = await gateway.rest.inject({ method: 'GET', url: '/api/openapi.json', headers });
  return answer.json<{ readonly paths: Described }>().paths;
}

let address = 0;

interface Judged {
  readonly fault?: string | undefined;
  readonly isAdmitted: boolean;
}

async function judge({ first, ...attempt }: Attempt, { gateway, ran }: Bench): Promise<Judged> {
  const { store, time, rest } = gateway;
  address += 1;
  const remoteAddress = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
  if (first !== undefined) {
    await rest.inject({ ...first, remoteAddress, payloadAsStream: true });
    time.pass(13_000);
    await drained();
  }
  const before = { ran: ran.length, state: stateOf(gateway), audit: store.audit.length };
  const response = await rest.inject({ ...attempt.request, remoteAddress, payloadAsStream: true });
  response.stream().destroy();
  const { statusCode } = response;
  await drained();
  const state = stateOf(gateway);
  // Enough for its bucket to fill, and for events to be written.
  time.pass(13_000);
  await drained();
  const isAdmitted = ![401, 403, 413, 415, 429].includes(statusCode);
  if (!attempt.statuses.includes(statusCode)) return { fault: `answers ${statusCode}`, isAdmitted };
  if (!attempt.isRefused) return { isAdmitted };
  if (ran.length > before.ran) return { fault: `ran ${ran.at(-1) ?? ''}`, isAdmitted };
  if (state !== before.state) return { fault: 'changed something', isAdmitted };
  const fault = badRecord(attempt, gateway, { remoteAddress, auditLines: store.audit.length - before.audit });
  return { fault, isAdmitted };
}

/** A refusal leaves one security event, and one audit line where it is known whose request it was. */
function badRecord(
  { event }: Attempt,
  { store }: StubGateway,
  { remoteAddress, auditLines }: { readonly remoteAddress: string; readonly auditLines: number },
): string | undefined {
  if (event === undefined) return undefined;
  if (auditLines !== (isOfKnown(event) ? 1 : 0)) return `left ${auditLines} audit lines`;
  const last = store.security.at(-1);
  const isNoted = last?.origin === remoteAddress && event.test(last.kind) && last.count === 1;
  return isNoted ? undefined : `left the event ${JSON.stringify(last)}`;
}

/** Whether such an event is of somebody who has shown who he is. */
function isOfKnown(event: RegExp): boolean {
  return [
    'scope.missing',
    'signature.time',
    'signature.expired',
    'signature.replayed',
    'signature.challenge',
  ].some((kind) => event.test(kind));
}

/** The store answers at once, so what was begun is done when the queue of promises is empty. */
async function drained(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function stateOf({ store, pairing }: StubGateway): string {
  const keys = [...store.keys.values()].map(({ id, scopes: granted }) => [id, granted]);
  return JSON.stringify([[...store.tokens.keys()], keys, pairing.state()]);
}
