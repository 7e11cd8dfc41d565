import type { Presence } from './member-types.ts';
import { dayWords } from './tempo-words.ts';

/** `since Mon 1 Jun 2026`; of who has left, until when; earlier times are counted. */
export function presenceWords(presences: readonly Presence[], today: string): string {
  const inOrder = presences.toSorted((a, b) => (a.arrival < b.arrival ? -1 : 1));
  const last = inOrder.at(-1);
  if (last === undefined) return 'never yet';
  const { arrival, leave } = last;
  const isThere = leave === null || leave > today;
  const until = leave === null ? '' : `, ${isThere ? 'leaves' : 'left'} ${dayWords(leave, true)}`;
  const before = inOrder.length - 1;
  const times = before === 0 ? '' : `, and ${before === 1 ? 'once' : `${before} times`} before`;
  return `since ${dayWords(arrival, true)}${until}${times}`;
}
