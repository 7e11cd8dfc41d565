import { wallMs, type MonotonicMs, type WallMs } from '../../core/clock.ts';
import type {
  ClockEvidence,
  MachineClock,
  StampingClock,
  SteadyMs,
  TimeStamp,
} from '../../core/machine-clock.ts';
import { followedMsMax, type ClockSample } from './clock-rules.ts';
import {
  ClockTrust,
  type ClockChange,
  type ClockDoubt,
  type ClockState,
  type ClockTrustOptions,
} from './clock-trust.ts';

/**
 * The clock that the gateway lives by. Its wall time is the machine's while that is believed. While it is not, it
 * goes on from what was believed; and where nothing was, from the newest that is stored, so that it is rather behind
 * than ahead: nothing is deleted and nobody shut out because a clock is wrong.
 */
export class Timekeeper implements MachineClock, StampingClock {
  readonly #clock: MachineClock;
  #trust: ClockTrust | undefined;
  /** Wall − monotonic, and settled − monotonic, at the last look. */
  #claimedAheadMs = 0;
  #settledAheadMs = 0;
  #changes: ClockChange[] = [];

  /** Believes the machine's clock until `start`. */
  constructor(clock: MachineClock) {
    this.#clock = clock;
  }

  /** What the clock of the machine says. */
  machineMs(): WallMs {
    return this.#clock.wall();
  }

  get timeline(): string {
    return this.#clock.timeline;
  }

  get state(): ClockState {
    return this.#trust?.state ?? 'trusted';
  }

  /** What makes UTC epoch ms of steady times; undefined while that is not known. */
  get offsetMs(): number | undefined {
    return this.#trust?.offsetMs;
  }

  get doubt(): ClockDoubt | undefined {
    return this.#trust?.doubt;
  }

  /** Judges from here on. */
  start(options: ClockTrustOptions): void {
    this.#trust = new ClockTrust(options);
    this.look();
    // That a clock is right from the start is no news.
    if (this.state === 'trusted') this.#changes = this.#changes.filter(({ from }) => from !== 'unset');
  }

  wall(): WallMs {
    const claimedMs = this.#clock.wall();
    const trust = this.#trust;
    if (trust === undefined) return claimedMs;
    const nowMs = this.#clock.monotonic();
    // A step is seen by whoever asks first, so that no reading has its time from a clock that has just been set.
    if (trust.state === 'trusted' && Math.abs(claimedMs - nowMs - this.#claimedAheadMs) > followedMsMax)
      this.look();
    return trust.state === 'trusted' ? claimedMs : wallMs(Math.floor(nowMs + this.#settledAheadMs));
  }

  monotonic(): MonotonicMs {
    return this.#clock.monotonic();
  }

  steady(): SteadyMs {
    return this.#clock.steady();
  }

  evidence(): ClockEvidence {
    return this.#clock.evidence();
  }

  stamp(): TimeStamp {
    const atMs = this.wall();
    if (this.state === 'trusted') return { basis: 'wall', atMs };
    return { basis: 'steady', atMs: Math.round(this.#clock.steady()) };
  }

  /** Looks at the clocks: to be called every few seconds. */
  look(): void {
    const trust = this.#trust;
    if (trust === undefined) return;
    const { nowMs, sample } = this.#sample();
    this.#follow(trust, nowMs, sample, trust.observe(sample));
  }

  /** On somebody's word. False when the clock says what cannot be. */
  believe(): boolean {
    const trust = this.#trust;
    if (trust === undefined) return true;
    const { nowMs, sample } = this.#sample();
    const change = trust.believe(sample);
    this.#follow(trust, nowMs, sample, change === false ? undefined : change);
    return change !== false;
  }

  /** What has changed since it was last asked, in order. */
  takeChanges(): readonly ClockChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  #sample(): { readonly nowMs: number; readonly sample: ClockSample } {
    const evidence = this.#clock.evidence();
    const nowMs = this.#clock.monotonic();
    return { nowMs, sample: { wallMs: this.#clock.wall(), steadyMs: this.#clock.steady(), ...evidence } };
  }

  #follow(trust: ClockTrust, nowMs: number, sample: ClockSample, change: ClockChange | undefined): void {
    this.#claimedAheadMs = sample.wallMs - nowMs;
    this.#settledAheadMs = trust.settledMs(sample.steadyMs) - nowMs;
    if (change !== undefined) this.#changes.push(change);
  }
}
