import { meanOf, type RollupTotals } from '../../gateway/storage/rollup-window.ts';
import type { PhaseMinute } from '../../gateway/features/boiler/phase.ts';
import { mergeTruth, type TruthMinute } from './truth-minute.ts';
import type { WinterInput } from './winter-plan.ts';
import type { SeenMinute } from './winter-sight.ts';

const minuteMs = 60_000;
/** Nobody asks for older minutes. */
const keptMinutes = 400;
const tidyEvery = 200;

interface LoggedMinute {
  totals: Readonly<Record<WinterInput, RollupTotals>>;
  truth: TruthMinute;
}

/** The minutes that are on disk, by the clock that they were stamped with, and what they truly were. */
export class WinterLog {
  readonly #minutes = new Map<number, LoggedMinute>();
  #waiting: SeenMinute[] = [];
  #taken = 0;

  /** A minute is over; what was to be stored after it is. */
  take(seen: SeenMinute): void {
    if (seen.storedAfter !== undefined) this.#waiting.push(seen);
    const due = this.#waiting.filter(({ storedAfter = Infinity }) => storedAfter <= seen.minute);
    if (due.length > 0) this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const one of due) this.#put(one);
    this.#taken += 1;
    if (this.#taken % tidyEvery === 0) this.#forgetBefore(seen.stamp - keptMinutes);
  }

  truthAt(minute: number): TruthMinute | undefined {
    return this.#minutes.get(minute)?.truth;
  }

  /** As the storage gives them: those that have readings. */
  phaseMinutes(from: number, to: number, meanOfTotals = meanOf): readonly PhaseMinute[] {
    const minutes: PhaseMinute[] = [];
    for (let minute = from; minute < to; minute += 1) {
      const logged = this.#minutes.get(minute);
      if (logged === undefined) continue;
      const { water, igniter, primaryFan } = logged.totals;
      minutes.push({
        startMs: minute * minuteMs,
        waterC: meanOfTotals(water),
        isIgniterOn: isOn(igniter),
        isPrimaryFanOn: isOn(primaryFan),
      });
    }
    return minutes;
  }

  #put({ stamp, totals, truth }: SeenMinute): void {
    const before = this.#minutes.get(stamp);
    const merged =
      before === undefined
        ? { totals, truth }
        : { totals: mergeTotals(before.totals, totals), truth: mergeTruth(before.truth, truth) };
    this.#minutes.set(stamp, merged);
  }

  #forgetBefore(minute: number): void {
    for (const known of this.#minutes.keys()) if (known < minute) this.#minutes.delete(known);
  }
}

function isOn({ n, max }: RollupTotals): boolean | null {
  return n === 0 ? null : (max ?? 0) > 0;
}

function mergeTotals(first: LoggedMinute['totals'], second: LoggedMinute['totals']): LoggedMinute['totals'] {
  const of = (input: WinterInput): RollupTotals => {
    const [left, right] = [first[input], second[input]];
    if (left.n === 0 || right.n === 0) return { ...(left.n === 0 ? right : left), bad: left.bad + right.bad };
    return {
      min: Math.min(left.min ?? Infinity, right.min ?? Infinity),
      max: Math.max(left.max ?? -Infinity, right.max ?? -Infinity),
      sum: (left.sum ?? 0) + (right.sum ?? 0),
      last: right.last,
      lastOffsetMs: right.lastOffsetMs,
      n: left.n + right.n,
      bad: left.bad + right.bad,
    };
  };
  return { water: of('water'), igniter: of('igniter'), primaryFan: of('primaryFan') };
}
