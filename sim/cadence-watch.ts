import type { TaskEvent } from '../gateway/engine/scheduler.ts';

export interface CadenceParts {
  /** By task, those that are watched. */
  readonly periodsMs: ReadonlyMap<string, number>;
  /** Whether the task had no reason of its own to be late, from its last start on. */
  isWell(task: string, fromMs: number, toMs: number): boolean;
  /** When the wall clock is set, the next beat comes half to one and a half periods after the last. */
  readonly isClockFaulty: boolean;
  report(message: string): void;
}

/** What other tasks of the same instant, and their lanes, may take. */
const lateMsMax = 1_000;

/** Watches that what is well itself is read at its period, whatever goes on around it. */
export class CadenceWatch {
  readonly #parts: CadenceParts;
  readonly #startedMs = new Map<string, number>();
  /** By task: the longest time between two starts while it was well. */
  readonly worstMs = new Map<string, number>();
  #checks = 0;

  constructor(parts: CadenceParts) {
    this.#parts = parts;
  }

  get checks(): number {
    return this.#checks;
  }

  restarted(): void {
    this.#startedMs.clear();
  }

  /** @param nowMs by the monotonic clock @param trueMs UTC epoch ms, true */
  see({ kind, task }: TaskEvent, trueMs: number): void {
    const periodMs = this.#parts.periodsMs.get(task);
    if (kind !== 'start' || periodMs === undefined) return;
    this.#check(task, periodMs, trueMs);
    this.#startedMs.set(task, trueMs);
  }

  /** One that starts no more has no next start to see it by. */
  look(trueMs: number): void {
    for (const [task, periodMs] of this.#parts.periodsMs) this.#check(task, periodMs, trueMs);
  }

  #check(task: string, periodMs: number, trueMs: number): void {
    const lastMs = this.#startedMs.get(task);
    if (lastMs === undefined || !this.#parts.isWell(task, lastMs, trueMs)) return;
    this.#checks += 1;
    const gapMs = trueMs - lastMs;
    this.worstMs.set(task, Math.max(gapMs, this.worstMs.get(task) ?? 0));
    const allowedMs = (this.#parts.isClockFaulty ? 1.5 : 1) * periodMs + lateMsMax;
    if (gapMs > allowedMs)
      this.#parts.report(`${task} did not start for ${gapMs} ms; its period is ${periodMs} ms`);
  }
}
