import { zoneOffsetMinutes } from '../../../core/calendar.ts';
import { gridFloor } from '../../../core/interval.ts';
import type { SignalSlot } from '../../../core/power-signal.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stepsMs = [15 * minuteMs, 30 * minuteMs, 60 * minuteMs];
/** Clocks are set at no other times than such. */
const offsetStepMs = 6 * 60 * minuteMs;

/** A signal on a grid of equal steps up to an instant; NaN where it is not known. */
export interface EvenHistory {
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: Float64Array;
}

/**
 * The last `lengthMs` before an instant. The step is the shortest that the newest slots have, of those that divide an
 * hour. A slot that has begun counts: it is what is said to be now.
 */
export function evenHistory(history: readonly SignalSlot[], endMs: number, lengthMs: number): EvenHistory {
  const past = history.slice(firstAt(history, endMs - lengthMs), firstAt(history, endMs));
  const shortestMs = past.slice(-96).reduce((ms, slot) => Math.min(ms, slot.endMs - slot.startMs), Infinity);
  const stepMs = stepsMs.findLast((step) => step <= shortestMs) ?? stepsMs[0] ?? minuteMs;
  const startMs = gridFloor(past[0]?.startMs ?? endMs, stepMs);
  const values = new Float64Array(Math.max(0, Math.ceil((endMs - startMs) / stepMs))).fill(Number.NaN);
  for (const slot of past) {
    const from = Math.floor((slot.startMs - startMs) / stepMs);
    const to = Math.min(values.length, Math.max(from + 1, Math.round((slot.endMs - startMs) / stepMs)));
    values.fill(slot.value, from, to);
  }
  return { startMs, stepMs, values };
}

/** Where each step stands in the site's week: day of the week × steps a day, from Thursday on, as 1970 began. */
export function weekPlaces(startMs: number, stepMs: number, count: number, zone: string): Int32Array {
  const places = new Int32Array(count);
  const offsetOf = offsets(zone);
  const weekMs = 7 * dayMs;
  for (let index = 0; index < count; index += 1) {
    const localMs = startMs + index * stepMs;
    places[index] = Math.floor(((localMs + offsetOf(localMs)) % weekMs) / stepMs);
  }
  return places;
}

/** Asking the calendar for each step would take longer than all the rest. */
function offsets(zone: string): (atMs: number) => number {
  const at = (atMs: number): number => zoneOffsetMinutes(zone, atMs) * minuteMs;
  let fromMs = Infinity;
  let toMs = -Infinity;
  let offsetMs = 0;
  let isSame = true;
  return (atMs) => {
    if (atMs < fromMs || atMs >= toMs) {
      fromMs = gridFloor(atMs, offsetStepMs);
      toMs = fromMs + offsetStepMs;
      offsetMs = at(fromMs);
      isSame = offsetMs === at(toMs - 1);
    }
    return isSame ? offsetMs : at(atMs);
  };
}

/** Index of the first slot that starts then or later. */
function firstAt(history: readonly SignalSlot[], atMs: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.startMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
