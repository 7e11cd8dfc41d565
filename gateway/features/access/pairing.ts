import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Scope } from '../command.ts';
import { isSamePairingCode, makePairingCode } from '../pairing-code.ts';

/** What pairing gives at most: everything but raw access to device registers, which the owner grants by hand. */
export const pairedScopes: readonly Scope[] = ['read', 'control', 'jobs:run', 'admin', 'provision'];

export interface PairingState {
  readonly open: boolean;
  /** Only while open. */
  readonly code: string | null;
  /** Until it closes by itself; null when it stays open until used. */
  readonly remainingMs: number | null;
}

/**
 * The first way in: whoever can read the code on the gateway's own console is its owner.
 *
 *     closed --openUntilUsed--> open (no end) --right code--> closed
 *     closed --openWindow-----> open (5 min)  --right code, or its end--> closed
 *     open --5 wrong codes--> barred (5 min) --> open again if it has no end, else closed
 */
export interface Pairing {
  /** First start: there is no token yet. Answers the code, to be shown on the console: a new one unless one is given. */
  openUntilUsed(code?: string): string;
  /** On the owner's word: a new code, a new window, and tries from the start. All of `pairedScopes` unless said. */
  openWindow(scopes?: readonly Scope[]): PairingState;
  /** Until somebody opens it again. */
  close(): void;
  /** What the right code gives now; nothing while it is closed. */
  readonly scopes: readonly Scope[];
  state(): PairingState;
  /**
   * Returns when the code is right, and is closed then. What it returns opens it again with the same code, for
   * when no token could be made. Errors: `pairing_closed pairing_code_wrong rate_limited`.
   */
  redeem(code: string): () => void;
}

interface Window {
  readonly code: string;
  readonly scopes: readonly Scope[];
  readonly endsAtMs: MonotonicMs | undefined;
  wrongTries: number;
  barredUntilMs: MonotonicMs;
}

/** Nothing is open until one of the open calls. */
export function createPairing(clock: Clock): Pairing {
  let current: Window | undefined;

  const open = (window: Pick<Window, 'code' | 'endsAtMs' | 'scopes'>): Window => {
    current = { ...window, wrongTries: 0, barredUntilMs: clock.monotonic() };
    return current;
  };
  const openNow = (): Window | undefined => {
    const isOver = current?.endsAtMs !== undefined && current.endsAtMs <= clock.monotonic();
    const isBarred = current !== undefined && current.barredUntilMs > clock.monotonic();
    if (isOver && !isBarred) current = undefined;
    return current;
  };
  const state = (): PairingState => {
    const window = openNow();
    const isOpen = window !== undefined && window.barredUntilMs <= clock.monotonic();
    const endsAtMs = isOpen ? window.endsAtMs : undefined;
    return {
      open: isOpen,
      code: isOpen ? window.code : null,
      remainingMs: endsAtMs === undefined ? null : endsAtMs - clock.monotonic(),
    };
  };

  return {
    openUntilUsed: (code = makePairingCode()) =>
      open({ code, endsAtMs: undefined, scopes: pairedScopes }).code,
    openWindow: (scopes = pairedScopes) => {
      const endsAtMs = monotonicMs(clock.monotonic() + limits.pairingWindowMs);
      open({ code: makePairingCode(), endsAtMs, scopes });
      return state();
    },
    close: () => {
      current = undefined;
    },
    get scopes() {
      return openNow()?.scopes ?? [];
    },
    state,
    redeem: (code) => {
      const window = openNow();
      if (window === undefined) throw pairingClosed();
      const barredMs = window.barredUntilMs - clock.monotonic();
      if (barredMs > 0) throw tooManyTries(barredMs);
      if (isSamePairingCode(window.code, code)) {
        current = undefined;
        return () => (current ??= window);
      }
      window.wrongTries += 1;
      if (window.wrongTries >= limits.pairingTriesMax) {
        window.wrongTries = 0;
        window.barredUntilMs = monotonicMs(clock.monotonic() + limits.pairingWindowMs);
      }
      throw wrongCode();
    },
  };
}

function pairingClosed(): GatewayError {
  return new GatewayError('pairing_closed', 'pairing is not open', {
    hint: 'open it for five minutes on the gateway with: egw pairing open',
  });
}

function wrongCode(): GatewayError {
  return new GatewayError('pairing_code_wrong', 'this is not the pairing code', {
    hint: 'read it from the console, or on the gateway with: egw pairing show',
  });
}

function tooManyTries(barredMs: number): GatewayError {
  const retryAfterSeconds = Math.ceil(barredMs / 1000);
  return new GatewayError('rate_limited', 'too many wrong pairing codes', {
    hint: `try again in ${retryAfterSeconds} s`,
    facts: { retryAfterSeconds, reason: 'pairing' },
  });
}
