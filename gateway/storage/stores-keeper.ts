import { join } from 'node:path';
import { errorCodeOf, GatewayError } from '../core/errors.ts';
import { openConnection } from './connection.ts';
import type { DatabaseOptions } from './database-options.ts';
import { openStores, type Stores } from './open-stores.ts';
import type { RoomKeeper } from './room-keeper.ts';
import { Salvager } from './salvage/salvager.ts';
import { settle } from './settle.ts';
import { isReadOnly, sqliteFailure } from './sqlite-failure.ts';
import type { RewritePlan } from './store-calls.ts';
import { discardNextDatabase, replaceDatabase } from './upkeep/replace-database.ts';

/** A refusal leaves everything as it was. */
const harmless: ReadonlySet<string | undefined> = new Set([
  'already_exists',
  'input_invalid',
  'not_found',
  'storage_busy',
]);

/**
 * Keeps one connection open, with its stores. Any failure but a refusal ends it: the next work opens it anew and
 * reads where everything stands, because what a failed write left is not known. Before anything is acknowledged
 * on a new connection, what stands in the log is on disk.
 */
export class StoresKeeper {
  readonly path: string;
  /** The wall clock, as it was told last. */
  nowMs: number;
  readonly #options: DatabaseOptions;
  readonly #room: RoomKeeper;
  readonly #connect: typeof openConnection;
  readonly #salvager: Salvager;
  #stores: Stores | undefined;
  /** Why the connection may only read. */
  #heldBack: unknown;

  /** Opens the database. Errors: `database_newer`, `database_unreadable`, `storage_failed`. */
  constructor(options: DatabaseOptions, room: RoomKeeper, connect: typeof openConnection = openConnection) {
    this.path = join(options.directory, 'egw.db');
    this.#options = options;
    this.#room = room;
    this.#connect = connect;
    this.#salvager = new Salvager(options);
    this.nowMs = options.nowMs;
    this.#stores = this.#openSettled(Math.max(1, Math.floor(options.nowMs / 1000)));
  }

  run<Result>(work: (stores: Stores) => Result): Result {
    const isOld = this.#stores !== undefined;
    this.#stores ??= this.#openSettled(undefined);
    try {
      return work(this.#stores);
    } catch (error) {
      this.#salvager.note(error);
      if (!harmless.has(errorCodeOf(error))) this.#abandon();
      if (this.#heldBack === undefined || !isReadOnly(error)) throw sqliteFailure(error, this.path);
      if (!isOld) throw sqliteFailure(this.#heldBack, this.path);
      return this.run(work);
    }
  }

  /** Damage that was found: the next work opens what can be salvaged. */
  condemn(damage: GatewayError): void {
    this.#salvager.note(damage);
    this.#abandon();
  }

  /** Errors: `storage_failed` when nothing can be acknowledged at present. */
  assertWritable(): void {
    if (this.#heldBack !== undefined) this.#abandon();
    this.#stores ??= this.#openSettled(undefined);
    if (this.#heldBack !== undefined) throw sqliteFailure(this.#heldBack, this.path);
  }

  /** The next work opens the new file. */
  replace({ keepAs }: RewritePlan): void {
    try {
      // What is kept is one file, without a log beside it.
      this.#stores?.connection.pragma('journal_mode = DELETE');
      this.#abandon();
      replaceDatabase(this.#options.directory, { keepAs, readOnly: true });
    } catch (error) {
      this.#abandon();
      throw sqliteFailure(error, this.path);
    }
  }

  /**
   * Gives up a rewriting that is under way, and the room that its second file takes: whoever copies into that ends.
   * Answers whether there was one. Errors: `storage_failed`.
   */
  giveUpRewrite(): boolean {
    if (this.#stores?.rewrite.isRunning === true) this.#abandon();
    try {
      return discardNextDatabase(this.#options.directory);
    } catch (error) {
      throw sqliteFailure(error, this.path);
    }
  }

  /** Moves the write-ahead log into the database and closes it. Nothing may run afterwards. */
  close(): void {
    const stores = this.#stores;
    this.#stores = undefined;
    try {
      stores?.connection.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      throw sqliteFailure(error, this.path);
    } finally {
      stores?.connection.close();
    }
  }

  #abandon(): void {
    const connection = this.#stores?.connection;
    this.#stores = undefined;
    connection?.close();
  }

  #openSettled(epoch: number | undefined): Stores {
    try {
      const stores = this.#salvager.open(() => this.#open(epoch), this.nowMs);
      this.#room.limit(stores.connection);
      this.#heldBack = this.#options.isStandIn === true ? heldForReading(stores) : settle(stores.connection);
      return stores;
    } catch (error) {
      throw sqliteFailure(error, this.path);
    }
  }

  #open(epoch: number | undefined): Stores {
    discardNextDatabase(this.#options.directory);
    const connection = this.#connect(this.path, epoch);
    try {
      return openStores(connection, this.#options);
    } catch (error) {
      connection.close();
      throw sqliteFailure(error, this.path);
    }
  }
}

function heldForReading({ connection }: Stores): GatewayError {
  connection.pragma('query_only = ON');
  const facts = { sqlite: 'SQLITE_READONLY' };
  return new GatewayError('storage_failed', 'the data directory cannot be written', { facts });
}
