import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Connection } from './connection.ts';
import type { StagedCommit } from './staged-log.ts';
import type { AppendKey } from './store-calls.ts';

type KeyRow = Pick<StagedCommit, 'commit' | 'boot' | 'sequence' | 'count'>;

interface Boot {
  readonly id: number;
  /** Appends up to this one may have been stored, and are no longer known. */
  forgottenTo: number;
}

/**
 * Which appends were stored: those in the log, and of those that have left it the newest `limits.appendKeysMax`.
 * Kept in memory and read at the start, so an append writes no index page.
 */
export class AppendKeys {
  readonly #connection: Connection;
  readonly #insertBoot;
  readonly #keep;
  readonly #drop;
  readonly #update;
  readonly #boots: Map<string, Boot>;
  readonly #commits = new Map<string, KeyRow>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insertBoot = connection.prepare('INSERT INTO boot (boot_id) VALUES (?)');
    this.#keep = connection.prepare(
      `INSERT INTO packed_commit (commit_number, boot, sequence, count, hash)
       SELECT commit_number, boot, sequence, count, hash FROM staged
       WHERE commit_number <= ? AND max_ms < ? AND offset_ms IS NOT NULL`,
    );
    this.#drop = connection.prepare<[number], KeyRow>(
      `DELETE FROM packed_commit WHERE commit_number <= ?
       RETURNING commit_number AS "commit", boot, sequence, count`,
    );
    this.#update = connection.prepare('UPDATE boot SET forgotten_to = max(forgotten_to, ?) WHERE id = ?');
    const boots = connection
      .prepare<[], { id: number; bootId: string; forgottenTo: number }>(
        'SELECT id, boot_id AS bootId, forgotten_to AS forgottenTo FROM boot',
      )
      .all();
    this.#boots = new Map(boots.map(({ id, bootId, forgottenTo }) => [bootId, { id, forgottenTo }]));
    const rows = connection
      .prepare<[], KeyRow>(
        `SELECT commit_number AS "commit", boot, sequence, count FROM packed_commit
         UNION ALL SELECT commit_number, boot, sequence, count FROM staged ORDER BY 1`,
      )
      .all();
    for (const row of rows) this.remember(row);
  }

  /** The highest commit there ever was, 0 before the first. */
  lastCommit = 0;

  /** The commit of that append, if it was stored. Errors: `input_invalid` when it is too long ago to know. */
  find({ bootId, sequence }: AppendKey): KeyRow | undefined {
    const boot = this.#boots.get(bootId);
    if (boot === undefined) return undefined;
    const found = this.#commits.get(keyOf(boot.id, sequence));
    if (found !== undefined || sequence > boot.forgottenTo) return found;
    throw new GatewayError(
      'input_invalid',
      `append ${sequence} of this start is too long ago to be repeated`,
    );
  }

  bootNumber(bootId: string): number {
    const known = this.#boots.get(bootId);
    if (known !== undefined) return known.id;
    const id = Number(this.#insertBoot.run(bootId).lastInsertRowid);
    this.#boots.set(bootId, { id, forgottenTo: 0 });
    return id;
  }

  remember(row: KeyRow): void {
    this.#commits.set(keyOf(row.boot, row.sequence), row);
    this.lastCommit = Math.max(this.lastCommit, row.commit);
  }

  /** To be called, in the same transaction, before commits leave the log; forgets the oldest that have. */
  keepPacked(toCommit: number, beforeMs: number): void {
    this.#keep.run(toCommit, beforeMs);
    const forgotten = this.#drop.all(this.lastCommit - limits.appendKeysMax);
    if (forgotten.length > 0) this.#forget(forgotten);
  }

  #forget(rows: readonly KeyRow[]): void {
    const forgottenTo = new Map<number, number>();
    for (const { boot, sequence } of rows) {
      this.#commits.delete(keyOf(boot, sequence));
      forgottenTo.set(boot, Math.max(sequence, forgottenTo.get(boot) ?? 0));
    }
    for (const boot of this.#boots.values()) {
      const sequence = forgottenTo.get(boot.id);
      if (sequence === undefined) continue;
      boot.forgottenTo = Math.max(boot.forgottenTo, sequence);
      this.#update.run(sequence, boot.id);
    }
    if (this.#boots.size > 1) this.#forgetBoots();
  }

  /** A start of which nothing is left is over: its process has ended, and cannot repeat an append. */
  #forgetBoots(): void {
    const gone = this.#connection
      .prepare<[], string>(
        `DELETE FROM boot WHERE id < (SELECT max(id) FROM boot)
         AND id NOT IN (SELECT boot FROM packed_commit) AND id NOT IN (SELECT boot FROM staged)
         RETURNING boot_id`,
      )
      .pluck()
      .all();
    for (const bootId of gone) this.#boots.delete(bootId);
  }
}

function keyOf(boot: number, sequence: number): string {
  return `${boot}:${sequence}`;
}
