import { StateMachine, type TransitionTable } from '../../engine/state-machine.ts';
import {
  claimOf,
  earliestMs,
  followedMsMax,
  supportOf,
  waitMs,
  type ClockClaim,
  type ClockSample,
  type ClockSupport,
} from './clock-rules.ts';

/** `unset`: the time has not been known since the machine started. `stepped`: it is known, and the clock says another. */
export type ClockState = 'unset' | 'trusted' | 'stepped';
export type ClockInput = 'believed' | 'stepped' | 'returned';

/**
 *     unset ──believed──► trusted ──stepped──► stepped
 *                            ▲ ▲ ──believed──────┤
 *                            └──── returned ─────┘
 */
export const clockMachine: TransitionTable<ClockState, ClockInput> = {
  unset: { believed: 'trusted' },
  trusted: { stepped: 'stepped' },
  stepped: { believed: 'trusted', returned: 'trusted' },
};

/** The clock is judged otherwise from now on. */
export interface ClockChange {
  readonly from: ClockState;
  readonly to: ClockState;
  readonly input: ClockInput;
  /** What it was taken to be until now; undefined when that was not known. UTC epoch ms. */
  readonly fromMs: number | undefined;
  /** What the wall clock says. */
  readonly toMs: number;
}

export interface ClockTrustOptions {
  /** Time of the newest reading that is stored: it was earlier than now. */
  readonly newestMs: number | undefined;
  /** What was believed in an earlier run since the machine started: wall − steady. */
  readonly offsetMs?: number | undefined;
  /** Believe whatever the clock says. */
  readonly isAlways?: boolean;
}

/** What keeps the clock from being believed. */
export interface ClockDoubt {
  readonly claim: ClockClaim;
  readonly support: ClockSupport;
  /** What the wall clock says. */
  readonly wallMs: number;
  /** Until it is believed if nothing changes; Infinity: never. */
  readonly remainingMs: number;
}

/** Decides from samples whether the wall clock is believed, by the table of `waitMs`. Pure. */
export class ClockTrust {
  readonly #options: ClockTrustOptions;
  readonly #machine: StateMachine<ClockState, ClockInput>;
  /** What is believed: wall − steady. */
  #offsetMs: number | undefined;
  /** What the clock says: wall − steady, and from when on. */
  #claimed: { offsetMs: number; readonly sinceMs: number } | undefined;
  #firstSteadyMs: number | undefined;
  #doubt: ClockDoubt | undefined;

  constructor(options: ClockTrustOptions) {
    this.#options = options;
    this.#offsetMs = options.offsetMs;
    this.#machine = new StateMachine(clockMachine, options.offsetMs === undefined ? 'unset' : 'trusted');
  }

  get state(): ClockState {
    return this.#machine.state;
  }

  /** What makes UTC epoch ms of steady ms; undefined while the time is not known. */
  get offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  /** undefined when the clock is believed. */
  get doubt(): ClockDoubt | undefined {
    return this.#doubt;
  }

  /**
   * The time that is relied on, at a steady time. While it is not known: not later than it is, as far as
   * anything stored tells.
   */
  settledMs(steadyMs: number): number {
    if (this.#offsetMs !== undefined) return steadyMs + this.#offsetMs;
    const runMs = steadyMs - (this.#firstSteadyMs ?? steadyMs);
    if (this.#options.newestMs !== undefined) return this.#options.newestMs + runMs;
    const claimedMs = steadyMs + (this.#claimed?.offsetMs ?? -Infinity);
    return claimOf(claimedMs, undefined, true) === 'impossible' ? earliestMs + runMs : claimedMs;
  }

  observe(sample: ClockSample): ClockChange | undefined {
    const { wallMs, steadyMs } = sample;
    const sinceMs = this.#claim(wallMs - steadyMs, steadyMs);
    const expectedMs = this.#offsetMs === undefined ? undefined : steadyMs + this.#offsetMs;
    if (expectedMs !== undefined && Math.abs(wallMs - expectedMs) <= followedMsMax) {
      return this.#move('returned', sample);
    }
    const stoodMs = steadyMs - sinceMs;
    const isStart = expectedMs === undefined;
    const claim = claimOf(wallMs, expectedMs ?? this.#options.newestMs, isStart);
    const support = supportOf(sample, stoodMs);
    const remainingMs = this.#options.isAlways === true ? 0 : waitMs[claim][support] - stoodMs;
    if (remainingMs <= 0) {
      // Told as the step that it is, also when it is believed at once.
      this.#machine.send('stepped');
      return this.#move('believed', sample);
    }
    this.#doubt = { claim, support, wallMs, remainingMs };
    return this.#move('stepped', sample);
  }

  /** On somebody's word: false when the clock says what cannot be. */
  believe(sample: ClockSample): ClockChange | undefined | false {
    const change = this.observe(sample);
    if (this.state === 'trusted') return change;
    if (this.#doubt?.claim === 'impossible') return false;
    return this.#move('believed', sample);
  }

  /** Since when, on the steady clock, the clock stands where it stands. */
  #claim(offsetMs: number, steadyMs: number): number {
    const before = this.#claimed;
    if (before !== undefined && Math.abs(offsetMs - before.offsetMs) <= followedMsMax) {
      before.offsetMs = offsetMs;
      return before.sinceMs;
    }
    // What it says at the first look, it has said since the machine started, as far as anybody knows.
    const isFirst = before === undefined;
    if (isFirst) this.#firstSteadyMs = steadyMs;
    this.#claimed = { offsetMs, sinceMs: isFirst && this.#offsetMs === undefined ? 0 : steadyMs };
    return this.#claimed.sinceMs;
  }

  #move(input: ClockInput, { wallMs, steadyMs }: ClockSample): ClockChange | undefined {
    const from = this.#machine.state;
    const fromMs = this.#offsetMs === undefined ? undefined : steadyMs + this.#offsetMs;
    this.#machine.send(input);
    if (input !== 'stepped') {
      this.#offsetMs = wallMs - steadyMs;
      this.#doubt = undefined;
    }
    const to = this.#machine.state;
    return to === from ? undefined : { from, to, input, fromMs, toMs: wallMs };
  }
}
