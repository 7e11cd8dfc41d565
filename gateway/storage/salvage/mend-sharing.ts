import type { CheckedTable } from '../checked-table.ts';
import type { Connection } from '../connection.ts';
import { lastDerogationMark } from '../derogation-store.ts';
import { MarkStore } from '../mark-store.ts';
import type { StoredPresence } from '../member-calls.ts';
import { lastPresenceMark, memberTable, presencesOverlap, presenceTable } from '../member-store.ts';
import { intervalTable, markTable, type IntervalRow } from '../meter-store.ts';
import { lastServerOrderMark, ServerOrderStore } from '../server-order-store.ts';
import { mendLastId } from './mend-last-id.ts';

export interface SharingDoubts {
  readonly nowMs: number;
  /** The newest commits may be missing. */
  readonly isLogCut: boolean;
  /** The mark of the newest id may be missing. */
  readonly isMarkLost: boolean;
}

const lostOrder = 'how far it had come was lost on a damaged disk: it may have gone out';

/**
 * Brings what is shared together again where some of it is lost: an order of which it is not known whether it went out
 * is not sent again, whoever is spoken of is a member, nobody is there twice at once, and no meter begins anew. Answers
 * how many rows of each table were changed.
 */
export function mendSharing(
  connection: Connection,
  { nowMs, isLogCut, isMarkLost }: SharingDoubts,
): Readonly<Record<string, number>> {
  const marks = new MarkStore(connection);
  for (const [table, mark] of idMarks) {
    const highest = connection.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck().get() ?? 0;
    mendLastId(marks, { mark, highest, isInDoubt: isLogCut || isMarkLost });
  }
  const states = isLogCut ? undefined : (['sending'] as const);
  const orders = new ServerOrderStore(connection);
  return {
    server_order: orders.end({ state: 'failed', atMs: nowMs, problem: lostOrder, ...(states && { states }) }),
    member: mendMembers(connection, nowMs),
    member_presence: mendPresences(connection),
    meter_mark: mendMeterMarks(connection),
  };
}

const idMarks = [
  ['server_order', lastServerOrderMark],
  ['member_presence', lastPresenceMark],
  ['derogation', lastDerogationMark],
] as const;

/** Of those who were lost only the id is known. */
function mendMembers(connection: Connection, nowMs: number): number {
  const lost = connection
    .prepare<[], string>(
      `SELECT member FROM (SELECT member FROM member_presence UNION SELECT member FROM derogation)
       WHERE member NOT IN (SELECT id FROM member)`,
    )
    .pluck()
    .all();
  const members = memberTable(connection);
  for (const id of lost) members.put({ id, name: id, role: 'member', addedMs: nowMs });
  return lost.length;
}

/** Of two that overlap the first ends where the second begins; of two that begin together the newer one stays. */
function mendPresences(connection: Connection): number {
  const presences = presenceTable(connection);
  const remove = connection.prepare<[number]>('DELETE FROM member_presence WHERE id = ?');
  let [changed, before]: [number, StoredPresence | undefined] = [0, undefined];
  for (const presence of presences.query('ORDER BY member, arrival_day, id')({})) {
    if (before !== undefined && presencesOverlap(before, presence)) {
      changed += 1;
      if (before.arrival === presence.arrival) remove.run(before.id);
      else presences.put({ ...before, leave: presence.arrival });
    }
    before = presence;
  }
  return changed;
}

/** A meter that was followed is not read as if for the first time: what it counted would be given out again. */
function mendMeterMarks(connection: Connection): number {
  const intervals: CheckedTable<IntervalRow> = intervalTable(connection);
  const marks = markTable(connection);
  const markOf = marks.query('WHERE meter = $meter');
  const ofMeter = intervals.query('WHERE meter = $meter ORDER BY day, start_ms');
  const meters = connection.prepare<[], string>('SELECT DISTINCT meter FROM metered_interval').pluck().all();
  let changed = 0;
  for (const meter of meters) {
    const [mark] = markOf({ meter });
    const found = ofMeter({ meter });
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined || (mark !== undefined && mark.atMs >= last.endMs))
      continue;
    const { restarts = 0, firstDay = first.day } = mark ?? {};
    marks.put({ meter, atMs: last.endMs, totalMwh: totalAfter(found), restarts, firstDay });
    changed += 1;
  }
  return changed;
}

/** The last total that is known, and what was given out since. */
function totalAfter(intervals: readonly IntervalRow[]): number {
  return intervals.reduce((total, { mwh, endTotalMwh }) => endTotalMwh ?? total + (mwh ?? 0), 0);
}
