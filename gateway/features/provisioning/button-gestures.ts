import type { ButtonEdge } from '../../core/push-button.ts';

/**
 * `touch`: held for 3 s, told while it is still held; or pressed twice within 1.5 s, told at the second press.
 * `held-for-reset`: held for 10 s, told while it is still held.
 */
export type ButtonGesture = 'touch' | 'held-for-reset';

/** A level that changes again within this is a bounce, or a spark on the line. */
export const bounceMs = 30;
const holdForTouchMs = 3_000;
const pressesApartMsMax = 1_500;
const holdForResetMs = 10_000;
/** Whoever holds it longer than this is a button that is stuck. */
const holdForResetMsMax = 60_000;

interface Press {
  readonly atMs: number;
  /** Each gesture is told once a press. */
  isTouchTold: boolean;
  isResetTold: boolean;
}

/**
 * What a hand on the button means, from its edges and the time alone. Times are of one clock that never goes back.
 * Whoever drives it calls `pass` at the time of `dueMs`. A button that is down when all begins says nothing before its
 * next press.
 */
export class ButtonGestures {
  /** As the line is; what it counts as follows when it has stayed so. */
  #isLineDown = false;
  #lineSinceMs = Number.NEGATIVE_INFINITY;
  /** Of the press that counts, until its release counts. */
  #press: Press | undefined;
  /** Of the press before, while a second one may make a pair of them. */
  #firstOfPairMs: number | undefined;

  edge(edge: ButtonEdge, atMs: number): readonly ButtonGesture[] {
    const told = this.pass(atMs);
    const isDown = edge === 'press';
    if (isDown === this.#isLineDown) return told;
    this.#isLineDown = isDown;
    this.#lineSinceMs = atMs;
    return told;
  }

  pass(nowMs: number): readonly ButtonGesture[] {
    if (!this.#isUnsettled()) return this.#held(nowMs);
    if (nowMs - this.#lineSinceMs < bounceMs) return [];
    return this.#isLineDown ? this.#pressed(nowMs) : this.#released();
  }

  /** When `pass` has something to say; undefined: not before the next edge. */
  get dueMs(): number | undefined {
    if (this.#isUnsettled()) return this.#lineSinceMs + bounceMs;
    if (this.#press === undefined || this.#press.isResetTold) return undefined;
    return this.#press.atMs + (this.#press.isTouchTold ? holdForResetMs : holdForTouchMs);
  }

  /** Whether it is held, and has been long enough, but not as long as only a stuck one is. */
  isHeldForReset(nowMs: number): boolean {
    if (this.#press === undefined || !this.#isLineDown) return false;
    const heldMs = nowMs - this.#press.atMs;
    return heldMs >= holdForResetMs && heldMs <= holdForResetMsMax;
  }

  #isUnsettled(): boolean {
    return this.#isLineDown !== (this.#press !== undefined);
  }

  #pressed(nowMs: number): readonly ButtonGesture[] {
    const atMs = this.#lineSinceMs;
    const isPair = this.#firstOfPairMs !== undefined && atMs - this.#firstOfPairMs <= pressesApartMsMax;
    this.#firstOfPairMs = isPair ? undefined : atMs;
    this.#press = { atMs, isTouchTold: isPair, isResetTold: false };
    return [...(isPair ? (['touch'] as const) : []), ...this.#held(nowMs)];
  }

  #released(): readonly ButtonGesture[] {
    const told = this.#held(this.#lineSinceMs);
    this.#press = undefined;
    return told;
  }

  #held(nowMs: number): readonly ButtonGesture[] {
    const press = this.#press;
    if (press === undefined) return [];
    const told: ButtonGesture[] = [];
    if (!press.isTouchTold && nowMs - press.atMs >= holdForTouchMs) {
      press.isTouchTold = true;
      this.#firstOfPairMs = undefined;
      told.push('touch');
    }
    if (!press.isResetTold && nowMs - press.atMs >= holdForResetMs) {
      press.isResetTold = true;
      told.push('held-for-reset');
    }
    return told;
  }
}
