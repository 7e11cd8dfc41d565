import { formatDuration } from '../../core/duration.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import type { SignalSlot } from '../../core/power-signal.ts';
import type { GridSource } from './grid-source.ts';

const periodsMax = 2;
const minuteMs = 60_000;

/** What of the past and of now is known of one number of the zone. */
export interface KnownSlots {
  readonly slots: readonly SignalSlot[];
  /** Why it is not known now, for people; undefined while it is. */
  readonly unknown: string | undefined;
}

/**
 * What was measured stays so. What is said of now holds until two periods after its source has answered last, and the
 * newest hour so long after its end: the provider may be late.
 * @param hours of the zone, ascending
 */
export function knownSlots(
  hours: readonly GridHour[],
  valueOf: (hour: GridHour) => number | undefined,
  { source, nowMs }: { readonly source: GridSource | undefined; readonly nowMs: number },
): KnownSlots {
  const slots = slotsOf(hours, valueOf);
  const holdMs = periodsMax * (source?.periodMs ?? 0);
  const freshToMs = (source?.readAtMs ?? -Infinity) + holdMs;
  const past = slots.filter(({ endMs }) => endMs <= nowMs);
  const newest = slots.findLast(({ startMs }) => startMs <= nowMs);
  const why = whyUnknown({ source, newest, nowMs, freshToMs, holdMs });
  if (newest === undefined) return { slots: past, unknown: why };
  const isOver = newest.endMs <= nowMs;
  if (why !== undefined) {
    const part = { ...newest, endMs: Math.min(newest.endMs, freshToMs) };
    return { slots: isOver || part.endMs <= part.startMs ? past : [...past, part], unknown: why };
  }
  const held = isOver ? [{ ...newest, startMs: newest.endMs, endMs: newest.endMs + holdMs }] : [newest];
  return { slots: [...past, ...held], unknown: undefined };
}

function slotsOf(
  hours: readonly GridHour[],
  valueOf: (hour: GridHour) => number | undefined,
): readonly SignalSlot[] {
  const slots: SignalSlot[] = [];
  let endMs = -Infinity;
  for (const hour of hours) {
    const value = valueOf(hour);
    const startMs = Math.max(hour.startMs, endMs);
    if (value === undefined || startMs >= hour.endMs) continue;
    ({ endMs } = hour);
    slots.push({ startMs, endMs, value, basis: 'known' });
  }
  return slots;
}

interface Asked {
  readonly source: GridSource | undefined;
  readonly newest: SignalSlot | undefined;
  readonly nowMs: number;
  readonly freshToMs: number;
  readonly holdMs: number;
}

function whyUnknown({ source, newest, nowMs, freshToMs, holdMs }: Asked): string | undefined {
  if (source === undefined)
    return 'no source tells of the grid: set grid.zone and EM_API_KEY, or a source electricity-maps';
  const { id, readAtMs, problem } = source;
  const why = problem === undefined ? '' : `: ${problem}`;
  if (readAtMs === undefined) return `source ${id} has not answered yet${why}`;
  if (nowMs > freshToMs) return `source ${id} has been silent for ${inMinutes(nowMs - readAtMs)}${why}`;
  if (newest === undefined) return `source ${id} does not say it`;
  const lateMs = nowMs - newest.endMs;
  return lateMs < holdMs ? undefined : `source ${id} has said nothing newer for ${inMinutes(lateMs)}`;
}

function inMinutes(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / minuteMs)) * minuteMs);
}
