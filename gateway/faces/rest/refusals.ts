import type { Clock } from '../../core/clock.ts';
import { describeError, type ErrorCode, type GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { SecurityNotes } from '../../features/security-events.ts';
import type { StorePort } from '../../features/store-port.ts';
import { createRefusalLines } from '../commands/refusal-lines.ts';

export interface RefusalsParts {
  readonly security: SecurityNotes;
  readonly audit: StorePort<'addAuditLine'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request that somebody was refused, as the records name it: nothing in it is of his choice. */
export interface Refused {
  /** `GET /api/v1/devices/:id`. */
  readonly route: string;
  readonly origin: string;
}

/**
 * What is written down of those who may not: a security event each, and an audit line where it is known who it was, as
 * far as he may have more of them.
 */
export interface Refusals {
  note(refused: Refused, error: GatewayError): void;
}

/** What comes after is why, where the error says so. Of others, such as a device's, nothing is noted. */
const kinds: Partial<Record<ErrorCode, string>> = {
  challenge_required: 'signature.challenge_required',
  forbidden: 'scope.missing',
  origin_forbidden: 'origin',
  pairing_closed: 'pairing.closed',
  pairing_code_wrong: 'pairing.code_wrong',
  rate_limited: 'rate',
  signature_invalid: 'signature',
  token_invalid: 'token',
};

export function createRefusals({ security, audit, clock, logger }: RefusalsParts): Refusals {
  const refusalLines = createRefusalLines(clock);
  const writeAudit = async (
    { route, origin }: Refused,
    principal: string,
    outcome: ErrorCode,
  ): Promise<void> => {
    const more = refusalLines.take(principal);
    if (more === undefined) return;
    const line = { atMs: clock.wall(), principal, action: route, outcome, detail: `from ${origin}${more}` };
    try {
      await audit.call('addAuditLine', line);
    } catch (failure) {
      logger.error({ ...line, reason: describeError(failure) }, 'audit line not stored');
    }
  };
  return {
    note: (refused, error) => {
      const kind = kinds[error.code];
      const { reason, principal } = error.facts;
      if (kind === undefined || (error.code === 'rate_limited' && reason === undefined)) return;
      const detail = typeof principal === 'string' ? `${refused.route} by ${principal}` : refused.route;
      const isMissing = error.code === 'token_invalid' && reason === 'missing';
      security.note({
        kind: isMissing ? 'credential.missing' : [kind, reason].filter(Boolean).join('.'),
        origin: refused.origin,
        detail,
      });
      if (typeof principal === 'string') void writeAudit(refused, principal, error.code);
    },
  };
}
