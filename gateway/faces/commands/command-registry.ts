import assert from 'node:assert';
import { scopes, type CliForm, type CommandDeclaration } from '../../features/command.ts';
import { jsonSchemaOf, typesOf, type JsonSchema } from './json-schema.ts';

/** Options of the command line itself, so no input may be called so. */
const reservedOptions = ['fingerprint', 'help', 'json', 'key', 'out', 'token', 'url'] as const;

/** The names of the parameters in a path: `id` in `/api/v1/devices/:id`. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '');
}

/**
 * Asserts, at start, what all faces rely on: every command declares a scope, inputs are closed objects, ids,
 * routes and verbs are unique, what can be had nearby has its scope, and path parameters and positionals are properties of the input.
 */
export function assertCommandsSound(commands: readonly CommandDeclaration[]): void {
  const ids = new Set<string>();
  const routes = new Set<string>();
  const verbs = new Set<string>();
  const nearbyVerbs = new Set<string>();
  for (const command of commands) {
    const { id, http, cli } = command;
    assert(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(id), `${id}: an id is subject.verb`);
    assert(command.scope === 'open' || scopes.includes(command.scope), `${id}: declares no known scope`);
    addOnce(ids, id, 'command id');
    addOnce(routes, `${http.method} ${http.path.replaceAll(/:[A-Za-z]+/g, ':')}`, 'route');
    if (cli !== undefined) addOnce(verbs, [cli.verb, ...(cli.isMeantBy ?? [])].join(' --'), 'verb');
    assertNearbySound(command, nearbyVerbs);
    assertInputSound(command, jsonSchemaOf(command.input));
  }
}

/** Who is nearby has no other scope, and what he may do is decided at the gateway. */
function assertNearbySound(
  { id, nearby, scope, isClosedToCloud }: CommandDeclaration,
  verbs: Set<string>,
): void {
  if (nearby === undefined) return;
  addOnce(verbs, nearby.verb, 'verb of those nearby');
  assert(nearby.ways.length > 0, `${id}: nobody nearby has a way to it`);
  assert(scope === 'provision', `${id}: who is nearby has the scope provision alone`);
  assert(isClosedToCloud === true, `${id}: what those nearby can ask for is closed to the cloud`);
}

function assertInputSound({ id, http, cli }: CommandDeclaration, input: JsonSchema): void {
  assert(
    input.type === 'object' && input.additionalProperties === false,
    `${id}: input must be a closed object`,
  );
  const properties = input.properties ?? {};
  for (const name of pathParameters(http.path)) {
    assert(input.required?.includes(name), `${id}: the path parameter ${name} must be a required input`);
  }
  for (const name of cli === undefined ? [] : inputsOf(cli)) {
    assert(Object.hasOwn(properties, name), `${id}: ${name}, which the command line names, must be an input`);
  }
  for (const [name, schema] of Object.entries(properties)) {
    assert(!reservedOptions.some((option) => option === name), `${id}: no input may be called ${name}`);
    assert(/^[a-z][A-Za-z0-9]*$/.test(name), `${id}: the input ${name} must be camelCase`);
    assert(http.method !== 'GET' || isText(schema), `${id}: ${name} cannot be written in a query string`);
  }
}

function inputsOf({ positionals = [], otherWords = {}, letters = {} }: CliForm): readonly string[] {
  return [...positionals, ...Object.values(otherWords), ...Object.keys(letters)];
}

function isText(schema: JsonSchema): boolean {
  return typesOf(schema).every(
    (type) => type !== 'object' && (type !== 'array' || isText(schema.items ?? {})),
  );
}

function addOnce(seen: Set<string>, name: string, what: string): void {
  assert(!seen.has(name), `the ${what} ${name} is declared twice`);
  seen.add(name);
}
