import type { LiveValue } from './api-types.ts';
import type { Owner } from './owner.ts';

/** How far a value on the screen can be trusted, best first. */
const marks = ['good', 'doubtful', 'stale', 'missing'] as const;

export type Mark = (typeof marks)[number];

/**
 * `missing`: there is no value, or the device says that it has none. `stale`: older than it may be, or its
 * device or source is down. `doubtful`: estimated or not believable.
 */
export function markOf(value: LiveValue | undefined, owner: Owner | undefined, nowMs: number): Mark {
  if (value?.value === undefined || value.value === null) return 'missing';
  if (owner === undefined || owner.isDown) return 'stale';
  if (nowMs - value.atMs > owner.staleAfterMs(value.quantity)) return 'stale';
  return value.quality === 'good' ? 'good' : 'doubtful';
}

/** The worse of all. */
export function worstMark(all: readonly Mark[]): Mark {
  return marks[Math.max(0, ...all.map((mark) => marks.indexOf(mark)))] ?? 'missing';
}
