import { existsSync, statSync } from 'node:fs';
import type { WideBatch, WidePlace, WideRefusal } from '../core/wide-tables.ts';
import type { ReadingBatch, SeriesId, SeriesKey } from '../core/reading.ts';
import type { SaidText } from '../core/said-text.ts';
import type { openConnection } from './connection.ts';
import type { DatabaseOptions } from './database-options.ts';
import type { HistoryHour, HistoryOptions, HistoryReport } from './history-calls.ts';
import { makeRoom } from './make-room.ts';
import { schemaVersion } from './migrations/index.ts';
import type { Stores } from './open-stores.ts';
import { OutsideService } from './outside-service.ts';
import { rowsOf } from './raw-page.ts';
import type { RollupLevel } from './rollup-level.ts';
import { RoomKeeper } from './room-keeper.ts';
import { acknowledgeSalvage, readSalvageNote } from './salvage/salvage-note.ts';
import { unreadable } from './sqlite-failure.ts';
import { readSinkMark, writeSinkMark } from './sink-mark.ts';
import type * as contract from './store-calls.ts';
import { StoresKeeper } from './stores-keeper.ts';
import { listArchives, listBackups } from './upkeep/backup-files.ts';
import { longCalls } from './upkeep/long-calls.ts';
import { rebuildWindows } from './upkeep/rebuild-windows.ts';
import { WideFiles } from './wide/wide-files.ts';

const levels: Readonly<Record<'1m' | '1h' | '1d', RollupLevel>> = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'day',
};

/** All calls of the database, synchronous, each one transaction over the connection that is kept open. */
export class DatabaseService extends OutsideService implements contract.StoreCalls {
  readonly #directory: string;
  readonly #room: RoomKeeper;
  readonly #keeper: StoresKeeper;
  readonly #wide = new WideFiles();

  /** Opens the database. Errors: `database_newer`, `database_unreadable`, `storage_failed`. */
  constructor(options: DatabaseOptions, connect?: typeof openConnection) {
    const room = new RoomKeeper(options);
    const keeper = new StoresKeeper(options, room, connect);
    super(keeper);
    this.#directory = options.directory;
    this.#room = room;
    this.#keeper = keeper;
  }

  internSeries(keys: readonly SeriesKey[]): readonly SeriesId[] {
    return this.#keeper.run(({ series }) => series.intern(keys));
  }

  listSeries(): readonly contract.StoredSeries[] {
    return this.#keeper.run(({ series }) => series.list());
  }

  appendReadings(key: contract.AppendKey, batch: ReadingBatch, timeline?: string): contract.CommitReceipt {
    // An append that comes again writes nothing, and would not find out by itself.
    this.#keeper.assertWritable();
    this.#keeper.run(({ room }) => room.assertForReadings(this.#keeper.path));
    return this.#keeper.run((stores) =>
      stores.readings.append(key, { ...batch, timeline }, (stored) => touch(stores, stored)),
    );
  }

  placeReadings(where: contract.Placing, nowMs: number): contract.Placed {
    return this.#keeper.run((stores) =>
      stores.readings.place(
        where,
        (stored) => touch(stores, stored),
        (guess) => stores.gaps.note({ ...guess, notedMs: nowMs, reason: 'clock' }),
      ),
    );
  }

  addHistory(hours: readonly HistoryHour[], options: HistoryOptions): HistoryReport {
    this.#keeper.assertWritable();
    this.#keeper.run(({ room }) => room.assertForReadings(this.#keeper.path));
    return this.#keeper.run((stores) =>
      stores.history.add(hours, options, (stored) => touch(stores, stored)),
    );
  }

  latestReadings(): readonly contract.LatestReading[] {
    return this.#keeper.run(({ readings }) => readings.latest());
  }

  rawRange(query: contract.RangeQuery): contract.RawRange {
    const { nextFromMs, ...columns } = this.rawColumns(query);
    return { rows: rowsOf(columns), ...(nextFromMs !== undefined && { nextFromMs }) };
  }

  rawColumns(query: contract.RangeQuery): contract.RawColumns {
    return this.#keeper.run(({ readings }) => readings.raw.range(query));
  }

  rollupRange(query: contract.RangeQuery, resolution: '1m' | '1h' | '1d'): contract.RollupRange {
    return this.#keeper.run(({ rollupReader }) => rollupReader.range(query, levels[resolution]));
  }

  rollUp(nowMs: number): { readonly windows: number; readonly remaining: boolean } {
    return this.#keeper.run(({ rollupStore }) => rollupStore.rollUp(nowMs));
  }

  declareCounters(declared: readonly contract.CounterDeclaration[]): void {
    this.#keeper.run(({ energy }) => energy.series.declare(declared));
  }

  countEnergy(nowMs: number): { readonly slots: number; readonly remaining: boolean } {
    return this.#keeper.run(({ energy }) => energy.store.count(nowMs));
  }

  energyRange(query: contract.EnergyQuery): contract.EnergyPage {
    return this.#keeper.run(({ energy }) => energy.reader.range(query));
  }

  packReadings(nowMs: number): { readonly readings: number; readonly remaining: boolean } {
    return this.#keeper.run((stores) => {
      if (stores.rewrite.isRunning) return { readings: 0, remaining: false };
      this.holdUnsealed(stores);
      return stores.readings.pack(nowMs);
    });
  }

  packWindows(): { readonly windows: number; readonly remaining: boolean } {
    return this.#keeper.run(({ rollupStore }) => rollupStore.packWindows());
  }

  prune(
    nowMs: number,
    retention: contract.Retention,
  ): { readonly rows: number; readonly remaining: boolean } {
    return this.#keeper.run((stores) =>
      stores.rewrite.isRunning ? { rows: 0, remaining: false } : stores.pruner.prune(nowMs, retention),
    );
  }

  databaseStatus(): contract.DatabaseStatus {
    return this.#keeper.run(({ readings, gaps, room }) => ({
      path: this.#keeper.path,
      schemaVersion,
      ...readings.status(),
      ...this.#room.facts(room),
      ...gaps.counts(),
      mode: 'ok',
      fileBytes: bytesOf(this.#keeper.path),
      walBytes: bytesOf(`${this.#keeper.path}-wal`),
      synchronous: 'full',
    }));
  }

  keepRoom(nowMs: number): contract.StorageState {
    this.#keeper.nowMs = nowMs;
    return this.#keeper.run((stores) => {
      // What is short then is the room of the second file, which comes back: no history is deleted for it.
      const remaining = !stores.rewrite.isRunning && this.#room.keep(stores, nowMs);
      return { mode: 'ok', reason: null, room: this.#room.facts(stores.room), remaining };
    });
  }

  /**
   * After a write found no room: gives up a rewriting, then the ballast, then a step of history. What is urgent may take
   * all of the ballast. Answers whether trying again makes sense. Errors: `storage_failed`.
   */
  relieve(isUrgent: boolean): boolean {
    if (this.#keeper.giveUpRewrite()) return true;
    if (this.#room.releaseBallast(isUrgent)) return true;
    return this.#keeper.run((stores) =>
      makeRoom(stores, { nowMs: this.#keeper.nowMs, mayTakeLastDay: true }),
    );
  }

  /** Errors: `storage_failed` when nothing can be acknowledged at present. */
  assertWritable(): void {
    this.#keeper.assertWritable();
  }

  account(): contract.ReadingAccount {
    return this.#keeper.run(({ readings, gaps }) => ({
      ...readings.account(),
      missing: gaps.acknowledgedReadings(),
    }));
  }

  checkStep(cursor: contract.CheckCursor | null): contract.CheckStep {
    const step = this.#keeper.run(({ check }) => check.step(cursor));
    if (step.damage !== null) {
      this.#keeper.condemn(unreadable(this.#keeper.path, step.damage));
    }
    return step;
  }

  salvageNote(): contract.SalvageNote | null {
    return this.#keeper.run(({ settings }) => readSalvageNote(settings));
  }

  acknowledgeSalvage(): void {
    this.#keeper.run(({ settings }) => acknowledgeSalvage(settings));
  }

  noteGap(gap: contract.NewGap): void {
    this.#keeper.run(({ gaps }) => gaps.note(gap));
  }

  listGaps({
    beforeNumber,
    rowsMax,
  }: {
    readonly beforeNumber: number;
    readonly rowsMax: number;
  }): readonly contract.Gap[] {
    return this.#keeper.run(({ gaps }) => gaps.list(beforeNumber, rowsMax));
  }

  writeBackup(request: contract.BackupRequest): contract.BackupReport {
    return longCalls.writeBackup(this.#directory, request);
  }

  listBackups(directory?: string): readonly contract.KeptFile[] {
    return listBackups(this.#directory, directory);
  }

  listArchives(): readonly contract.KeptFile[] {
    return listArchives(this.#directory);
  }

  beginRewrite(kind: contract.RewritePlan['kind'], nowMs: number): contract.RewritePlan {
    return this.#keeper.run(({ rewrite }) => rewrite.begin(kind, nowMs));
  }

  copyForRewrite(plan: contract.RewritePlan): contract.RewriteCopy {
    return longCalls.copyForRewrite(this.#directory, plan);
  }

  finishRewrite(
    plan: contract.RewritePlan,
    copy: contract.RewriteCopy,
    nowMs: number,
  ): { readonly remaining: boolean } {
    const step = this.#keeper.run(({ rewrite }) => rewrite.catchUp(plan, copy, nowMs));
    if (!step.remaining) this.#keeper.replace(plan);
    return step;
  }

  cancelRewrite(): void {
    this.#keeper.run(({ rewrite }) => rewrite.cancel());
    this.#keeper.giveUpRewrite();
  }

  rebuildWindows(fromMs: number, toMs: number): contract.RebuildReport {
    return this.#keeper.run((stores) => rebuildWindows(stores, fromMs, toMs));
  }

  putTexts(given: readonly SaidText[]): void {
    this.#keeper.run(({ texts }) => texts.put(given));
  }

  listTexts(query: contract.TextQuery): contract.TextPage {
    return this.#keeper.run(({ texts }) => texts.list(query));
  }

  latestTexts(): readonly SaidText[] {
    return this.#keeper.run(({ texts }) => texts.latest());
  }

  textsAfter(number: number | null, rowsMax: number): contract.NewTexts {
    return this.#keeper.run(({ texts }) => texts.after(number, rowsMax));
  }

  commitsAfter(query: contract.CommitsQuery): contract.CommittedColumns {
    return this.#keeper.run(({ feed }) => feed.commitsAfter(query));
  }

  windowColumns(query: contract.WindowQuery): contract.WindowColumns {
    return this.#keeper.run(({ feed }) => feed.windowColumns(query));
  }

  getSinkMark(sink: string): contract.SinkMark | undefined {
    return this.#keeper.run(({ marks }) => readSinkMark(marks, sink));
  }

  putSinkMark(sink: string, mark: contract.SinkMark): void {
    this.#keeper.run(({ marks }) => writeSinkMark(marks, sink, mark));
  }

  writeWide(place: WidePlace, batch: WideBatch): readonly WideRefusal[] {
    return this.#wide.write(place, batch);
  }

  closeWide(path: string): void {
    this.#wide.close(path);
  }

  getSetting(name: string): string | undefined {
    return this.#keeper.run(({ settings }) => settings.get(name));
  }

  putSetting(name: string, value: string): void {
    this.#keeper.run(({ settings }) => settings.put(name, value));
  }

  addToken(token: contract.StoredToken): void {
    this.#keeper.run(({ tokens }) => tokens.add(token));
  }

  listTokens(): readonly contract.StoredToken[] {
    return this.#keeper.run(({ tokens }) => tokens.list());
  }

  removeToken(id: string): boolean {
    return this.#keeper.run(({ tokens }) => tokens.remove(id));
  }

  addAuditLine(line: contract.AuditLine): void {
    this.#keeper.run(({ audit }) => audit.add(line));
  }

  listAuditLines(query: {
    readonly beforeMs: number;
    readonly rowsMax: number;
  }): readonly contract.AuditLine[] {
    return this.#keeper.run(({ audit }) => audit.list(query));
  }

  recordControl(record: contract.ControlRecord): void {
    this.#keeper.run(({ controls }) => controls.record(record));
  }

  listControls(): contract.StoredControls {
    return this.#keeper.run(({ controls }) => controls.load());
  }

  /** Moves the write-ahead log into the database and closes it. Nothing may be called afterwards. */
  close(): void {
    this.#wide.closeAll();
    this.#keeper.close();
  }
}

/** What is computed from readings is noted in the transaction that stores them. */
function touch({ rollupStore, energy }: Stores, batch: ReadingBatch): void {
  rollupStore.touch(batch);
  energy.store.touch(batch);
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
