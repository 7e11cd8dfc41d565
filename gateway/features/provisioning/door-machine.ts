import { limits } from '../../core/limits.ts';

/** What outlives a restart. */
export interface DoorFacts {
  /** Since the last right code. */
  readonly wrongTries: number;
  /** Until it is barred. */
  readonly triesLeft: number;
}

/** Times are of the monotonic clock; those that have passed mean nothing. */
export interface DoorState extends DoorFacts {
  /** For a gateway with an owner. */
  readonly openUntilMs: number;
  readonly improvUntilMs: number;
  readonly ancestorUntilMs: number;
  /** No code may be tried before. */
  readonly waitUntilMs: number;
}

/**
 * `touched`: somebody was at the gateway, or its owner said so. `tried`: a code is about to be looked at. `proved`: it
 * was right. `paired`: somebody nearby has just become an owner. `improv-continues`: an app of Improv gave a network that
 * could not be joined, or named the machine, and has not come to its end. `closed`: the owner's word.
 */
export const doorInputs = ['touched', 'tried', 'proved', 'paired', 'improv-continues', 'closed'] as const;

export type DoorInput = (typeof doorInputs)[number];

export type DoorPosition = 'closed' | 'open' | 'barred';

/** A start keeps no times: whoever had to wait waits again from the beginning. */
export function doorAtStart(facts: DoorFacts, nowMs: number): DoorState {
  const past = Number.NEGATIVE_INFINITY;
  const waitUntilMs = facts.wrongTries === 0 ? past : nowMs + waitMsAfter(facts.wrongTries);
  return { ...facts, openUntilMs: past, improvUntilMs: past, ancestorUntilMs: past, waitUntilMs };
}

/** Pure. */
export function nextDoor(state: DoorState, input: DoorInput, nowMs: number): DoorState {
  switch (input) {
    case 'touched':
      return {
        ...state,
        triesLeft: limits.nearbyTriesMax,
        openUntilMs: nowMs + limits.nearbyDoorMs,
        improvUntilMs: nowMs + limits.nearbyImprovMs,
        ancestorUntilMs: nowMs + limits.nearbyAncestorMs,
      };
    case 'tried': {
      const wrongTries = state.wrongTries + 1;
      const waitUntilMs = nowMs + waitMsAfter(wrongTries);
      return { ...state, wrongTries, waitUntilMs, triesLeft: Math.max(0, state.triesLeft - 1) };
    }
    case 'proved':
      return {
        ...state,
        wrongTries: 0,
        triesLeft: limits.nearbyTriesMax,
        waitUntilMs: Number.NEGATIVE_INFINITY,
      };
    case 'paired':
      // Whoever has just proved to be here may come back when his link breaks.
      return { ...state, openUntilMs: Math.max(state.openUntilMs, nowMs + limits.nearbyDoorMs) };
    case 'improv-continues':
      // Not beyond the five minutes, or who gives wrong passwords would never be shut out.
      return { ...state, improvUntilMs: Math.min(nowMs + limits.nearbyImprovMs, state.openUntilMs) };
    case 'closed':
      return { ...state, openUntilMs: nowMs, improvUntilMs: nowMs, ancestorUntilMs: nowMs };
  }
}

export function positionOf(state: DoorState, nowMs: number, isOwned: boolean): DoorPosition {
  if (isOwned && state.openUntilMs <= nowMs) return 'closed';
  return state.triesLeft === 0 ? 'barred' : 'open';
}

/** 1, 2, 4 … seconds. */
function waitMsAfter(wrongTries: number): number {
  return Math.min(limits.nearbyWaitMsMax, 1_000 * 2 ** Math.min(wrongTries - 1, 30));
}
