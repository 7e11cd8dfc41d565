import type { Clock } from '../../../core/clock.ts';
import type { LiveFeed, LiveValue } from '../../../core/live-feed.ts';

export interface PowerSightOptions {
  /** The plug, or the part of it. */
  readonly device: string;
  readonly offBelowWatts: number;
  /** Of the plug; undefined where that is not known. */
  readonly periodMs: number | undefined;
}

/** What the plug shows now. */
export interface SeenPower {
  readonly watts: number;
  /** Of the reading, UTC epoch ms. */
  readonly atMs: number;
  readonly leaning: 'on' | 'off';
  /** Whether all readings of the last minute say so. */
  readonly isSettled: boolean;
}

interface Side {
  readonly leaning: 'on' | 'off';
  /** Steady time of the first and of the last reading on this side. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly watts: number;
  readonly atMs: number;
}

const quantity = 'load_power_w';
const settledMs = 60_000;
const freshMsMin = 90_000;

/** Follows the power of the server's plug, by when it was heard: the wall clock may be set meanwhile. */
export class PowerSight {
  readonly #options: PowerSightOptions;
  readonly #clock: Clock;
  readonly #freshMs: number;
  #side: Side | undefined;

  constructor(
    options: PowerSightOptions,
    { clock, feed }: { readonly clock: Clock; readonly feed: LiveFeed },
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#freshMs = Math.max(freshMsMin, 2.5 * (options.periodMs ?? 0));
    feed.subscribe((event) => {
      if (event.type === 'readings') for (const value of event.values) this.#hear(value);
    });
  }

  /** undefined: nothing was heard of it for too long. */
  now(): SeenPower | undefined {
    const side = this.#side;
    const nowMs = this.#clock.monotonic();
    if (side === undefined || nowMs - side.toMs > this.#freshMs) return undefined;
    const { watts, atMs, leaning, fromMs, toMs } = side;
    return { watts, atMs, leaning, isSettled: toMs - fromMs >= settledMs };
  }

  #hear({ device, quantity: its, quality, value, atMs }: LiveValue): void {
    const { device: plug, offBelowWatts } = this.#options;
    if (device !== plug || its !== quantity || quality !== 'good' || value === null) return;
    const nowMs = this.#clock.monotonic();
    const leaning = value < offBelowWatts ? 'off' : 'on';
    const before = this.#side;
    const goesOn = before?.leaning === leaning && nowMs - before.toMs <= this.#freshMs;
    this.#side = { leaning, fromMs: goesOn ? before.fromMs : nowMs, toMs: nowMs, watts: value, atMs };
  }
}
