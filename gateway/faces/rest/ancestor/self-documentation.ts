import { ok, type AncestorRoute, type DescribedFields } from './ancestor-route.ts';

export interface RouteSchema {
  readonly type: string;
  readonly description: string;
  readonly required: DescribedFields;
  readonly optional: DescribedFields;
  readonly returns: DescribedFields;
}

/** What one path takes and answers. */
export function describeSchema({ method, summary, required, optional, returns }: AncestorRoute): RouteSchema {
  return {
    type: method.toLowerCase(),
    description: summary,
    required: required ?? {},
    optional: optional ?? {},
    returns,
  };
}

const docReturns = {
  'GET, POST, DELETE': 'object - by path: type, description, required, optional, returns',
};

/** The routes, with those that tell what they take: `/doc`, and a GET of each path that only takes a POST. */
export function withDocumentation(routes: readonly AncestorRoute[]): readonly AncestorRoute[] {
  const read = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path));
  const doc = (path: string): AncestorRoute => ({
    method: 'GET',
    path,
    scope: 'read',
    summary: 'What each path takes and answers; with a prefix those that begin with /api/PREFIX',
    returns: docReturns,
    answer: ({ params: { prefix = '' } }) => ok(describeRoutes(all, prefix === '' ? '/' : `/api/${prefix}`)),
  });
  const all: readonly AncestorRoute[] = [
    ...routes,
    ...routes.filter(({ method, path }) => method === 'POST' && !read.has(path)).map(describing),
    doc('/api/doc'),
    doc('/doc'),
    doc('/doc/:prefix'),
  ];
  return all;
}

function describing(route: AncestorRoute): AncestorRoute {
  return {
    method: 'GET',
    path: route.path,
    scope: 'read',
    summary: `What POST ${shownPath(route)} takes and answers`,
    returns: { 'type, description, required, optional, returns': 'what POST takes and answers' },
    answer: () => ok(describeSchema(route)),
  };
}

/** All paths that begin with the prefix, by method and path. */
function describeRoutes(
  routes: readonly AncestorRoute[],
  prefix: string,
): Readonly<Record<AncestorRoute['method'], Readonly<Record<string, RouteSchema>>>> {
  const of = (method: AncestorRoute['method']): Record<string, RouteSchema> =>
    Object.fromEntries(
      routes
        .filter((route) => route.method === method && route.path.startsWith(prefix))
        .map((route) => [shownPath(route), describeSchema(route)]),
    );
  return { GET: of('GET'), POST: of('POST'), DELETE: of('DELETE') };
}

/** With its parameters in braces: `/api/notification/{id}`. */
export function shownPath({ path }: Pick<AncestorRoute, 'path'>): string {
  return path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
}
