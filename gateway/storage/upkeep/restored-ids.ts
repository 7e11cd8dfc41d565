import Sqlite from 'better-sqlite3';
import { lastAlertMark } from '../alert-table.ts';
import type { Connection } from '../connection.ts';
import { lastDeliveryMark } from '../delivery-table.ts';
import { lastDerogationMark } from '../derogation-store.ts';
import { lastJobMark } from '../job-table.ts';
import { MarkStore } from '../mark-store.ts';
import { lastPresenceMark } from '../member-store.ts';
import { readSound } from '../read-sound.ts';
import { lastServerOrderMark } from '../server-order-store.ts';
import { skippedIds } from '../skipped-ids.ts';
import { transact } from '../transact.ts';

/** The highest ids that a database has given, by their marks. */
export type LastIds = ReadonlyMap<string, number>;

const idMarks = [
  lastJobMark,
  lastAlertMark,
  lastDeliveryMark,
  lastServerOrderMark,
  lastPresenceMark,
  lastDerogationMark,
];

/** undefined when that cannot be read. */
export function lastIdsOf(path: string): LastIds | undefined {
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true, fileMustExist: true });
    const marks = new MarkStore(connection);
    return new Map(idMarks.map((mark) => [mark, marks.number(mark)]));
  } catch {
    // A damaged one is what people restore a backup for.
    return undefined;
  } finally {
    connection?.close();
  }
}

/** Ids go on after those of the database that is replaced, or, where that cannot be read, with some skipped. */
export function goOnAfter(connection: Connection, replaced: LastIds | undefined): void {
  const marks = new MarkStore(connection);
  transact(connection, () => {
    for (const mark of idMarks) {
      const own = readSound(() => marks.number(mark));
      if (own === undefined) continue;
      const last = replaced === undefined ? own + skippedIds : (replaced.get(mark) ?? 0);
      if (last > own) marks.putNumber(mark, last);
    }
  });
}
