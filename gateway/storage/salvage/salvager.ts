import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { schemaDamage } from '../check/schema-damage.ts';
import { sqliteFailure } from '../sqlite-failure.ts';
import { finishReplacement, nextDatabasePath, replaceDatabase } from '../upkeep/replace-database.ts';
import { damagedName, newestDamagedMs, thinDamaged } from './damaged-files.ts';
import { headerDamage } from './file-header.ts';
import { logDamage } from './log-damage.ts';
import { salvageDatabase } from './salvage-database.ts';

/** The file to be opened, and what salvaging it needs to know. */
export interface SalvagedFile {
  readonly directory: string;
  /** The site's IANA zone. */
  readonly zone: string;
}

/**
 * Opens a database, and when it is damaged, what is intact of it: in a new file, which takes its place. The damaged
 * one is kept beside it. A file that was salvaged and is damaged again within the hour stays as it is: then it is the
 * disk, and writing it anew each time would only wear it more.
 */
export class Salvager {
  readonly #file: SalvagedFile;
  readonly #path: string;
  #damage: string | undefined;

  constructor(file: SalvagedFile) {
    this.#file = file;
    this.#path = join(file.directory, 'egw.db');
  }

  /** Errors: those of `open`; `database_unreadable` when nothing can be salvaged, or not again so soon. */
  open<Opened>(open: () => Opened, nowMs: number): Opened {
    finishReplacement(this.#file.directory);
    this.#damage ??= this.#damageBefore();
    try {
      if (this.#damage === undefined) return open();
    } catch (error) {
      this.note(error);
      this.#damage ??= this.#schemaDamage(error);
      if (this.#damage === undefined) throw error;
    }
    this.#salvage(this.#damage, nowMs);
    this.#damage = undefined;
    return open();
  }

  /** To be told why a call failed: the next opening begins with salvaging when it is damage. */
  note(error: unknown): void {
    const failure = sqliteFailure(error, this.#path);
    if (errorCodeOf(failure) === 'database_unreadable' && existsSync(this.#path))
      this.#damage = describeWhat(failure);
  }

  /** Whether a statement that SQLite does not understand comes of damage: of a table that lost its name. */
  #schemaDamage(error: unknown): string | undefined {
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_ERROR') return undefined;
    const connection = new Sqlite(this.#path, { readonly: true });
    try {
      return schemaDamage(connection);
    } finally {
      connection.close();
    }
  }

  /** What SQLite would not notice when it opens the file. */
  #damageBefore(): string | undefined {
    const inHeader = headerDamage(this.#path);
    if (inHeader !== undefined) return `${this.#path}: ${inHeader}`;
    return logDamage(this.#path);
  }

  #salvage(why: string, nowMs: number): void {
    const { directory, zone } = this.#file;
    const beforeMs = newestDamagedMs(directory);
    if (beforeMs !== undefined && Math.abs(nowMs - beforeMs) < limits.salvageIntervalMsMin) {
      throw new GatewayError('database_unreadable', `${why}, soon after it was salvaged`, {
        hint: 'the disk is failing: copy the data directory to a new one; it is tried again within the hour',
      });
    }
    thinDamaged(directory, this.#path);
    const keptAs = damagedName(nowMs);
    const isLogCut = logDamage(this.#path) !== undefined;
    salvageDatabase(this.#path, nextDatabasePath(directory), { zone, nowMs, why, keptAs, isLogCut });
    replaceDatabase(directory, { keepAs: keptAs, readOnly: false });
  }
}

function describeWhat(failure: unknown): string {
  return failure instanceof GatewayError ? failure.message : describeError(failure);
}
