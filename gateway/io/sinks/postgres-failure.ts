import { describeError, GatewayError } from '../../core/errors.ts';
import { certificateFailure } from '../tls-options.ts';

/** The SQLSTATE of an error that the server itself sent (PostgreSQL manual, appendix A). */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the rows themselves are at fault: their data (22), a constraint (23), a trigger's word (P0001). */
export function isRowFault(error: unknown): boolean {
  return /^(22|23|44|P0001)/.test(sqlState(error) ?? '');
}

/** By SQLSTATE or its class: which setting says otherwise. */
const refusals: Readonly<Record<string, string>> = {
  '28': 'check user and password, and whether pg_hba.conf lets us in from here',
  '3D000': 'check database: make it there',
  '3F000': 'check schema: make it there',
  '42': 'check schema, table and textTable: they have other columns than ours',
  '42501':
    'check user: it must be allowed to insert and update, and to make the tables where they are missing',
};

/**
 * Errors as the contract of sinks has them: `sink_refused` with the setting, `sink_unavailable` (full, starting,
 * stopping, read-only, too slow), `certificate_invalid`, `connection_closed`.
 */
export function postgresFailure(cause: unknown, where: string): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const state = sqlState(cause);
  const what = describeError(cause);
  if (state === undefined) return clientFailure(cause, what, where);
  // A table that somebody dropped is made again when it is opened again.
  const hint = state === '42P01' ? undefined : (refusals[state] ?? refusals[state.slice(0, 2)]);
  if (hint !== undefined)
    return new GatewayError('sink_refused', `${where} refused us: ${what}`, {
      hint,
      cause,
      facts: { state },
    });
  return new GatewayError('sink_unavailable', `${where} cannot write now: ${what}`, {
    hint: 'it is tried again by itself; if it lasts, look at the server’s log',
    cause,
    facts: { state },
  });
}

/** What the library says itself has no code. */
function clientFailure(cause: unknown, what: string, where: string): GatewayError {
  const certificate = cause instanceof Error ? certificateFailure(cause, where) : undefined;
  if (certificate !== undefined) return certificate;
  if (/does not support SSL/.test(what))
    return new GatewayError('sink_refused', `${where} does not encrypt`, {
      hint: 'set tls to off, or switch ssl on there',
      cause,
    });
  if (/^SASL|password must be/.test(what))
    return new GatewayError('sink_refused', `${where} did not let us in: ${what}`, {
      hint: 'check user and password',
      cause,
    });
  return new GatewayError('connection_closed', `the connection to ${where} ended: ${what}`, {
    hint: 'it is opened again by itself; check host and port if it lasts',
    cause,
  });
}
