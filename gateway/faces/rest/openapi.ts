import type { CommandDeclaration } from '../../features/command.ts';
import { pathParameters } from '../commands/command-registry.ts';
import { jsonSchemaOf, type JsonSchema } from '../commands/json-schema.ts';
import { plainRoutes, type PlainRoute } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of what the commands declare, and of the routes that are not commands. */
export function describeApi(commands: readonly CommandDeclaration[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const command of commands) {
    const path = command.http.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[command.http.method.toLowerCase()] = operationOf(command);
  }
  for (const route of plainRoutes) (paths[route.path] ??= {})['get'] = plainOperation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'eGW',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'The energy gateway. Times are UTC epoch milliseconds unless said; power that comes into the house is positive. ' +
        'All but the open operations need a token with the scope named; make one with `egw token create`.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'egw_…' } },
      schemas: { Problem: problemSchema },
    },
  };
}

function operationOf(command: CommandDeclaration): Json {
  const { id, summary, scope, http } = command;
  const input = jsonSchemaOf(command.input);
  const isQuery = http.method === 'GET' || http.method === 'DELETE';
  const inPath = pathParameters(http.path);
  const names = Object.keys(input.properties ?? {});
  const parameters = names
    .filter((name) => isQuery || inPath.includes(name))
    .map((name) => parameterOf(name, input, inPath.includes(name)));
  const body = isQuery ? undefined : withoutProperties(input, inPath);
  const status = typeof http.status === 'number' ? http.status : 200;
  return {
    operationId: id,
    summary,
    tags: [id.split('.')[0]],
    ...securityOf(scope),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: (body.required ?? []).length > 0, content: jsonContent(body) } }),
    responses: {
      [status]: { description: 'Done', content: contentOf(command) },
      ...(typeof http.status === 'function'
        ? { 503: { description: 'Not well', content: jsonContent(jsonSchemaOf(command.output)) } }
        : {}),
      default: problemResponse,
    },
  };
}

function plainOperation({ path, scope, summary, contentType }: PlainRoute): Json {
  return {
    operationId: `plain.${path.split('/').at(-1) ?? ''}`,
    summary,
    tags: ['api'],
    ...securityOf(scope),
    responses: { 200: { description: 'Done', content: { [contentType]: {} } }, default: problemResponse },
  };
}

function securityOf(scope: string): Json {
  return scope === 'open'
    ? { security: [] }
    : { description: `Needs the scope \`${scope}\`.`, 'x-scope': scope };
}

function parameterOf(name: string, input: JsonSchema, isInPath: boolean): Json {
  const schema = input.properties?.[name] ?? {};
  return {
    name,
    in: isInPath ? 'path' : 'query',
    // A property with a default is filled in, so nobody has to give it.
    required: isInPath || (input.required?.includes(name) === true && schema.default === undefined),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema,
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
  };
}

function withoutProperties(input: JsonSchema, names: readonly string[]): JsonSchema | undefined {
  const properties = Object.entries(input.properties ?? {}).filter(([name]) => !names.includes(name));
  if (properties.length === 0) return undefined;
  const required = (input.required ?? []).filter((name) => !names.includes(name));
  return { ...input, properties: Object.fromEntries(properties), required };
}

function contentOf({ http, output }: CommandDeclaration): Json {
  if (http.streams === undefined) return jsonContent(jsonSchemaOf(output));
  return Object.fromEntries(http.streams.map((type) => [type, { schema: { type: 'string' } }]));
}

function jsonContent(schema: JsonSchema): Json {
  return { 'application/json': { schema } };
}

const problemSchema = {
  type: 'object',
  description: 'An error (RFC 9457). Branch on `code`.',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    hint: { type: 'string' },
    retryable: { type: 'boolean' },
    instance: { type: 'string' },
  },
};

const problemResponse = {
  description: 'Refused, or failed',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
