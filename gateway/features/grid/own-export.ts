import type { LiveEvent } from '../../core/live-feed.ts';
import { formatDuration } from '../../core/duration.ts';
import type { SignalSlot } from '../../core/power-signal.ts';

/** The mean of so long is what counts. */
const meanMs = 300_000;
/** Of that so much must have been seen: one gust of wind is no surplus. */
const seenMsMin = 60_000;
const quantity = 'grid_power_w';
const samplesMax = 3_600;

interface Sample {
  readonly atMs: number;
  /** To the grid +; NaN when there was none. */
  readonly watts: number;
}

export interface OwnExportFacts {
  /** Mean of the last five minutes, W; undefined when it is not known. */
  readonly watts: number | undefined;
  /** Of the newest value. */
  readonly atMs: number | undefined;
  readonly unknown: string | undefined;
}

/** What the house gives to the grid, from the live values of its meter. */
export class OwnExport {
  readonly #device: string;
  readonly #periodMs: number;
  #samples: Sample[] = [];

  /** @param device the meter at the grid's connection @param periodMs at which it is read */
  constructor(device: string, periodMs: number) {
    this.#device = device;
    this.#periodMs = periodMs;
  }

  heard(event: LiveEvent): void {
    if (event.type !== 'readings') return;
    for (const { device, quantity: name, atMs, value, quality } of event.values) {
      if (device !== this.#device || name !== quantity) continue;
      const isUsable = value !== null && (quality === 'good' || quality === 'estimated');
      this.#add({ atMs, watts: isUsable ? -value : Number.NaN });
    }
  }

  /** A value holds until the next, for two periods at most. */
  at(nowMs: number): OwnExportFacts {
    const newest = this.#samples.findLast(({ watts }) => !Number.isNaN(watts));
    if (newest === undefined) return unknown(`${this.#device} has said no ${quantity} yet`);
    const ageMs = nowMs - newest.atMs;
    if (ageMs > this.#holdMs)
      return unknown(`${this.#device} has said no ${quantity} for ${roughly(ageMs)}`, newest.atMs);
    let seenMs = 0;
    let wattMs = 0;
    this.#samples.forEach(({ atMs, watts }, index) => {
      const nextMs = this.#samples[index + 1]?.atMs ?? nowMs;
      const fromMs = Math.max(atMs, nowMs - meanMs);
      const lengthMs = Math.min(nextMs, atMs + this.#holdMs, nowMs) - fromMs;
      if (lengthMs <= 0 || Number.isNaN(watts)) return;
      seenMs += lengthMs;
      wattMs += watts * lengthMs;
    });
    if (seenMs < seenMsMin)
      return unknown(`${this.#device} has been seen for less than a minute`, newest.atMs);
    return { watts: wattMs / seenMs, atMs: newest.atMs, unknown: undefined };
  }

  /** As a signal: it holds as long as its newest value does. */
  slots(nowMs: number): readonly SignalSlot[] {
    const { watts, atMs } = this.at(nowMs);
    if (watts === undefined || atMs === undefined) return [];
    return [{ startMs: Math.min(atMs, nowMs), endMs: atMs + this.#holdMs + 1, value: watts, basis: 'known' }];
  }

  get #holdMs(): number {
    return 2 * this.#periodMs;
  }

  /** What comes from before the newest is of a clock that was set back: that begins anew. */
  #add(sample: Sample): void {
    if (sample.atMs < (this.#samples.at(-1)?.atMs ?? -Infinity)) this.#samples = [];
    this.#samples.push(sample);
    const fromMs = sample.atMs - meanMs - this.#holdMs;
    if (this.#samples.length > samplesMax || (this.#samples[0]?.atMs ?? 0) < fromMs - meanMs)
      this.#samples = this.#samples.filter(({ atMs }) => atMs >= fromMs).slice(-samplesMax);
  }
}

function unknown(why: string, atMs?: number): OwnExportFacts {
  return { watts: undefined, atMs, unknown: why };
}

function roughly(ms: number): string {
  return formatDuration(
    Math.max(1, ms < 120_000 ? Math.round(ms / 1_000) : Math.round(ms / 60_000) * 60) * 1_000,
  );
}
