import type { Cancel } from '../core/clock.ts';
import type { Principal } from './command.ts';

/** What a signed request says of itself before its body. All as it came. */
export interface SignedHead {
  readonly keyId: string;
  readonly time: string;
  readonly nonce: string;
  readonly signature: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
}

/** A request whose signature waits for the hash of its body. */
export interface PendingRequest {
  /**
   * Who has signed it. It is used up by this. Errors: `signature_invalid challenge_required rate_limited`; once the
   * signature is known to be good, with `facts.principal`.
   *
   * @param bodyHash SHA-256, small hex
   */
  confirm(bodyHash: string): Principal;
}

/** Who comes in, by what. */
export interface Credentials {
  /** Who bears the secret. Errors: `token_invalid`. */
  bearer(secret: string): Principal;
  /** Errors: `signature_invalid`. */
  signed(head: SignedHead): PendingRequest;
  /** Whether what he came in with is still good: it ends, and it is removed. */
  isValid(principal: Principal): boolean;
  /** Calls back when something was removed. */
  onRemoved(listener: () => void): Cancel;
}
