import type { Scope } from '../../../features/command.ts';

/** Fields as the earlier gateway describes them: `string - what it is`. */
export type DescribedFields = Readonly<Record<string, string>>;

/** What a route may know of its request. */
export interface AncestorRequest {
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** As texts; of a name that is given more than once the last. */
  readonly query: Readonly<Record<string, string>>;
  /** The members of a JSON object; empty where there is no body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Runs a command with the rights of who asks, and with its audit line. Errors: those of the dispatcher. */
  readonly run: (id: string, input?: object) => Promise<unknown>;
  /** Finds a device for somebody who may use it, though he may not read: what it answers is not shown to him. */
  readonly lookUp: (id: 'device.list' | 'device.show', input?: object) => Promise<unknown>;
}

export interface AncestorAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A path of the gateway that this one follows, with its shapes. What it does is done by commands; it adds nothing but
 * words. Refusals before it is reached (no token, no scope, no JSON) are problem documents, as everywhere.
 */
export interface AncestorRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Fastify's form: `/api/notification/:id`. */
  readonly path: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly required?: DescribedFields;
  readonly optional?: DescribedFields;
  readonly returns: DescribedFields;
  /** The body of an error; `{"error": …}` unless said. */
  readonly errorBody?: (message: string) => unknown;
  /** Where the answer takes longer than a few seconds; asking for its head alone is not possible then. */
  readonly answerMsMax?: number;
  answer(request: AncestorRequest): Promise<AncestorAnswer> | AncestorAnswer;
}

export function ok(body: unknown): AncestorAnswer {
  return { status: 200, body };
}

/** `{"status":"error","message":…}` */
export function statusError(message: string): unknown {
  return { status: 'error', message };
}
