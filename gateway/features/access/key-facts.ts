import { Type, type Static } from 'typebox';
import type { StoredClientKey } from '../../storage/access-calls.ts';
import type { closed } from '../schema.ts';
import { instant, nullable } from '../schema.ts';

/** A client's key as it is shown. */
export const keyFacts = {
  id: Type.String({ description: 'The first 12 hex digits of the SHA-256 of the key' }),
  label: Type.String(),
  scopes: Type.Array(Type.String()),
  createdMs: instant(),
  expiresMs: instant(),
  usedMs: nullable(instant({ description: 'To the hour; null: never yet' })),
  publicKey: Type.String({ description: 'Ed25519, 32 bytes, base64url' }),
};

export function keyFactsOf(key: StoredClientKey): Static<ReturnType<typeof closed<typeof keyFacts>>> {
  const { id, label, scopes, createdMs, expiresMs, usedMs, publicKey } = key;
  return { id, label, scopes: [...scopes], createdMs, expiresMs, usedMs, publicKey };
}
