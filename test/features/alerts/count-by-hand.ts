import { patienceMs, type AlertTiming, type Told } from '../../../gateway/features/alerts/alert-machine.ts';
import { minuteMs } from './alert-minutes.ts';

/** The same rules, written as one would do it by hand: each minute for itself. */
export function countByHand(minutes: string, timing: AlertTiming): readonly Told[] {
  const count = new Count(timing);
  for (const [minute, letter] of minutes.split('').entries()) {
    if (letter === 'T') count.holds(minute * minuteMs, (minute + 1) * minuteMs);
    if (letter === 'F') count.ends(minute * minuteMs, (minute + 1) * minuteMs);
  }
  return count.told;
}

class Count {
  readonly told: Told[] = [];
  readonly #timing: AlertTiming;
  #began: number | undefined;
  #lastKnown = 0;
  #isTold = false;
  #lastAlert = -Infinity;
  #reminders = 0;

  constructor(timing: AlertTiming) {
    this.#timing = timing;
  }

  ends(startMs: number, endMs: number): void {
    if (this.#isTold && this.#timing.tellsRecovery) this.#tell('recovered', startMs);
    this.#began = undefined;
    this.#isTold = false;
    this.#lastKnown = endMs;
  }

  holds(startMs: number, endMs: number): void {
    const unknownMs = startMs - this.#lastKnown;
    if (!this.#isTold && unknownMs > patienceMs(this.#timing)) this.#began = undefined;
    this.#lastKnown = endMs;
    this.#began ??= startMs;
    if (this.#isTold) this.#remind(startMs, endMs);
    else this.#alert(this.#began, startMs, endMs);
  }

  #alert(beganMs: number, startMs: number, endMs: number): void {
    const ripe = Math.max(startMs, beganMs + this.#timing.forMs);
    const cool = this.#lastAlert + this.#timing.cooldownMs;
    const isNow = cool <= ripe ? ripe <= endMs : Math.max(ripe, cool) < endMs;
    if (!isNow) return;
    this.#lastAlert = Math.max(ripe, cool);
    this.#isTold = true;
    this.#reminders = 0;
    this.#tell('alert', this.#lastAlert);
  }

  #remind(startMs: number, endMs: number): void {
    const { repeatMs } = this.#timing;
    if (repeatMs === undefined) return;
    const before = this.#reminders;
    while (this.#lastAlert + (this.#reminders + 1) * repeatMs < endMs) this.#reminders += 1;
    if (this.#reminders === before) return;
    this.#tell('reminder', Math.max(startMs, this.#lastAlert + this.#reminders * repeatMs), this.#reminders);
  }

  #tell(kind: Told['kind'], atMs: number, sequence = 0): void {
    this.told.push({ kind, sequence, episodeMs: this.#began ?? Number.NaN, atMs });
  }
}
