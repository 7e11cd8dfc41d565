import { join } from 'node:path';
import { localDay } from '../../core/calendar.ts';
import { GatewayError } from '../../core/errors.ts';
import { gridFloor } from '../../core/interval.ts';
import { openConnection, type Connection } from '../connection.ts';
import type { EnergyBook } from '../energy-book.ts';
import { MarkStore } from '../mark-store.ts';
import { prunedMark } from '../reading-store.ts';
import { hourMs } from '../rollup-level.ts';
import { raisePrunedMarks, type RollupState } from '../rollup-state.ts';
import type { RollupStore } from '../rollup-store.ts';
import { transact } from '../transact.ts';
import type { RewriteCopy, RewritePlan } from '../upkeep-calls.ts';
import { archiveFolder } from './backup-files.ts';
import { ChangeLog } from './change-log.ts';
import { nextDatabasePath } from './replace-database.ts';

export interface RewriteParts {
  readonly connection: Connection;
  readonly directory: string;
  readonly rollups: RollupState;
  readonly rollupStore: RollupStore;
  readonly energy: EnergyBook;
}

/**
 * Writing the database anew while it is in use:
 *
 *     begin: note every key that changes ─► copy, beside ─► catch up what changed ─► seal: marks ─► replace
 *
 * Ends with the connection: after an error it has to begin again.
 */
export class Rewrite {
  readonly #parts: RewriteParts;
  #running: { readonly plan: RewritePlan; readonly log: ChangeLog } | undefined;
  #number = 0;

  constructor(parts: RewriteParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Errors: `storage_busy`, `input_invalid` when there is nothing to rotate away. */
  begin(kind: RewritePlan['kind'], nowMs: number): RewritePlan {
    if (this.#running !== undefined) {
      throw new GatewayError('storage_busy', 'the database is being written anew already', {
        hint: 'wait until it is done',
      });
    }
    const cut = kind === 'rotate' ? this.#rotation(nowMs) : { cutMs: null, keepAs: null };
    this.#number += 1;
    const plan = { kind, number: this.#number, ...cut };
    this.#running = { plan, log: new ChangeLog(this.#parts.connection) };
    return plan;
  }

  cancel(): void {
    this.#running?.log.end();
    this.#running = undefined;
  }

  /** One bounded step; when nothing remains, the second file is as this one, and on disk but for its last pages. */
  catchUp(plan: RewritePlan, copy: RewriteCopy, nowMs: number): { readonly remaining: boolean } {
    const log = this.#logOf(plan);
    const { cutMs } = plan;
    if (cutMs !== null && this.#heldMs() < cutMs) {
      // Late readings of what stays behind: their windows must be computed while their neighbours are at hand.
      this.#parts.rollupStore.rollUp(nowMs);
      this.#parts.energy.store.count(nowMs);
      return { remaining: true };
    }
    if (cutMs !== null && log.hasChanged('block', `start_ms < ${cutMs}`))
      throw interrupted('readings were deleted');
    const { remaining } = this.#withNext((connection) => {
      const step = log.catchUp(cutMs);
      // As it will be used: changing it later would cost syncs while commits wait.
      if (!step.remaining) connection.pragma('next.journal_mode = WAL');
      return step;
    });
    if (!remaining && cutMs !== null) this.#markRotated(cutMs, copy.leftBehind, nowMs);
    return { remaining };
  }

  #logOf({ number }: RewritePlan): ChangeLog {
    if (this.#running?.plan.number === number) return this.#running.log;
    throw interrupted('the database was opened anew');
  }

  #withNext<Result>(work: (connection: Connection) => Result): Result {
    const { connection, directory } = this.#parts;
    connection.prepare('ATTACH ? AS next').run(nextDatabasePath(directory));
    // Table by table, rows come before those that they refer to.
    connection.pragma('foreign_keys = OFF');
    try {
      connection.pragma('next.journal_mode = OFF');
      connection.pragma('next.synchronous = OFF');
      return work(connection);
    } finally {
      connection.pragma('foreign_keys = ON');
      connection.exec('DETACH next');
    }
  }

  /** Touched windows from here on are still to be computed. */
  #heldMs(): number {
    return Math.min(this.#parts.rollups.stale.oldestMs(), this.#parts.energy.store.oldestStaleMs());
  }

  /** Yesterday and today stay, and all that touched windows are still to be computed from. */
  #rotation(nowMs: number): Pick<RewritePlan, 'cutMs' | 'keepAs'> {
    const { rollups, connection } = this.#parts;
    const { zone } = rollups.parts;
    const yesterday = localDay(zone, localDay(zone, nowMs).startMs - 1);
    const fromMs = Math.min(yesterday.startMs, this.#heldMs());
    const cutMs = gridFloor(localDay(zone, fromMs).startMs, hourMs);
    const oldestMs = oldestOf(connection);
    if (oldestMs === undefined || oldestMs >= cutMs) {
      throw new GatewayError(
        'input_invalid',
        'there is nothing to rotate away: all readings are of the last two days',
        {
          hint: 'rotate when there are some months of history',
        },
      );
    }
    const days = [oldestMs, nowMs].map((atMs) => dayName(zone, atMs)).join('-');
    return { cutMs, keepAs: join(archiveFolder, `egw-${days}.db`) };
  }

  /** As pruning would have marked it. A new epoch, since history of this file is not that of the old one. */
  #markRotated(cutMs: number, leftBehind: number, nowMs: number): void {
    const path = nextDatabasePath(this.#parts.directory);
    const connection = openConnection(path, undefined);
    try {
      // It is synced as a whole before it takes its place.
      connection.pragma('synchronous = OFF');
      const marks = new MarkStore(connection);
      transact(connection, () => {
        marks.putNumber('epoch', Math.max(marks.number('epoch') + 1, Math.floor(nowMs / 1000)));
        marks.putNumber(prunedMark, marks.number(prunedMark) + leftBehind);
        for (const level of ['raw', 'minute'] as const) raisePrunedMarks(marks, level, cutMs);
      });
    } finally {
      connection.close();
    }
  }
}

/** Start of the oldest raw readings or minutes. */
function oldestOf(connection: Connection): number | undefined {
  return (
    connection
      .prepare<[], number | null>(
        `SELECT min(start_ms) FROM (
           SELECT min(start_ms) AS start_ms FROM block
           UNION ALL SELECT min(start_ms) FROM rollup_minute
           UNION ALL SELECT (min(place) >> 24) * ${hourMs} FROM minute_block
         )`,
      )
      .pluck()
      .get() ?? undefined
  );
}

/** The local date: `20260310`. */
function dayName(zone: string, atMs: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(atMs).replaceAll('-', '');
}

function interrupted(why: string): GatewayError {
  return new GatewayError('storage_busy', `the rewriting was interrupted: ${why}`, { hint: 'say it again' });
}
