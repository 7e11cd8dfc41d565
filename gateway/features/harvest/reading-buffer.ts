import { limits } from '../../core/limits.ts';
import type { TimeBasis } from '../../core/machine-clock.ts';
import { qualityCode } from '../../core/quality.ts';
import type { Reading, ReadingBatch } from '../../core/reading.ts';
import { ShedCount } from './shed-count.ts';

/** A batch on its way to the database; the same key comes again until its commit has returned. */
export interface PendingBatch {
  readonly sequence: number;
  /** What `added` was when its last reading came. */
  readonly toAdded: number;
  readonly readings: ReadingBatch;
  /** What their times are: of one batch all the same. */
  readonly basis: TimeBasis;
}

/**
 * Readings between their arrival and their commit, in the order they came. Bounded: when commits fail for
 * so long that it is full, the oldest give way and are counted, never silently.
 */
export class ReadingBuffer {
  #series: number[] = [];
  #atMs: number[] = [];
  #value: number[] = [];
  #quality: number[] = [];
  #isSteady: boolean[] = [];
  #sequence = 0;
  #added = 0;
  #inFlight: PendingBatch | undefined;
  /** What was given up, to be noted. */
  readonly shedCount = new ShedCount();
  #steadyAdded = 0;

  /** Readings that wait, those under way included. */
  get size(): number {
    return this.#series.length + (this.#inFlight?.readings.series.length ?? 0);
  }

  /** Readings that ever came: the place of the newest one. */
  get added(): number {
    return this.#added;
  }

  /** Readings given up because the buffer was full. */
  get shed(): number {
    return this.shedCount.total;
  }

  /** Of all that ever came, those whose times are steady ones. */
  get steadyAdded(): number {
    return this.#steadyAdded;
  }

  /** Of those that wait. */
  get steadyWaiting(): number {
    const underWay = this.#inFlight?.basis === 'steady' ? this.#inFlight.readings.series.length : 0;
    return this.#isSteady.reduce((count, isSteady) => count + (isSteady ? 1 : 0), underWay);
  }

  /** UTC epoch ms of the oldest that waits; undefined where none does, or its time is not known. */
  get oldestMs(): number | undefined {
    const underWay = this.#inFlight;
    if (underWay !== undefined) return underWay.basis === 'wall' ? underWay.readings.atMs[0] : undefined;
    return this.#isSteady[0] === false ? this.#atMs[0] : undefined;
  }

  add({ series, atMs, value, quality }: Reading, basis: TimeBasis = 'wall'): void {
    this.#added += 1;
    if (basis === 'steady') this.#steadyAdded += 1;
    this.#isSteady.push(basis === 'steady');
    this.#series.push(series);
    this.#atMs.push(atMs);
    this.#value.push(value);
    this.#quality.push(qualityCode(quality));
    const surplus = this.#series.length - limits.pendingReadingsMax;
    if (surplus > 0) {
      this.#drop(Math.max(surplus, limits.commitReadingsMax));
    }
  }

  #drop(count: number): void {
    const fromPlace = this.#added - this.#series.length + 1;
    const isSteady = this.#isSteady.splice(0, count).includes(true);
    this.shedCount.add(this.#atMs.splice(0, count), fromPlace, isSteady ? 'steady' : 'wall');
    for (const column of [this.#series, this.#value, this.#quality]) column.splice(0, count);
  }

  /** The batch to commit: the one whose commit has not returned, or the next; undefined when there is none. */
  next(): PendingBatch | undefined {
    if (this.#inFlight !== undefined) return this.#inFlight;
    const [isSteady] = this.#isSteady;
    if (isSteady === undefined) return undefined;
    const change = this.#isSteady.indexOf(!isSteady);
    const count = Math.min(change < 0 ? this.#series.length : change, limits.commitReadingsMax);
    this.#isSteady.splice(0, count);
    this.#sequence += 1;
    this.#inFlight = {
      sequence: this.#sequence,
      basis: isSteady ? 'steady' : 'wall',
      toAdded: this.#added - (this.#series.length - count),
      readings: {
        series: Uint32Array.from(this.#series.splice(0, count)),
        atMs: Float64Array.from(this.#atMs.splice(0, count)),
        value: Float64Array.from(this.#value.splice(0, count)),
        quality: Uint8Array.from(this.#quality.splice(0, count)),
      },
    };
    return this.#inFlight;
  }

  /** The commit of that batch has returned. Told twice of one, it takes the next batch for none. */
  acknowledge(batch: PendingBatch): void {
    if (batch === this.#inFlight) this.#inFlight = undefined;
  }
}
