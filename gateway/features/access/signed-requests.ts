import { monotonicMs, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { signedRequestText } from '../../core/signed-request.ts';
import type { Principal } from '../command.ts';
import type { PendingRequest, SignedHead } from '../credentials.ts';
import { isChallenge, type Challenges } from './challenges.ts';
import type { ClientKey, ClientKeyRegister } from './client-key-register.ts';
import { createUsedNonces } from './used-nonces.ts';

export interface SignedRequestsParts {
  readonly gatewayId: string;
  readonly keys: ClientKeyRegister;
  readonly challenges: Challenges;
  readonly clock: Clock;
  /** Whether the wall clock may be relied on. */
  readonly isClockTrusted: () => boolean;
}

/** Whether requests must be signed with a challenge now, and how they are checked. */
export interface SignedRequests {
  needsChallenge(): boolean;
  /** As `Credentials.signed`. */
  check(head: SignedHead): PendingRequest;
}

/** Why a signature is no good: for the security log, and what is told of it only to who holds the key. */
type Fault = 'form' | 'unknown_key' | 'wrong' | 'expired' | 'time' | 'replayed' | 'challenge';

/** 16 and 64 bytes in base64url; of the last character not all bits count, and those must be zero. */
const nonceForm = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const signatureForm = /^[A-Za-z0-9_-]{85}[AQgw]$/;

/**
 * Checks requests that clients have signed. What is wrong is told to those alone whose signature is good; to all others
 * every fault is the same. A time is believed within a minute of the wall clock, and each nonce once; where the clock
 * or the memory of nonces is no ground for that, the nonce must be one of our own challenges.
 */
export function createSignedRequests(parts: SignedRequestsParts): SignedRequests {
  const { gatewayId, keys, challenges, clock, isClockTrusted } = parts;
  const nonces = createUsedNonces(() => clock.wall());
  // What was signed before the start may still look new, and nobody knows any more whether it was used.
  const remembersFromMs = monotonicMs(clock.monotonic() + limits.challengeOnlyMs);
  const needsChallenge = (): boolean => !isClockTrusted() || clock.monotonic() < remembersFromMs;

  const admit = (key: ClientKey, { time, nonce }: SignedHead): Principal => {
    const { principal, stored } = key;
    const refuse = (fault: Fault, why: string, hint: string): GatewayError =>
      new GatewayError('signature_invalid', why, { hint, facts: { reason: fault, principal: principal.id } });
    if (keys.isExpired(key)) {
      throw refuse('expired', `the key ${stored.id} has expired`, 'have a new one added with: egw key add');
    }
    if (isChallenge(nonce)) {
      if (!challenges.take(nonce)) throw refuse('challenge', ...challengeGone);
    } else {
      if (needsChallenge()) throw challengeRequired(principal);
      const timeMs = Number(time);
      const offMs = timeMs - clock.wall();
      if (Math.abs(offMs) > limits.signedTimeOffMsMax) throw refuse('time', ...wrongTime(offMs));
      if (!nonces.isFresh(timeMs)) throw challengeRequired(principal);
      if (!nonces.use(stored.id, nonce, timeMs)) {
        throw refuse('replayed', 'this request was made before', 'sign each request with a new nonce');
      }
    }
    keys.noteUse(stored.id);
    return principal;
  };

  return {
    needsChallenge,
    check: (head) => {
      if (!isWellFormed(head)) throw notOurs('form');
      return {
        confirm: (bodyHash) => {
          // Looked up now: while the body came it may have been removed.
          const key = keys.find(head.keyId);
          if (key === undefined) throw notOurs('unknown_key');
          const text = signedRequestText({ ...head, gatewayId, bodyHash });
          if (!key.publicKey.verify(Buffer.from(text), head.signature)) throw notOurs('wrong');
          return admit(key, head);
        },
      };
    },
  };
}

function isWellFormed({ keyId, time, nonce, signature, method, target }: SignedHead): boolean {
  return (
    /^[0-9a-f]{12}$/.test(keyId) &&
    /^[1-9][0-9]{0,14}$/.test(time) &&
    nonceForm.test(nonce) &&
    signatureForm.test(signature) &&
    !/[\r\n]/.test(method + target)
  );
}

function notOurs(reason: Fault): GatewayError {
  return new GatewayError('signature_invalid', 'the signature is not one of a key of this gateway', {
    hint: 'sign gw-req-1, the id of this gateway, method, path with query, SHA-256 of the body, time and nonce',
    facts: { reason },
  });
}

const challengeGone = [
  'this challenge is used, too old, or none of ours',
  'get another: GET /api/v1/auth/challenge',
] as const;

function wrongTime(offMs: number): readonly [string, string] {
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  return [
    `the request was signed ${seconds} s ${offMs < 0 ? 'ago' : 'from now'}, by the clock of the gateway`,
    'set the clock, or sign a challenge: GET /api/v1/auth/challenge',
  ];
}

function challengeRequired({ id }: Principal): GatewayError {
  return new GatewayError('challenge_required', 'the gateway cannot tell yet whether this request is new', {
    hint: 'sign it again with a nonce from GET /api/v1/auth/challenge',
    facts: { principal: id },
  });
}
