import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { allErrorCodes } from '../../../gateway/core/errors.ts';
import { pathParameters } from '../../../gateway/faces/commands/command-registry.ts';
import { jsonSchemaOf } from '../../../gateway/faces/commands/json-schema.ts';
import { components } from '../../../gateway/faces/rest/openapi-components.ts';
import type { RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import { scopes, type CommandDeclaration } from '../../../gateway/features/command.ts';
import { schemaVocabulary } from '../../../gateway/features/schema.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';
import { schemaValues } from './schema-values.ts';

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
}

/** What came of the requests, by HTTP status; it throws, with the seed and the smallest example, at the first fault. */
export interface FuzzResult {
  readonly requests: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

type Credential = 'right' | 'others' | 'none' | 'unknown';
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';

interface FuzzedRequest {
  /** Of the command. */
  readonly id: string;
  readonly credential: Credential;
  readonly method: Method;
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const yearMs = 365 * 86_400_000;
/** Of one request: all counts of rates and wrong tokens are forgotten after it. */
const pauseMs = 61_000;

/** Requests that are right, nearly right and hostile, to every command of a gateway of stubs. */
export async function runApiFuzz({ requests, seed }: FuzzOptions): Promise<FuzzResult> {
  const gateway = await createStubGateway();
  const commands = gateway.commands.map(({ definition }) => definition);
  const tokens = await makeTokens(gateway, commands);
  const byId = new Map(commands.map((command) => [command.id, command]));
  const judge = createJudge((id) => byId.get(id) as CommandDeclaration);
  const byStatus: Record<string, number> = {};
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await fc.assert(
      fc.asyncProperty(requestsTo(commands), async (request) => {
        gateway.time.pass(pauseMs);
        const response = await send(gateway, request, tokens);
        byStatus[response.statusCode] = (byStatus[response.statusCode] ?? 0) + 1;
        judge(request, response);
        if (unhandled.length > 0) throw new Error('a rejection that nobody handled', { cause: unhandled[0] });
        if (gateway.logged.length > 0) throw new Error(`logged: ${gateway.logged.join()}`);
      }),
      { numRuns: requests, seed },
    );
  } finally {
    process.off('unhandledRejection', note);
    await gateway.rest.close();
  }
  return { requests, byStatus };
}

async function makeTokens(
  gateway: StubGateway,
  commands: readonly CommandDeclaration[],
): Promise<(request: FuzzedRequest) => string | undefined> {
  const right = new Map<string, string>();
  const others = new Map<string, string>();
  const lifeMs = 1_000 * yearMs;
  for (const scope of scopes) {
    right.set(scope, await gateway.token([scope], lifeMs));
    const wrong = scopes.filter((other) => other !== scope);
    others.set(scope, await gateway.token(wrong, lifeMs));
  }
  const scopeOf = new Map<string, string>(commands.map(({ id, scope }) => [id, scope]));
  return ({ id, credential }) => {
    if (credential === 'unknown') return `egw_${'A'.repeat(43)}`;
    return credential === 'none'
      ? undefined
      : (credential === 'right' ? right : others).get(scopeOf.get(id) ?? '');
  };
}

async function send(
  gateway: StubGateway,
  request: FuzzedRequest,
  tokenOf: (request: FuzzedRequest) => string | undefined,
): Promise<RestResponse> {
  const token = tokenOf(request);
  const { method, url, body, headers } = request;
  return await gateway.rest.inject({
    method,
    url,
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { payload: body }),
  });
}

/** Throws for an answer that no gateway may give. */
function createJudge(
  commandOf: (id: string) => CommandDeclaration,
): (request: FuzzedRequest, response: RestResponse) => void {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, keywords: [...schemaVocabulary] });
  const isProblem = ajv.compile(components.schemas.Problem);
  const answers = new Map<string, ValidateFunction>();
  const answerCheckOf = ({ id, output }: CommandDeclaration): ValidateFunction => {
    const check = answers.get(id) ?? ajv.compile(jsonSchemaOf(output));
    answers.set(id, check);
    return check;
  };
  const checkGood = ({ id, credential, method }: FuzzedRequest, response: RestResponse): void => {
    const command = commandOf(id);
    if (command.scope !== 'open' && credential !== 'right') throw new Error('let in without the scope');
    if (method === 'HEAD' || response.statusCode === 304 || command.http.streams !== undefined) return;
    const check = answerCheckOf(command);
    if (!check(response.json()))
      throw new Error(`answered ${response.body.slice(0, 300)}: ${ajv.errorsText(check.errors)}`);
  };
  const checkRefusal = ({ method }: FuzzedRequest, response: RestResponse): void => {
    if (method === 'HEAD') return;
    const problem = response.json<{ code: string; status: number }>();
    const isWhole = isProblem(problem) && allErrorCodes.some((code) => code === problem.code);
    if (!isWhole || problem.status !== response.statusCode)
      throw new Error(`no problem: ${response.body.slice(0, 300)}`);
  };
  return (request, response) => {
    const { statusCode } = response;
    if (statusCode >= 500) throw new Error(`${statusCode}: ${response.body.slice(0, 300)}`);
    if (statusCode < 400) checkGood(request, response);
    else checkRefusal(request, response);
  };
}

function requestsTo(commands: readonly CommandDeclaration[]): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(
    ...commands.map((command) => requestsOf(command, methodsNotAt(command.http.path, commands))),
  );
}

function methodsNotAt(path: string, commands: readonly CommandDeclaration[]): readonly Method[] {
  const isAt = (other: string): boolean =>
    new RegExp(`^${other.replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`).test(path);
  const taken = commands.filter(({ http }) => isAt(http.path)).map(({ http }) => http.method);
  return (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => !taken.includes(method));
}

function requestsOf(
  command: CommandDeclaration,
  wrongMethods: readonly Method[],
): fc.Arbitrary<FuzzedRequest> {
  const { http } = command;
  const isQuery = http.method === 'GET' || http.method === 'DELETE';
  const inPath = pathParameters(http.path);
  const inputs = schemaValues(jsonSchemaOf(command.input)) as fc.Arbitrary<Record<string, unknown>>;
  return fc
    .record({
      credential: fc.oneof(
        { weight: 8, arbitrary: fc.constant<Credential>('right') },
        { weight: 2, arbitrary: fc.constantFrom<Credential>('others', 'none', 'unknown') },
      ),
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom<Method>(http.method, ...headOf(http.method)) },
        { weight: 1, arbitrary: fc.constantFrom<Method>(...wrongMethods) },
      ),
      input: fc.oneof({ weight: 1, arbitrary: inputs }, { weight: 2, arbitrary: mutated(inputs) }),
      twist: fc.option(bodyTwists, { freq: 3, nil: undefined }),
      headers: fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddHeaders }),
    })
    .map(({ credential, method, input, twist, headers }) => {
      const { path, rest } = filledPath(http.path, inPath, input);
      const request = { id: command.id, credential, headers };
      if (method !== http.method)
        return { ...request, method, url: path, body: undefined, ...bodyFor(method) };
      if (isQuery) return { ...request, method, url: path + queryOf(rest), body: undefined };
      const text = JSON.stringify(rest);
      const json = { 'content-type': 'application/json', ...headers };
      return { ...request, method, url: path, body: twist?.(text) ?? text, headers: json };
    });
}

function headOf(method: Method): readonly Method[] {
  return method === 'GET' ? ['HEAD'] : [];
}

/** An empty object, for methods that are asked where they are not taken. */
function bodyFor(method: Method): { body?: string; headers?: Record<string, string> } {
  if (method === 'GET' || method === 'DELETE') return {};
  return { body: '{}', headers: { 'content-type': 'application/json' } };
}

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>>(
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': '' },
  { 'if-none-match': '*' },
  { 'accept-encoding': 'gzip;q=0' },
  { accept: 'text/html' },
  { origin: 'http://evil.example' },
  { host: 'evil.example' },
  { 'x-gw-key': '0123456789ab' },
  { expect: '100-continue' },
);

const nasties: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  5e-324,
  '',
  ' ',
  '\u0000',
  '\u202e',
  '🦆'.repeat(50),
  'x'.repeat(5_000),
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '$(reboot)',
  "' OR 1=1 --",
  [],
  [[]],
  {},
  { a: { b: [{}] } },
];

/** One member is replaced, removed, doubled by another name, or wrapped. */
function mutated(inputs: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const changes = fc.record({ at: fc.nat(), nasty: fc.constantFrom(...nasties), how: fc.nat({ max: 4 }) });
  return fc.tuple(inputs, changes).map(([input, { at, nasty, how }]) => {
    const names = Object.keys(input);
    const name = names[at % Math.max(1, names.length)] ?? 'unknown';
    if (how === 0) return Object.fromEntries(Object.entries(input).filter(([each]) => each !== name));
    if (how === 1) return { ...input, [`${name}x`]: nasty };
    if (how === 2) return { ...input, [name]: [input[name]] };
    return { ...input, [name]: nasty };
  });
}

const bodyTwists: fc.Arbitrary<(text: string) => string> = fc.constantFrom<((text: string) => string)[]>(
  (text) => text.slice(0, -1),
  (text) => text + text,
  (text) => `\uFEFF${text}`,
  (text) => `[${text}]`,
  (text) => text.replace('{', '{"__proto__":{"x":1},'),
  (text) => text.replace(/:([^,}]*)/, ':1e999'),
  (text) => text.replace(/:([^,}]*)/, ':9007199254740993'),
  (text) => text.replace(/"([^"]*)":/, '"$1":null,"$1":'),
  (text) => text.replace(/:("?)/, ':"\\ud800'),
  (text) => `${'['.repeat(5_000)}${text}${']'.repeat(5_000)}`,
  () => '',
  () => 'null',
  () => '"text"',
  () => 'x'.repeat(300_000),
);

function filledPath(
  path: string,
  names: readonly string[],
  input: Readonly<Record<string, unknown>>,
): { path: string; rest: Record<string, unknown> } {
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
  return { path: path.replaceAll(/:([A-Za-z]+)/g, (_all, name: string) => textOf(input[name])), rest };
}

function queryOf(values: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(values).map(([name, value]) => `${encode(name)}=${textOf(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function textOf(value: unknown): string {
  return encode(typeof value === 'string' ? value : JSON.stringify(value ?? ''));
}

/** Half of a surrogate pair cannot be sent in a URL. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
