import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { StoredToken } from '../../storage/store-calls.ts';
import { scopes, type Principal, type Scope } from '../command.ts';
import type { StorePort } from '../store-port.ts';
import { hashTokenSecret, isTokenSecret, makeTokenSecret } from './token-secret.ts';

export interface NewToken {
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly lifeMs: number;
}

/**
 * The gateway's tokens. The database holds their hashes; a map in memory answers `verify`, so an
 * authenticated request costs no database call. One process owns a data directory, so the map is never stale.
 */
export interface TokenRegister {
  /** Reads the tokens from the database; before it, no token is valid. */
  load(): Promise<void>;
  /** The secret is in the answer and nowhere else. Errors: `limit_reached`, those of the store. */
  create(token: NewToken): Promise<{ readonly token: StoredToken; readonly secret: string }>;
  /** In the order they were made, expired ones included. */
  list(): readonly StoredToken[];
  /** Whether there was one. It is refused from then on, even when the store fails. */
  remove(id: string): Promise<boolean>;
  /** Who the bearer is. Errors: `token_invalid`. */
  verify(secret: string): Principal;
  /** Whether this principal's token is still good. */
  isValid(principal: Principal): boolean;
  /** Whether anybody can come in with a token now. */
  hasValidToken(): boolean;
}

interface Entry {
  readonly token: StoredToken;
  readonly principal: Principal;
}

/** A register over the store; call `load` before the first request. */
export function createTokenRegister(parts: {
  readonly store: StorePort<'addToken' | 'listTokens' | 'removeToken'>;
  readonly clock: Clock;
  /** Called when one was removed. */
  readonly onRemoved?: () => void;
  /** Called when one was made. */
  readonly onAdded?: () => void;
}): TokenRegister {
  const { store, clock, onRemoved, onAdded } = parts;
  const byHash = new Map<string, Entry>();
  const isExpired = (token: StoredToken): boolean => token.expiresMs <= clock.wall();

  const forget = async (id: string): Promise<boolean> => {
    for (const [hash, entry] of byHash) if (entry.token.id === id) byHash.delete(hash);
    onRemoved?.();
    return await store.call('removeToken', id);
  };
  const makeRoom = async (): Promise<void> => {
    for (const { token } of byHash.values()) {
      if (byHash.size < limits.tokensMax) return;
      if (isExpired(token)) await forget(token.id);
    }
    if (byHash.size < limits.tokensMax) return;
    throw new GatewayError(
      'limit_reached',
      `there are ${byHash.size} tokens, which is the most there can be`,
      {
        hint: 'remove one that is no longer used: egw token list, egw token remove ID',
      },
    );
  };

  return {
    load: async () => {
      for (const token of await store.call('listTokens')) byHash.set(token.secretHash, entryOf(token));
    },
    create: async ({ label, scopes: granted, lifeMs }) => {
      await makeRoom();
      const secret = makeTokenSecret();
      const createdMs = clock.wall();
      const token: StoredToken = {
        id: randomBytes(6).toString('hex'),
        label,
        secretHash: hashTokenSecret(secret),
        scopes: [...granted],
        createdMs,
        expiresMs: createdMs + lifeMs,
      };
      await store.call('addToken', token);
      byHash.set(token.secretHash, entryOf(token));
      onAdded?.();
      return { token, secret };
    },
    list: () => [...byHash.values()].map((entry) => entry.token).sort((a, b) => a.createdMs - b.createdMs),
    remove: async (id) => {
      const known = [...byHash.values()].some((entry) => entry.token.id === id);
      return (await forget(id)) || known;
    },
    verify: (secret) => {
      const entry = isTokenSecret(secret) ? find(byHash, secret) : undefined;
      if (entry === undefined) throw invalidToken('unknown', 'is not one of this gateway');
      if (isExpired(entry.token)) throw invalidToken('expired', 'has expired');
      return entry.principal;
    },
    isValid: ({ id }) =>
      [...byHash.values()].some(({ principal, token }) => principal.id === id && !isExpired(token)),
    hasValidToken: () => [...byHash.values()].some((entry) => !isExpired(entry.token)),
  };
}

function find(byHash: ReadonlyMap<string, Entry>, secret: string): Entry | undefined {
  const hash = hashTokenSecret(secret);
  const entry = byHash.get(hash);
  if (entry === undefined) return undefined;
  const isSame = timingSafeEqual(Buffer.from(entry.token.secretHash), Buffer.from(hash));
  return isSame ? entry : undefined;
}

/** A scope that this version does not know is dropped: a token from a newer one never gains by it. */
function entryOf(token: StoredToken): Entry {
  const known = scopes.filter((scope) => token.scopes.includes(scope));
  return { token, principal: { kind: 'token', id: `token:${token.id}`, scopes: new Set(known) } };
}

function invalidToken(reason: 'unknown' | 'expired', why: string): GatewayError {
  return new GatewayError('token_invalid', `the token ${why}`, {
    hint: 'make one on the gateway with: egw token create --scope read',
    facts: { reason },
  });
}
