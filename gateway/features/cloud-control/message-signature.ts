import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import type { PublicKey } from '../public-key.ts';

/** The domains of what others sign, so that a signature for one purpose is worth nothing for any other. */
const domains = {
  command: 'gw-command-1',
  delegation: 'gw-delegation-1',
  revocation: 'gw-revocation-1',
} as const;

/** A message of the cloud with its signature in it. */
interface Signed {
  readonly kind: keyof typeof domains;
  readonly signature: string;
}

/**
 * Whether the message was signed by this key: over its domain, a line feed, and the SHA-256 (hex) of the canonical
 * JSON of the message without its signature. False for what has no canonical form.
 */
export function isSignedBy(key: PublicKey, message: Signed): boolean {
  const { signature, ...rest } = message;
  const canonical = canonicalOf(rest);
  if (canonical === undefined) return false;
  const hash = createHash('sha256').update(canonical).digest('hex');
  return key.verify(Buffer.from(`${domains[message.kind]}\n${hash}`), signature);
}

function canonicalOf(message: object): string | undefined {
  try {
    return canonicalJson(message as Readonly<Record<string, JsonValue>>);
  } catch {
    return undefined;
  }
}
