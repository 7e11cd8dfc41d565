import type { TempoDay } from '../../core/tempo-day.ts';
import type { StoredPresence } from '../../storage/member-calls.ts';
import { refuse } from './refuse.ts';

/** Whether somebody counts on that day: the day of arrival does, the day of leaving does not. */
export function isPresent({ arrival, leave }: StoredPresence, day: TempoDay): boolean {
  return arrival <= day && (leave === null || day < leave);
}

/** The newest of one member; undefined: he was never there. */
function newestPresence(presences: readonly StoredPresence[]): StoredPresence | undefined {
  return presences.toSorted(byArrival).at(-1);
}

/** Of one member who comes, for the first time or again. Errors: `already_exists`. */
export function arrive(
  presences: readonly StoredPresence[],
  member: string,
  arrival: TempoDay,
): StoredPresence {
  const open = presences.find(({ leave }) => leave === null);
  if (open !== undefined)
    throw refuse('already-present', `${member} is there already, since ${open.arrival}`, {
      hint: `to change that day: egw member dates ${member} arrival DATE`,
      facts: { member, arrival: open.arrival },
    });
  const presence = { id: 0, member, arrival, leave: null };
  checkOverlap(presences, presence);
  return presence;
}

/**
 * Of one member who goes; one who leaves on the day on which he came was never there. Errors: `input_invalid` when he is
 * not there, or had not come yet.
 */
export function leave(presences: readonly StoredPresence[], member: string, day: TempoDay): StoredPresence {
  const open = presences.find((presence) => presence.leave === null);
  if (open === undefined)
    throw refuse('not-present', `${member} is not there: there is nothing to leave`, {
      hint: 'member list shows who is there, and since when',
      facts: { member },
    });
  return endOn(open, day);
}

/** Of one member whose newest dates were wrong. Errors: `input_invalid`, `already_exists`. */
export function changeDate(
  presences: readonly StoredPresence[],
  member: string,
  { which, day }: { readonly which: 'arrival' | 'leave'; readonly day: TempoDay },
): StoredPresence {
  const newest = newestPresence(presences);
  if (newest === undefined)
    throw refuse('not-present', `${member} has never been there: there is no date to change`, {
      hint: `let him arrive: egw member add ${member} --arrival DATE`,
      facts: { member },
    });
  const others = presences.filter(({ id }) => id !== newest.id);
  if (which === 'leave') return endOn(newest, day);
  const changed = { ...newest, arrival: day };
  if (changed.leave !== null && changed.leave < day) throw wrongOrder(changed, changed.leave);
  checkOverlap(others, changed);
  return changed;
}

/** Whether it has no day at all. */
export function isEmpty({ arrival, leave: end }: StoredPresence): boolean {
  return arrival === end;
}

function endOn(presence: StoredPresence, day: TempoDay): StoredPresence {
  if (day < presence.arrival) throw wrongOrder(presence, day);
  return { ...presence, leave: day };
}

function wrongOrder({ member, arrival }: StoredPresence, leaveDay: TempoDay): Error {
  return refuse(
    'leave-before-arrival',
    `${member} cannot leave on ${leaveDay}, before arriving on ${arrival}`,
    {
      hint: `give a day from ${arrival} on`,
      facts: { member, arrival, leave: leaveDay },
    },
  );
}

function checkOverlap(others: readonly StoredPresence[], presence: StoredPresence): void {
  const { member } = presence;
  for (const other of others) {
    const beginsBefore = presence.leave === null || other.arrival < presence.leave;
    const endsAfter = other.leave === null || presence.arrival < other.leave;
    if (!beginsBefore || !endsAfter) continue;
    const from = other.arrival;
    const to = other.leave ?? 'now';
    throw refuse('presence-overlaps', `${member} was there from ${from} to ${to} already`, {
      hint: `give ${other.leave ?? from} or a later day`,
      facts: { member, arrival: from, leave: to },
    });
  }
}

function byArrival(left: StoredPresence, right: StoredPresence): number {
  if (left.arrival !== right.arrival) return left.arrival < right.arrival ? -1 : 1;
  return left.id - right.id;
}
