import type { Device, LiveValue } from './api-types.ts';

/** How far a value on the screen can be trusted, best first. */
const marks = ['good', 'doubtful', 'stale', 'missing'] as const;

export type Mark = (typeof marks)[number];

/** For the way to the page, and for clocks that are read to the second. */
const slackMs = 2_500;

/** The age above which a device's readings are older than they may be. */
export function staleAfterMs({ ageBoundMs, effectivePeriodMs }: Device): number {
  return (ageBoundMs ?? 2 * effectivePeriodMs) + slackMs;
}

/**
 * `missing`: there is no value, or the device says that it has none. `stale`: older than its bound, or its
 * device is down. `doubtful`: estimated or not believable.
 */
export function markOf(value: LiveValue | undefined, device: Device | undefined, nowMs: number): Mark {
  if (value?.value === undefined || value.value === null) return 'missing';
  if (device === undefined || device.state === 'down') return 'stale';
  if (nowMs - value.atMs > staleAfterMs(device)) return 'stale';
  return value.quality === 'good' ? 'good' : 'doubtful';
}

/** The worse of all. */
export function worstMark(all: readonly Mark[]): Mark {
  return marks[Math.max(0, ...all.map((mark) => marks.indexOf(mark)))] ?? 'missing';
}
