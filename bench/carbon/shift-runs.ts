import type { Interval } from '../../gateway/core/interval.ts';
import type { PowerSignal, PowerSignals, SignalKind, SignalSlot } from '../../gateway/core/power-signal.ts';
import { planWork } from '../../gateway/features/jobs/plan/plan-work.ts';
import { ValueCurve } from '../../gateway/features/jobs/plan/value-curve.ts';

/** A job that may start from `firstMs` on and must have started at `lastMs`. */
export interface ShiftCase {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly lengthMs: number;
}

/** What is said at an instant of the time from then on: no more than could be known. */
export type Outlook = (nowMs: number, range: Interval) => readonly SignalSlot[];

/** A year of what was, and what runs in it would have had. */
export class CarbonYear {
  readonly slots: readonly SignalSlot[];
  readonly slotMs: number;
  readonly #curve: ValueCurve;

  constructor(slots: readonly SignalSlot[]) {
    this.slots = slots;
    this.slotMs = slots[0] === undefined ? 0 : slots[0].endMs - slots[0].startMs;
    this.#curve = new ValueCurve({ kind: 'carbon', slots, unknown: undefined }, slots[0]?.startMs ?? 0);
  }

  /** g/kWh, mean over the run; undefined where a part of it is missing. */
  meanOf(startMs: number, lengthMs: number): number | undefined {
    return this.#curve.mean(startMs, startMs + lengthMs);
  }

  /** Slots that overlap the range. */
  within(range: Interval): readonly SignalSlot[] {
    return this.slots.slice(this.indexAfter(range.startMs - this.slotMs), this.indexAfter(range.endMs - 1));
  }

  /** How many slots start at or before the instant. */
  indexAfter(atMs: number): number {
    let [low, high] = [0, this.slots.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.slots[middle]?.startMs ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** All that will be. */
export function foresight(year: CarbonYear): Outlook {
  return (_nowMs, range) => year.within(range);
}

/** Now as it is, and then what is forecast. */
export function withForecast(year: CarbonYear, forecast: Outlook): Outlook {
  return (nowMs, range) => {
    const current = year.slots[year.indexAfter(nowMs) - 1];
    if (current === undefined || current.endMs <= nowMs) return forecast(nowMs, range);
    return [current, ...forecast(nowMs, { startMs: current.endMs, endMs: range.endMs })];
  };
}

/** As it was a day before. */
export function persistence(year: CarbonYear): Outlook {
  const dayMs = 86_400_000;
  return (nowMs, range) => {
    const slots: SignalSlot[] = [];
    for (let { startMs } = range; startMs < range.endMs; startMs += year.slotMs) {
      const days = Math.floor((startMs - nowMs) / dayMs) + 1;
      const was = year.slots[year.indexAfter(startMs - days * dayMs) - 1];
      if (was === undefined || was.endMs <= startMs - days * dayMs) continue;
      slots.push({ startMs, endMs: startMs + year.slotMs, value: was.value, basis: 'forecast' });
    }
    return slots;
  };
}

/** When a job would have started that is planned once, as soon as it may. */
export function plannedOnce(shift: ShiftCase, outlook: Outlook): number {
  return planAt(shift.firstMs, shift, outlook).startMs;
}

/** When a job would have started that is planned again with each new slot. */
export function plannedAgain(shift: ShiftCase, outlook: Outlook, slotMs: number): number {
  for (let { firstMs: nowMs } = shift; nowMs < shift.lastMs; nowMs += slotMs) {
    const { startMs, runsNow } = planAt(nowMs, shift, outlook);
    if (runsNow) return nowMs;
    if (startMs < nowMs + slotMs) return startMs;
  }
  return shift.lastMs;
}

function planAt(
  nowMs: number,
  { lastMs, lengthMs, firstMs }: ShiftCase,
  outlook: Outlook,
): { readonly startMs: number; readonly runsNow: boolean } {
  const range = { startMs: nowMs, endMs: lastMs + lengthMs };
  const { work } = planWork({
    nowMs,
    zone: 'UTC',
    parallelMax: 1,
    signals: onlyCarbon(outlook(nowMs, range)),
    work: [
      {
        id: 1,
        when: [{ kind: 'carbon' }],
        queuedMs: firstMs,
        deadlineMs: range.endMs,
        remainingMs: lengthMs,
        powerWatts: 1_000,
        isInterruptible: false,
        state: 'waiting',
      },
    ],
  });
  const [plan] = work;
  return { startMs: plan?.slots[0]?.startMs ?? Number.NaN, runsNow: plan?.runsNow ?? false };
}

function onlyCarbon(slots: readonly SignalSlot[]): PowerSignals {
  const none = (kind: SignalKind): PowerSignal => ({ kind, slots: [], unknown: 'there is no source' });
  return {
    carbon: { kind: 'carbon', slots, unknown: undefined },
    price: none('price'),
    surplus: none('surplus'),
    red: none('red'),
    own_export: none('own_export'),
  };
}
