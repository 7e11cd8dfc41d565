import type { CommandDeclaration, HttpForm } from '../../features/command.ts';
import { pathParameters } from '../commands/command-registry.ts';
import { jsonSchemaOf, type JsonSchema } from '../commands/json-schema.ts';
import { components, reference, securityWays } from './openapi-components.ts';
import { plainRoutes, type PlainRoute } from './route.ts';
import { schemaExample } from './schema-example.ts';

type Json = Readonly<Record<string, unknown>>;

type Paths = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/**
 * The OpenAPI 3.1 document of what the commands declare, of the routes that are not commands, and of what else is
 * answered, described already.
 */
export function describeApi(
  commands: readonly CommandDeclaration[],
  version: string,
  compatibility: Paths = {},
): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const command of commands) {
    const path = command.http.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[command.http.method.toLowerCase()] = operationOf(command);
  }
  for (const route of plainRoutes) (paths[route.path] ??= {})['get'] = plainOperation(route);
  for (const [path, operations] of Object.entries(compatibility))
    paths[path] = { ...paths[path], ...operations };
  return {
    openapi: '3.1.0',
    info: {
      title: 'eGW',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'The energy gateway. Times are UTC epoch milliseconds unless said; power that comes into the house is positive. ' +
        'All but the open operations need a token, or a signed request, with the scope named. ' +
        'Lists that can be long take `limit`, and have `next` and a link to the next page. ' +
        'HEAD can be asked wherever GET can; JSON is compressed for those who take gzip.',
    },
    servers: [{ url: '/' }],
    tags: tagsOf(paths),
    paths,
    components,
  };
}

function tagsOf(paths: Paths): readonly Json[] {
  const names = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ tags = [] }) => tags as readonly string[]),
  );
  return [...new Set(names)].map((name) => ({ name }));
}

function operationOf(command: CommandDeclaration): Json {
  const { id, summary, scope, http } = command;
  const input = jsonSchemaOf(command.input);
  const isQuery = http.method === 'GET' || http.method === 'DELETE';
  const inPath = pathParameters(http.path);
  const parameters = [
    ...Object.keys(input.properties ?? {})
      .filter((name) => isQuery || inPath.includes(name))
      .map((name) => parameterOf(name, input, inPath.includes(name))),
    ...(hasTag(http) ? [reference('parameters', 'IfNoneMatch')] : []),
  ];
  const body = isQuery ? undefined : withoutProperties(input, inPath);
  return {
    operationId: id,
    summary,
    tags: [id.split('.')[0]],
    ...securityOf(scope),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBodyOf(body) }),
    responses: { ...goodResponses(command), ...problemResponses(scope, input) },
  };
}

/** Streams have none: nobody knows them before their end. */
function hasTag({ method, streams }: HttpForm): boolean {
  return method === 'GET' && streams === undefined;
}

function plainOperation({ id, path, scope, summary, contentType }: PlainRoute): Json {
  const isSocket = path.endsWith('/live');
  return {
    operationId: id,
    summary,
    tags: [id.split('.')[0]],
    ...securityOf(scope),
    responses: {
      ...(isSocket
        ? { 101: { description: 'It is a WebSocket from here on' }, 426: reference('responses', 'Problem') }
        : { 200: { description: 'Done', content: { [contentType]: {} } } }),
      ...problemResponses(scope, {}),
    },
  };
}

/** OpenAPI 3.1 lets roles be named for schemes that are not OAuth: here they are scopes. */
function securityOf(scope: string): Json {
  if (scope === 'open') return { security: [] };
  const security = securityWays.map((way) => Object.fromEntries(way.map((scheme) => [scheme, [scope]])));
  return { description: `Needs the scope \`${scope}\`.`, 'x-scope': scope, security };
}

function parameterOf(name: string, input: JsonSchema, isInPath: boolean): Json {
  const schema = input.properties?.[name] ?? {};
  // A property with a default is filled in, so nobody has to give it.
  const required = isInPath || (input.required?.includes(name) === true && schema.default === undefined);
  return {
    name,
    in: isInPath ? 'path' : 'query',
    required,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema,
    ...(required ? { example: schemaExample(schema, name) } : {}),
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
  };
}

function requestBodyOf(schema: JsonSchema): Json {
  return {
    required: (schema.required ?? []).length > 0,
    content: { 'application/json': { schema, example: schemaExample(schema) } },
  };
}

function withoutProperties(input: JsonSchema, names: readonly string[]): JsonSchema | undefined {
  const properties = Object.entries(input.properties ?? {}).filter(([name]) => !names.includes(name));
  if (properties.length === 0) return undefined;
  const required = (input.required ?? []).filter((name) => !names.includes(name));
  return asSent({ ...input, properties: Object.fromEntries(properties), required });
}

/** What has a default is filled in, so nobody has to send it. */
function asSent(schema: JsonSchema): JsonSchema {
  const { properties, required = [], items } = schema;
  if (items !== undefined) return { ...schema, items: asSent(items) };
  if (properties === undefined) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, asSent(each)])),
    required: required.filter((name) => properties[name]?.default === undefined),
  };
}

function goodResponses(command: CommandDeclaration): Json {
  const { http } = command;
  const status = typeof http.status === 'number' ? http.status : 200;
  const content = contentOf(command);
  const headers = {
    ...(hasTag(http) && { etag: reference('headers', 'ETag') }),
    ...(http.nextPage !== undefined && { link: reference('headers', 'Link') }),
  };
  return {
    [status]: { description: 'Done', ...(Object.keys(headers).length > 0 && { headers }), content },
    ...(hasTag(http) && { 304: reference('responses', 'NotModified') }),
    ...(typeof http.status === 'function' && { 503: { description: 'Not well', content } }),
  };
}

function problemResponses(scope: string, input: JsonSchema): Json {
  return {
    ...(Object.keys(input.properties ?? {}).length > 0 && { 400: reference('responses', 'InputInvalid') }),
    ...(scope !== 'open' && {
      401: reference('responses', 'Unauthorized'),
      403: reference('responses', 'Forbidden'),
    }),
    429: reference('responses', 'TooMany'),
    default: reference('responses', 'Problem'),
  };
}

function contentOf({ http, output }: CommandDeclaration): Json {
  if (http.streams === undefined) return { 'application/json': { schema: jsonSchemaOf(output) } };
  return Object.fromEntries(http.streams.map((type) => [type, { schema: { type: 'string' } }]));
}
