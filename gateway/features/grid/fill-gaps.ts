import type { Interval } from '../../core/interval.ts';
import type { SignalSlot } from '../../core/power-signal.ts';

/** The first, and of the second what the first has nothing of. Both ascending, neither overlapping itself. */
export function fillGaps(first: readonly SignalSlot[], second: readonly SignalSlot[]): readonly SignalSlot[] {
  const filled: SignalSlot[] = [];
  let next = 0;
  for (const slot of second) {
    let { startMs } = slot;
    for (let taken = first[next]; taken !== undefined && taken.startMs < slot.endMs; taken = first[next]) {
      if (startMs < taken.startMs) filled.push({ ...slot, startMs, endMs: taken.startMs });
      startMs = Math.max(startMs, taken.endMs);
      // One that reaches beyond it may take from the next, too.
      if (taken.endMs > slot.endMs) break;
      filled.push(taken);
      next += 1;
    }
    if (startMs < slot.endMs) filled.push({ ...slot, startMs });
  }
  return [...filled, ...first.slice(next)].toSorted((left, right) => left.startMs - right.startMs);
}

/** What of the slots is in the range. */
export function cutTo(slots: readonly SignalSlot[], { startMs, endMs }: Interval): readonly SignalSlot[] {
  return slots
    .filter((slot) => slot.endMs > startMs && slot.startMs < endMs)
    .map((slot) => ({
      ...slot,
      startMs: Math.max(slot.startMs, startMs),
      endMs: Math.min(slot.endMs, endMs),
    }));
}
