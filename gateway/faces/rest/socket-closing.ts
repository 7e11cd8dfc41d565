import { gatewayErrorFrom, statusOf } from './problem.ts';

/** Code and reason of a WebSocket's end: 4000 more than the HTTP status, and the error's code. */
export type SocketClosing = readonly [code: number, reason: string];

export const socketClosing = {
  /** RFC 6455 §7.4.1: going away. */
  stopping: [1001, 'stopping'],
  notAllowed: [4401, 'token_invalid'],
} as const satisfies Record<string, SocketClosing>;

/** The end that an error brings. */
export function closingFor(thrown: unknown): SocketClosing {
  const error = gatewayErrorFrom(thrown);
  return [4_000 + statusOf(error), error.code];
}
