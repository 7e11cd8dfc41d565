import { gridFloor, nextGridPoint, type Interval } from '../../core/interval.ts';
import type { SignalSlot } from '../../core/power-signal.ts';
import { weekProfile } from './forecast/day-profile.ts';
import { evenHistory, weekPlaces } from './forecast/even-history.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Older values weigh nearly nothing. */
const learnedMsMax = 84 * dayMs;
/** By how much now is unlike its hour is asked of so much of the past, and compared with so long after. */
const fittedMs = 28 * dayMs;
const fittedLagMs = 6 * hourMs;
const memoryMsMin = 12 * hourMs;
const memoryMsMax = 72 * hourMs;
const memoryMsUsual = 24 * hourMs;
/** A last value that is older says nothing of now. */
const latestAgeMsMax = 6 * hourMs;

/**
 * What a signal will be, by what it was: the usual value of the hour in the site's week, and by how much the newest
 * value is unlike its own, which wears off as fast as it did before. Pure, and sees nothing from `range.startMs` on.
 * @param history ascending; its gaps are gaps
 * @param range what is asked for
 * @param zone IANA, of the site: people live by its clock
 * @returns slots as long as those of the history, on the grid of UTC and cut at the range, all of them `forecast`;
 *   none for hours of the day that the history never had
 */
export function forecastSignal(
  history: readonly SignalSlot[],
  range: Interval,
  zone: string,
): readonly SignalSlot[] {
  const { startMs, stepMs, values } = evenHistory(history, range.startMs, learnedMsMax);
  if (values.length === 0) return [];
  const stepsADay = dayMs / stepMs;
  const places = weekPlaces(startMs, stepMs, values.length, zone);
  const profile = weekProfile(values, places, stepsADay);
  const unlike = values.map((value, index) => value - (profile[places[index] ?? 0] ?? 0));
  const fitted = unlike.subarray(Math.max(0, unlike.length - fittedMs / stepMs));
  const memoryMs = memoryOf(fitted, fittedLagMs / stepMs);
  const latest = unlike.findLastIndex((value) => !Number.isNaN(value));
  const latestMs = startMs + latest * stepMs;
  const isFresh = latest >= 0 && range.startMs - latestMs <= latestAgeMsMax;
  const offset = isFresh ? (unlike[latest] ?? 0) : 0;
  const firstMs = gridFloor(range.startMs, stepMs);
  const count = Math.max(0, Math.ceil((range.endMs - firstMs) / stepMs));
  const coming = weekPlaces(firstMs, stepMs, count, zone);
  const slots: SignalSlot[] = [];
  for (let index = 0; index < count; index += 1) {
    const atMs = firstMs + index * stepMs;
    const value = (profile[coming[index] ?? 0] ?? 0) + offset * Math.exp((latestMs - atMs) / memoryMs);
    if (Number.isNaN(value)) continue;
    slots.push({
      startMs: Math.max(range.startMs, atMs),
      endMs: Math.min(range.endMs, nextGridPoint(atMs, stepMs)),
      value,
      basis: 'forecast',
    });
  }
  return slots;
}

/** How long it takes to wear off to 1/e, by how alike values are a lag apart. */
function memoryOf(unlike: Float64Array, lag: number): number {
  let products = 0;
  let squares = 0;
  for (let index = lag; index < unlike.length; index += 1) {
    const [now, before] = [unlike[index] ?? Number.NaN, unlike[index - lag] ?? Number.NaN];
    if (Number.isNaN(now) || Number.isNaN(before)) continue;
    products += now * before;
    squares += before * before;
  }
  if (squares === 0) return memoryMsUsual;
  const likeness = Math.min(0.999, Math.max(0.001, products / squares));
  return Math.min(memoryMsMax, Math.max(memoryMsMin, -fittedLagMs / Math.log(likeness)));
}
