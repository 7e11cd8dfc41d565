import type { Interval } from '../../core/interval.ts';
import type { SignalSlot } from '../../core/power-signal.ts';
import { addDays, tempoDayAt, tempoDayInterval, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoColour } from '../../core/tempo-rules.ts';

/** 1 in red days, 0 in days that cannot be red; nothing for days that may be. */
export function redSlots(
  range: Interval,
  coloursOf: (day: TempoDay) => readonly TempoColour[],
): readonly SignalSlot[] {
  const slots: SignalSlot[] = [];
  for (let day = tempoDayAt(range.startMs); ; day = addDays(day, 1)) {
    const { startMs, endMs } = tempoDayInterval(day);
    if (startMs >= range.endMs) return slots;
    const colours = coloursOf(day);
    const mayBeRed = colours.includes('red');
    if (mayBeRed && colours.length > 1) continue;
    const value = mayBeRed ? 1 : 0;
    slots.push({
      startMs: Math.max(startMs, range.startMs),
      endMs: Math.min(endMs, range.endMs),
      value,
      basis: 'known',
    });
  }
}
