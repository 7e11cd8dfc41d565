import { randomBytes } from 'node:crypto';
import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';

/**
 * Nonces of the gateway's own making: whoever signs one has signed now, whatever the clocks say.
 *
 *     issued --taken--> gone (single use)      issued --30 s--> gone
 */
export interface Challenges {
  /** 16 bytes in base64url, 13 of them random. Errors: `rate_limited` when this origin has too many that are not used. */
  issue(origin: string): { readonly nonce: string; readonly lifeMs: number };
  /** Whether it was issued, is not too old and was not taken before. */
  take(nonce: string): boolean;
}

/** Three bytes in base64url. A nonce that a client makes begins so once in 16 million times. */
const mark = 'gwc-';

/**
 * Whether a nonce is one of these by its form. It never counts as one of the client's own, so that nothing has to be
 * remembered of those that are gone.
 */
export function isChallenge(nonce: string): boolean {
  return nonce.startsWith(mark);
}

interface Issued {
  readonly origin: string;
  readonly endsAtMs: MonotonicMs;
}

export function createChallenges(clock: Clock): Challenges {
  // In the order in which they end.
  const open = new Map<string, Issued>();
  const forgetEnded = (): void => {
    for (const [nonce, { endsAtMs }] of open) {
      if (endsAtMs > clock.monotonic()) return;
      open.delete(nonce);
    }
  };
  const countOf = (origin: string): number =>
    [...open.values()].filter((issued) => issued.origin === origin).length;

  return {
    issue: (origin) => {
      forgetEnded();
      if (open.size >= limits.challengesMax || countOf(origin) >= limits.challengesPerOriginMax)
        throw tooMany();
      const nonce = mark + randomBytes(13).toString('base64url');
      open.set(nonce, { origin, endsAtMs: monotonicMs(clock.monotonic() + limits.challengeLifeMs) });
      return { nonce, lifeMs: limits.challengeLifeMs };
    },
    take: (nonce) => {
      forgetEnded();
      return open.delete(nonce);
    },
  };
}

function tooMany(): GatewayError {
  const retryAfterSeconds = Math.ceil(limits.challengeLifeMs / 1_000);
  return new GatewayError('rate_limited', 'too many challenges were asked for and not used', {
    hint: `use those that you have, or ask again in ${retryAfterSeconds} s`,
    facts: { retryAfterSeconds, reason: 'challenges' },
  });
}
