import type { TaskEvent } from '../gateway/engine/scheduler.ts';

/** A run may wait for what its lane is doing. */
const lateMsMax = 2_000;
/** A device is got to know with runs in between, for so many periods. */
const learningPeriods = 12;

/**
 * Watches when devices that are always well are read, by the monotonic clock: none missed and none twice, whatever
 * the wall clock does. When the grid of beats moves, one comes half to one and a half periods after the last.
 */
export class PollWatch {
  readonly #periodMs: number;
  readonly #report: (message: string) => void;
  readonly #startedMs = new Map<string, number>();
  #checks = 0;
  #bootMs: number | undefined;

  constructor(periodMs: number, report: (message: string) => void) {
    this.#periodMs = periodMs;
    this.#report = report;
  }

  get checks(): number {
    return this.#checks;
  }

  /** The gateway was down. */
  restarted(): void {
    this.#startedMs.clear();
    this.#bootMs = undefined;
  }

  see({ kind, task, atMs }: TaskEvent): void {
    if (kind !== 'start' || !task.startsWith('harvest:')) return;
    this.#bootMs ??= atMs;
    if (atMs - this.#bootMs < learningPeriods * this.#periodMs) return;
    const lastMs = this.#startedMs.get(task);
    this.#startedMs.set(task, atMs);
    if (lastMs === undefined) return;
    this.#checks += 1;
    const afterMs = atMs - lastMs;
    const isRight = afterMs >= this.#periodMs / 2 - lateMsMax && afterMs <= 1.5 * this.#periodMs + lateMsMax;
    if (!isRight) this.#report(`${task} ran ${afterMs} ms after its last run`);
  }
}
