import assert from 'node:assert';
import type { FastifyInstance } from 'fastify';
import { scopes, type Scope } from '../../features/command.ts';
import type { RouteConfig } from './route.ts';

export interface ServedRoute {
  readonly method: string;
  /** Fastify's form: `/api/v1/devices/:id`. */
  readonly url: string;
  readonly scope: Scope | 'open';
}

/** Lists every route that is added from here on. Asserts that each says who may use it. */
export function createRouteTable(app: FastifyInstance): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  app.addHook('onRoute', ({ url, method, config }) => {
    const { scope } = (config ?? {}) as Partial<RouteConfig>;
    assert(scope === 'open' || scopes.some((known) => known === scope), `${url} declares no known scope`);
    for (const each of [method].flat())
      routes.push({ method: each, url, scope: scope as ServedRoute['scope'] });
  });
  return routes;
}
