import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf, GatewayError } from '../core/errors.ts';
import type { ReadingBatch, SeriesId, SeriesKey } from '../core/reading.ts';
import { adoptZone } from './adopt-zone.ts';
import { AuditStore } from './audit-store.ts';
import { openConnection, type Connection } from './connection.ts';
import { ControlStore } from './control-store.ts';
import { GapStore } from './gap-store.ts';
import { MarkStore } from './mark-store.ts';
import { schemaVersion } from './migrations/index.ts';
import { makeRoom } from './make-room.ts';
import { PageRoom } from './page-room.ts';
import { rowsOf } from './raw-page.ts';
import { ReadingStore } from './reading-store.ts';
import { prune } from './retention.ts';
import { RoomKeeper } from './room-keeper.ts';
import type { RollupLevel } from './rollup-level.ts';
import { RollupReader } from './rollup-reader.ts';
import { RollupState } from './rollup-state.ts';
import { RollupStore } from './rollup-store.ts';
import { SeriesStore } from './series-store.ts';
import { SettingStore } from './setting-store.ts';
import { settle } from './settle.ts';
import { isReadOnly, sqliteFailure } from './sqlite-failure.ts';
import type * as contract from './store-calls.ts';
import { TokenStore } from './token-store.ts';

export interface DatabaseOptions {
  /** The data directory; the database in it is `egw.db`. */
  readonly directory: string;
  /** The site's IANA zone: whose days are rolled up. */
  readonly zone: string;
  /** The wall clock now: it numbers a new database. */
  readonly nowMs: number;
  /** What the database may take; a share of its disk when absent. */
  readonly quotaBytes?: number;
  /** What the file that keeps room for a full disk takes at most. */
  readonly ballastBytesMax?: number;
  /** Where a copy goes that is read while the directory cannot be used; usual places when absent. */
  readonly temporaryDirectories?: readonly string[];
  /** It stands in for one that cannot be used: it is only read. */
  readonly isStandIn?: boolean;
}

interface Stores {
  readonly connection: Connection;
  readonly room: PageRoom;
  readonly series: SeriesStore;
  readonly readings: ReadingStore;
  readonly rollups: RollupState;
  readonly rollupStore: RollupStore;
  readonly rollupReader: RollupReader;
  readonly settings: SettingStore;
  readonly tokens: TokenStore;
  readonly audit: AuditStore;
  readonly controls: ControlStore;
  readonly gaps: GapStore;
}

const levels: Readonly<Record<'1m' | '1h' | '1d', RollupLevel>> = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'day',
};

/**
 * All calls over one connection, synchronous. Any failure but a refused input ends the connection: the next
 * call opens it anew and reads where everything stands, because what a failed write left is not known.
 */
export class DatabaseService implements contract.StoreCalls {
  readonly #options: DatabaseOptions;
  readonly #path: string;
  readonly #connect: typeof openConnection;
  readonly #room: RoomKeeper;
  #stores: Stores | undefined;
  /** Why the connection may only read. */
  #heldBack: unknown;
  #nowMs: number;

  /** Opens the database. Errors: `database_newer`, `database_unreadable`, `storage_failed`. */
  constructor(options: DatabaseOptions, connect: typeof openConnection = openConnection) {
    this.#options = options;
    this.#path = join(options.directory, 'egw.db');
    this.#connect = connect;
    this.#room = new RoomKeeper(options);
    this.#nowMs = options.nowMs;
    this.#stores = this.#openSettled(Math.max(1, Math.floor(options.nowMs / 1000)));
  }

  internSeries(keys: readonly SeriesKey[]): readonly SeriesId[] {
    return this.#run(({ series }) => series.intern(keys));
  }

  listSeries(): readonly contract.StoredSeries[] {
    return this.#run(({ series }) => series.list());
  }

  appendReadings(key: contract.AppendKey, batch: ReadingBatch, timeline?: string): contract.CommitReceipt {
    this.#run(({ room }) => room.assertForReadings(this.#path));
    return this.#run(({ readings, rollupStore }) =>
      readings.append(key, { ...batch, timeline }, (stored) => rollupStore.touch(stored)),
    );
  }

  placeReadings(where: contract.Placing, nowMs: number): contract.Placed {
    return this.#run(({ readings, rollupStore, gaps }) =>
      readings.place(
        where,
        (stored) => rollupStore.touch(stored),
        (guess) => gaps.note({ ...guess, notedMs: nowMs, reason: 'clock' }),
      ),
    );
  }

  latestReadings(): readonly contract.LatestReading[] {
    return this.#run(({ readings }) => readings.latest());
  }

  rawRange(query: contract.RangeQuery): contract.RawRange {
    const { nextFromMs, ...columns } = this.rawColumns(query);
    return { rows: rowsOf(columns), ...(nextFromMs !== undefined && { nextFromMs }) };
  }

  rawColumns(query: contract.RangeQuery): contract.RawColumns {
    return this.#run(({ readings }) => readings.raw.range(query));
  }

  rollupRange(query: contract.RangeQuery, resolution: '1m' | '1h' | '1d'): contract.RollupRange {
    return this.#run(({ rollupReader }) => rollupReader.range(query, levels[resolution]));
  }

  rollUp(nowMs: number): { readonly windows: number; readonly remaining: boolean } {
    return this.#run(({ rollupStore }) => rollupStore.rollUp(nowMs));
  }

  packReadings(nowMs: number): { readonly readings: number; readonly remaining: boolean } {
    return this.#run(({ readings }) => readings.pack(nowMs));
  }

  packWindows(): { readonly windows: number; readonly remaining: boolean } {
    return this.#run(({ rollupStore }) => rollupStore.packWindows());
  }

  prune(
    nowMs: number,
    retention: contract.Retention,
  ): { readonly rows: number; readonly remaining: boolean } {
    return this.#run((stores) => prune(nowMs, retention, stores));
  }

  databaseStatus(): contract.DatabaseStatus {
    return this.#run(({ readings, gaps, room }) => ({
      path: this.#path,
      schemaVersion,
      ...readings.status(),
      ...this.#room.facts(room),
      ...gaps.counts(),
      mode: 'ok',
      fileBytes: bytesOf(this.#path),
      walBytes: bytesOf(`${this.#path}-wal`),
      synchronous: 'full',
    }));
  }

  keepRoom(nowMs: number): contract.StorageState {
    this.#nowMs = nowMs;
    return this.#run((stores) => {
      const remaining = this.#room.keep(stores, nowMs);
      return { mode: 'ok', reason: null, room: this.#room.facts(stores.room), remaining };
    });
  }

  /**
   * After a write found no room: gives the ballast away, or a step of history. What is urgent may take all of the
   * ballast. Answers whether trying again makes sense. Errors: `storage_failed`.
   */
  relieve(isUrgent: boolean): boolean {
    if (this.#room.releaseBallast(isUrgent)) return true;
    return this.#run((stores) => makeRoom(stores, { nowMs: this.#nowMs, mayTakeLastDay: true }));
  }

  /** Errors: `storage_failed` when nothing can be acknowledged at present. */
  assertWritable(): void {
    if (this.#heldBack !== undefined) this.#abandon();
    this.#stores ??= this.#openSettled(undefined);
    if (this.#heldBack !== undefined) throw sqliteFailure(this.#heldBack, this.#path);
  }

  account(): contract.ReadingAccount {
    return this.#run(({ readings, gaps }) => ({
      ...readings.account(),
      missing: gaps.acknowledgedReadings(),
    }));
  }

  noteGap(gap: contract.NewGap): void {
    this.#run(({ gaps }) => gaps.note(gap));
  }

  listGaps({
    beforeNumber,
    rowsMax,
  }: {
    readonly beforeNumber: number;
    readonly rowsMax: number;
  }): readonly contract.Gap[] {
    return this.#run(({ gaps }) => gaps.list(beforeNumber, rowsMax));
  }

  getSetting(name: string): string | undefined {
    return this.#run(({ settings }) => settings.get(name));
  }

  putSetting(name: string, value: string): void {
    this.#run(({ settings }) => settings.put(name, value));
  }

  addToken(token: contract.StoredToken): void {
    this.#run(({ tokens }) => tokens.add(token));
  }

  listTokens(): readonly contract.StoredToken[] {
    return this.#run(({ tokens }) => tokens.list());
  }

  removeToken(id: string): boolean {
    return this.#run(({ tokens }) => tokens.remove(id));
  }

  addAuditLine(line: contract.AuditLine): void {
    this.#run(({ audit }) => audit.add(line));
  }

  listAuditLines(query: {
    readonly beforeMs: number;
    readonly rowsMax: number;
  }): readonly contract.AuditLine[] {
    return this.#run(({ audit }) => audit.list(query));
  }

  recordControl(record: contract.ControlRecord): void {
    this.#run(({ controls }) => controls.record(record));
  }

  listControls(): contract.StoredControls {
    return this.#run(({ controls }) => controls.load());
  }

  /** Moves the write-ahead log into the database and closes it. Nothing may be called afterwards. */
  close(): void {
    const stores = this.#stores;
    this.#stores = undefined;
    try {
      stores?.connection.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      throw sqliteFailure(error, this.#path);
    } finally {
      stores?.connection.close();
    }
  }

  #run<Result>(work: (stores: Stores) => Result): Result {
    const isOld = this.#stores !== undefined;
    this.#stores ??= this.#openSettled(undefined);
    try {
      return work(this.#stores);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code !== 'input_invalid' && code !== 'not_found') this.#abandon();
      if (this.#heldBack === undefined || !isReadOnly(error)) throw sqliteFailure(error, this.#path);
      if (!isOld) throw sqliteFailure(this.#heldBack, this.#path);
      return this.#run(work);
    }
  }

  #abandon(): void {
    const connection = this.#stores?.connection;
    this.#stores = undefined;
    connection?.close();
  }

  #openSettled(epoch: number | undefined): Stores {
    try {
      const stores = this.#open(epoch);
      this.#room.limit(stores.connection);
      this.#heldBack = this.#options.isStandIn === true ? heldForReading(stores) : settle(stores.connection);
      return stores;
    } catch (error) {
      throw sqliteFailure(error, this.#path);
    }
  }

  #open(epoch: number | undefined): Stores {
    const connection = this.#connect(this.#path, epoch);
    try {
      return openStores(connection, this.#options.zone);
    } catch (error) {
      connection.close();
      throw sqliteFailure(error, this.#path);
    }
  }
}

function openStores(connection: Connection, zone: string): Stores {
  const marks = new MarkStore(connection);
  const series = new SeriesStore(connection);
  const readings = new ReadingStore({ connection, marks, series });
  const rollups = new RollupState({ connection, marks, raw: readings.raw, zone });
  adoptZone(rollups);
  return {
    connection,
    room: new PageRoom(connection),
    series,
    readings,
    rollups,
    rollupStore: new RollupStore(rollups),
    rollupReader: new RollupReader(rollups),
    settings: new SettingStore(connection),
    tokens: new TokenStore(connection),
    audit: new AuditStore(connection),
    controls: new ControlStore(connection),
    gaps: new GapStore(connection),
  };
}

function heldForReading({ connection }: Stores): GatewayError {
  connection.pragma('query_only = ON');
  const facts = { sqlite: 'SQLITE_READONLY' };
  return new GatewayError('storage_failed', 'the data directory cannot be written', { facts });
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
