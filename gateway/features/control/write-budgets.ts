import type { Clock } from '../../core/clock.ts';
import type { WriteCount } from '../../storage/store-calls.ts';

/** Register writes by device and control in the UTC calendar year that it is. */
export class WriteBudgets {
  readonly #clock: Clock;
  readonly #counts = new Map<string, WriteCount>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  restore(counts: readonly WriteCount[]): void {
    for (const count of counts) this.#counts.set(keyOf(count), count);
  }

  used(device: string, control: string): number {
    return this.#countNow(device, control).count;
  }

  /** Counts them at once, whether or not they come about; the answer is to be stored before they do. */
  charge(device: string, control: string, writes: number): WriteCount {
    const now = this.#countNow(device, control);
    const charged = { ...now, count: now.count + writes };
    this.#counts.set(keyOf(charged), charged);
    return charged;
  }

  #countNow(device: string, control: string): WriteCount {
    const now = { device, control, year: new Date(this.#clock.wall()).getUTCFullYear(), count: 0 };
    return this.#counts.get(keyOf(now)) ?? now;
  }
}

function keyOf({ device, control, year }: WriteCount): string {
  return `${device}/${control}/${year}`;
}
