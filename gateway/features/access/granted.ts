import { Type } from 'typebox';
import { durationPattern, parseDurationMs } from '../../core/duration.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { scopes, type CommandCall, type Scope } from '../command.ts';
import { oneOf } from '../schema.ts';

/** What somebody is given who may come in: the same for tokens and keys. */
export const grantedScopes = Type.Array(oneOf(scopes), {
  minItems: 1,
  maxItems: scopes.length,
  uniqueItems: true,
  description: `Any of ${scopes.join(', ')}`,
});
export const timeToLive = Type.String({
  pattern: durationPattern,
  description: 'How long it is valid: 1h, 30d; a year unless said',
});

/** Errors: `input_invalid` for what is too short or too long. */
export function lifeOf(ttl: string | undefined): number {
  const lifeMs = ttl === undefined ? limits.tokenLifeMsDefault : parseDurationMs(ttl);
  if (lifeMs !== undefined && lifeMs >= 1_000 && lifeMs <= limits.tokenLifeMsMax) return lifeMs;
  throw new GatewayError('input_invalid', `a token or key cannot be valid for ${ttl ?? ''}`, {
    hint: 'give from 1s to 3650d',
  });
}

/** Errors: `forbidden` for scopes that the giver does not have. */
export function refuseMoreThanOwn(wanted: readonly Scope[], { principal }: CommandCall): void {
  const missing = wanted.filter((scope) => !principal.scopes.has(scope));
  if (missing.length === 0) return;
  throw new GatewayError('forbidden', `nobody can grant ${missing.join(', ')} who does not have it`, {
    hint: 'leave these scopes out, or grant them on the gateway itself',
  });
}
