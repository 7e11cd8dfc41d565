import type { Interval } from '../../../core/interval.ts';

/** What both hold. Both ascend and do not overlap themselves; so does the answer. */
export function intersect(left: readonly Interval[], right: readonly Interval[]): readonly Interval[] {
  const both: Interval[] = [];
  let [leftIndex, rightIndex] = [0, 0];
  for (;;) {
    const [one, other] = [left[leftIndex], right[rightIndex]];
    if (one === undefined || other === undefined) return both;
    const startMs = Math.max(one.startMs, other.startMs);
    const endMs = Math.min(one.endMs, other.endMs);
    if (startMs < endMs) both.push({ startMs, endMs });
    if (one.endMs < other.endMs) leftIndex += 1;
    else rightIndex += 1;
  }
}

/** What of the range none of them holds. */
export function without(range: Interval, taken: readonly Interval[]): readonly Interval[] {
  const left: Interval[] = [];
  let { startMs } = range;
  for (const each of taken) {
    if (each.endMs <= startMs) continue;
    if (each.startMs >= range.endMs) break;
    if (each.startMs > startMs) left.push({ startMs, endMs: each.startMs });
    startMs = each.endMs;
  }
  if (startMs < range.endMs) left.push({ startMs, endMs: range.endMs });
  return left;
}

/** The same time in as few intervals as possible, ascending. */
export function joined(intervals: readonly Interval[]): readonly Interval[] {
  const all: Interval[] = [];
  for (const each of intervals.toSorted((one, other) => one.startMs - other.startMs)) {
    const last = all.at(-1);
    if (last === undefined || each.startMs > last.endMs) all.push(each);
    else if (each.endMs > last.endMs) all[all.length - 1] = { startMs: last.startMs, endMs: each.endMs };
  }
  return all;
}

export function totalMs(intervals: readonly Interval[]): number {
  return intervals.reduce((sumMs, { startMs, endMs }) => sumMs + endMs - startMs, 0);
}

/** How much of the interval they hold. */
export function overlapMs(intervals: readonly Interval[], { startMs, endMs }: Interval): number {
  let sumMs = 0;
  for (const each of intervals) {
    if (each.startMs >= endMs) break;
    sumMs += Math.max(0, Math.min(endMs, each.endMs) - Math.max(startMs, each.startMs));
  }
  return sumMs;
}

export function isWithin(intervals: readonly Interval[], atMs: number): boolean {
  return intervals.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}
