import type { Clock, MonotonicMs } from '../../core/clock.ts';
import type { Interval } from '../../core/interval.ts';
import type { RunningJob } from '../../core/job-process.ts';
import type { StoredRun } from '../../storage/job-calls.ts';

/** Between being asked to end and being made to. */
const graceMs = 5_000;

/** Who ended it, when it did not end by itself. */
export type EndedBy = 'cancelled' | 'timeout' | 'stopped';

/** A run that goes on: its processes, and how long they have run. */
export class JobRun {
  readonly stored: StoredRun;
  readonly #clock: Clock;
  readonly #processes: RunningJob;
  /** On the monotonic clock. */
  readonly beganMs: MonotonicMs;
  /** Of the stretch that goes on; undefined while it is held. */
  #stretch: { readonly wallMs: number; readonly atMs: MonotonicMs } | undefined;
  #stretches: Interval[] = [];
  #ranMs = 0;
  #endedBy: EndedBy | undefined;
  #killAtMs = Infinity;
  /** Bytes that it had printed when they were saved. */
  savedBytes = 0;
  savedMs: MonotonicMs;

  constructor(clock: Clock, stored: StoredRun, processes: RunningJob) {
    this.#clock = clock;
    this.stored = stored;
    this.#processes = processes;
    this.beganMs = clock.monotonic();
    this.savedMs = this.beganMs;
    this.#stretch = { wallMs: clock.wall(), atMs: this.beganMs };
  }

  get processes(): RunningJob {
    return this.#processes;
  }

  get endedBy(): EndedBy | undefined {
    return this.#endedBy;
  }

  get isPaused(): boolean {
    return this.#stretch === undefined;
  }

  /** When it began or was gone on with last, UTC epoch ms; undefined while it is held. */
  get stretchStartedMs(): number | undefined {
    return this.#stretch?.wallMs;
  }

  /** Without the time that it was held. */
  get ranMs(): number {
    return this.#ranMs + (this.#stretch === undefined ? 0 : this.#clock.monotonic() - this.#stretch.atMs);
  }

  /** When it ran, on the wall clock as it was at the beginning of each stretch; the last one up to now. */
  get stretches(): readonly Interval[] {
    return this.#stretch === undefined ? this.#stretches : [...this.#stretches, this.#closed(this.#stretch)];
  }

  pause(): void {
    if (this.#stretch === undefined || this.#endedBy !== undefined) return;
    const stretch = this.#closed(this.#stretch);
    this.#ranMs += stretch.endMs - stretch.startMs;
    this.#stretches.push(stretch);
    this.#stretch = undefined;
    this.#processes.pause();
  }

  resume(): void {
    if (this.#stretch !== undefined) return;
    this.#stretch = { wallMs: this.#clock.wall(), atMs: this.#clock.monotonic() };
    this.#processes.resume();
  }

  /** Asks it to end. The first to ask is who ended it. */
  end(by: EndedBy): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = by;
    this.#killAtMs = this.#clock.monotonic() + graceMs;
    this.#processes.terminate();
  }

  kill(): void {
    this.#killAtMs = Infinity;
    this.#processes.kill();
  }

  /** To be called each second: makes it end when it does not heed, and when its time is over, which being held does not use up. */
  watch(timeoutMs: number | undefined): void {
    if (timeoutMs !== undefined && this.ranMs >= timeoutMs) this.end('timeout');
    if (this.#clock.monotonic() >= this.#killAtMs) this.kill();
  }

  #closed({ wallMs, atMs }: { readonly wallMs: number; readonly atMs: MonotonicMs }): Interval {
    return { startMs: wallMs, endMs: Math.round(wallMs + this.#clock.monotonic() - atMs) };
  }
}
