import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';

/**
 * What was signed once is never taken again. Nonces are kept for as long as their time would still be accepted, and what
 * was forgotten leaves its time behind: nothing that old is believed any more, however the clock is set.
 */
export interface UsedNonces {
  /** Whether a request of that time cannot be one that was forgotten. */
  isFresh(timeMs: number): boolean;
  /** False when this key has used it before. Errors: `rate_limited` when the key has used too many. */
  use(keyId: string, nonce: string, timeMs: number): boolean;
}

/** @param wall UTC epoch ms */
export function createUsedNonces(wall: () => number): UsedNonces {
  const byKey = new Map<string, Map<string, number>>();
  let forgottenMs = -Infinity;

  const forgetOld = (used: Map<string, number>): void => {
    for (const [nonce, timeMs] of used) {
      if (timeMs + limits.signedTimeOffMsMax >= wall()) continue;
      used.delete(nonce);
      forgottenMs = Math.max(forgottenMs, timeMs);
    }
  };
  const usedBy = (keyId: string): Map<string, number> => {
    const known = byKey.get(keyId);
    if (known !== undefined) return known;
    // So that keys that are no more leave nothing behind.
    for (const [id, used] of byKey) {
      forgetOld(used);
      if (used.size === 0) byKey.delete(id);
    }
    const used = new Map<string, number>();
    byKey.set(keyId, used);
    return used;
  };

  return {
    isFresh: (timeMs) => timeMs > forgottenMs,
    use: (keyId, nonce, timeMs) => {
      const used = usedBy(keyId);
      if (used.has(nonce)) return false;
      if (used.size >= limits.noncesPerKeyMax) forgetOld(used);
      if (used.size >= limits.noncesPerKeyMax) throw tooMany();
      used.set(nonce, timeMs);
      return true;
    },
  };
}

function tooMany(): GatewayError {
  const retryAfterSeconds = Math.ceil((2 * limits.signedTimeOffMsMax) / 1_000);
  return new GatewayError('rate_limited', 'too many requests were signed with this key', {
    hint: `try again in ${retryAfterSeconds} s`,
    facts: { retryAfterSeconds, reason: 'nonces' },
  });
}
