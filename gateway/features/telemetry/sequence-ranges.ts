import type { SequenceRange } from '../../storage/telemetry-calls.ts';

/** Ranges of records, ascending, not touching, none empty. */
export type SequenceRanges = readonly SequenceRange[];

/** All of both. */
export function joinRanges(left: SequenceRanges, right: SequenceRanges): SequenceRanges {
  const joined: [number, number][] = [];
  for (const [from, to] of [...left, ...right].sort((one, other) => one[0] - other[0])) {
    if (from > to) continue;
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** What is in the first and not in the second. */
export function withoutRanges(all: SequenceRanges, taken: SequenceRanges): SequenceRanges {
  const left: SequenceRange[] = [];
  let next = 0;
  for (const [from, to] of all) {
    let at = from;
    while ((taken[next]?.[1] ?? Infinity) < at) next += 1;
    for (let index = next; at <= to; index += 1) {
      const [takenFrom, takenTo] = taken[index] ?? [Infinity, Infinity];
      if (takenFrom > at) left.push([at, Math.min(to, takenFrom - 1)]);
      at = Math.max(at, takenTo + 1);
    }
  }
  return left;
}

/** Whether all records of the range are in one of these. */
export function holdsRange(ranges: SequenceRanges, [from, to]: SequenceRange): boolean {
  return ranges.some(([first, last]) => first <= from && to <= last);
}
