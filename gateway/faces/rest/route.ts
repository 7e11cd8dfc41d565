import type { Scope } from '../../features/command.ts';
import type { RateClass } from './rate-limits.ts';

/** A file of the page, held in memory. */
export interface StaticAsset {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** In the place of those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route declares of itself; one that declares no scope is refused to everybody. */
export interface RouteConfig {
  readonly scope: Scope | 'open';
  /** What a request counts as, where method and scope do not tell. */
  readonly rate?: RateClass;
  /** An upgrade without credentials is let in: who asks says in his first message who he is. */
  readonly provesLater?: true;
}

/** A route that is not a command, because its answer is not one value of one schema. */
export interface PlainRoute {
  /** Subject and verb, as of a command. */
  readonly id: string;
  readonly path: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly contentType: string;
}

export const eventsRoute: PlainRoute = {
  id: 'event.stream',
  path: '/api/v1/events',
  scope: 'read',
  summary:
    'What happens, as it happens: Server-Sent Events `readings`, `texts`, `device`, `source` and `gateway`, first a snapshot',
  contentType: 'text/event-stream',
};

export const liveRoute: PlainRoute = {
  id: 'event.live',
  path: '/api/v1/live',
  scope: 'read',
  summary:
    'The same as a WebSocket, subprotocol `egw.v1`: each event one text message, `{"type": …}`, and `{"type":"heartbeat"}` every 5 s. ' +
    'Who cannot send headers, as browsers, sends `{"token": "egw_…"}` as the first message, within 5 s; nothing else is to be sent. ' +
    'It is closed with 4000 more than the HTTP status that would have been answered',
  contentType: 'application/json',
};

export const openApiRoute: PlainRoute = {
  id: 'api.describe',
  path: '/api/openapi.json',
  scope: 'read',
  summary: 'This description',
  contentType: 'application/json',
};

export const plainRoutes: readonly PlainRoute[] = [eventsRoute, liveRoute, openApiRoute];
