import { pathParameters } from '../../commands/command-registry.ts';
import { ancestorRoutes } from './all.ts';
import type { AncestorRoute, DescribedFields } from './ancestor-route.ts';
import { boilerPages, dayForm } from './boiler-pages.ts';
import { shownPath } from './self-documentation.ts';

type Json = Readonly<Record<string, unknown>>;

/** The paths of the earlier gateway for the OpenAPI document: by path and method, with the tag `compatibility`. */
export function describeAncestorOperations(): Readonly<Record<string, Readonly<Record<string, Json>>>> {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ancestorRoutes) {
    (paths[shownPath(route)] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  for (const { path } of boilerPages) (paths[shownPath({ path })] ??= {})['get'] = pageOperation(path, 'get');
  (paths[dayForm.path] ??= {})['post'] = pageOperation(dayForm.path, 'post');
  return paths;
}

/** A page of the boiler monitor: open, since it only leads to ours. */
function pageOperation(path: string, method: 'get' | 'post'): Json {
  const inPath = pathParameters(path).map((name) => parameter(name, 'path', true));
  const form = 'application/x-www-form-urlencoded';
  return {
    operationId: operationId(method, path),
    summary: 'A page of chaudiere: leads to the view of the boiler',
    tags: ['compatibility'],
    description: 'Open to everybody: it holds nothing.',
    security: [],
    ...(inPath.length > 0 && { parameters: inPath }),
    ...(method === 'post' && {
      requestBody: {
        required: true,
        content: { [form]: { schema: described({ date: 'a day: 2019-01-31' }) } },
      },
    }),
    responses: { [method === 'post' ? 303 : 302]: { description: 'Where it is now' } },
  };
}

function operationId(method: string, path: string): string {
  return `ancestor.${method}${path.replaceAll(/[^a-z]+/gi, '-')}${path.endsWith('/') ? 'slash' : ''}`;
}

function operationOf(route: AncestorRoute): Json {
  const { method, path, scope, summary, required = {}, optional = {}, returns } = route;
  const inPath = pathParameters(path).map((name) => parameter(name, 'path', true));
  const inQuery =
    method === 'GET'
      ? [
          ...Object.keys(required).map((name) => parameter(name, 'query', true)),
          ...Object.keys(optional).map((name) => parameter(name, 'query', false)),
        ]
      : [];
  const parameters = [...inPath, ...inQuery];
  return {
    operationId: operationId(method.toLowerCase(), path),
    summary,
    tags: ['compatibility'],
    description: `Needs the scope \`${scope}\`. Errors have the shapes of the earlier gateway.`,
    'x-scope': scope,
    ...(parameters.length > 0 && { parameters }),
    ...(method !== 'GET' &&
      Object.keys({ ...required, ...optional }).length > 0 && { requestBody: bodyOf(route) }),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: described(returns) } } },
      default: {
        description: 'Refused, or failed',
        content: {
          'application/json': { schema: { type: 'object' } },
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

function parameter(name: string, where: 'path' | 'query', isRequired: boolean): Json {
  return { name, in: where, required: isRequired, schema: { type: 'string' } };
}

function bodyOf({ required = {}, optional = {} }: AncestorRoute): Json {
  const schema = { ...described({ ...required, ...optional }), required: Object.keys(required) };
  return { required: Object.keys(required).length > 0, content: { 'application/json': { schema } } };
}

/** Without types: the earlier gateway tells them in words. A name in brackets stands for many. */
function described(fields: DescribedFields): Json {
  const properties = Object.entries(fields).filter(([name]) => /^[\w :]+$/.test(name));
  return {
    ...(Object.hasOwn(fields, '[]') ? { type: 'array' } : { type: 'object' }),
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties.map(([name, description]) => [name, { description }])),
    }),
  };
}
