import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import { transact } from '../transact.ts';
import type { WideBatch, WidePlace, WideRefusal, WideValue } from '../../core/wide-tables.ts';
import type { SaidText } from '../../core/said-text.ts';
import { quoted, tableOf, timestampIndex, timestampText } from './wide-sql.ts';
import { sourceOfZone, wideViews, type WideDevice } from './wide-views.ts';

/** SQLite has 2,000 columns at most, and takes long to add one to many. */
const columnsMax = 1_000;
const statementsMax = 500;
const textsKeptMax = 20;
/** Of what is older than it is kept: rows of one table that one write deletes. */
const pruneRowsMax = 500;
const pruneMs = 60_000;

interface Device extends WideDevice {
  readonly columns: Map<string, number>;
  readonly texts: Map<string, string[]>;
}

interface ColumnRow {
  readonly device: number;
  readonly number: number;
  readonly quantity: string;
}

interface TextRow {
  readonly device: number;
  readonly quantity: string;
  readonly text: string;
}

const schema = `
  CREATE TABLE wide_device (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE wide_column (
    device INTEGER NOT NULL, number INTEGER NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL,
    PRIMARY KEY (device, number), UNIQUE (device, quantity)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE wide_text (
    device INTEGER NOT NULL, quantity TEXT NOT NULL, at_ms INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (device, quantity, at_ms)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`;
/** When a source has told of any of its zones: to put these together from the zones' tables takes long. */
const timeTable = `
  CREATE TABLE wide_time (
    source TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (source, at_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX wide_time_timestamp ON wide_time (source, ${timestampText('at_ms')});
`;

/**
 * A database for other programs to read: a table a device, with a row a time and a column a quantity, and views over
 * them. What a table and its columns are of stands in `wide_device` and `wide_column`; names never become SQL.
 */
export class WideFile {
  readonly #place: WidePlace;
  readonly #connection: Sqlite.Database;
  readonly #devices = new Map<string, Device>();
  readonly #statements = new Map<string, Sqlite.Statement>();
  #areViewsOld = true;
  #prunedMs = -Infinity;

  /** Errors: those of SQLite, `sink_refused`. */
  constructor(place: WidePlace) {
    this.#place = place;
    mkdirSync(dirname(place.path), { recursive: true, mode: 0o755 });
    const isNew = !existsSync(place.path);
    this.#connection = new Sqlite(place.path, { timeout: 1_000 });
    try {
      if (isNew) chmodSync(place.path, place.fileMode);
      this.#connection.pragma('journal_mode = WAL');
      this.#connection.pragma('synchronous = FULL');
      this.#begin();
      this.#load();
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  /** All of it on disk, or none. Errors: those of SQLite. */
  write({ values, texts, nowMs }: WideBatch): readonly WideRefusal[] {
    const refused: WideRefusal[] = [];
    try {
      transact(this.#connection, () => {
        for (const row of this.#rowsOf(values, refused)) this.#put(row);
        for (const text of texts) this.#say(text);
        if (this.#areViewsOld) this.#makeViews();
        this.#prune(nowMs);
      });
    } catch (error) {
      // What was learnt in it is not there.
      this.#load();
      throw error;
    }
    this.#areViewsOld = false;
    return refused;
  }

  close(): void {
    try {
      // Whoever may only read could not open it otherwise while nobody writes: there would be no log to look into.
      this.#connection.pragma('busy_timeout = 0');
      this.#connection.pragma('journal_mode = DELETE');
    } catch {
      // Somebody reads it now, or the disk is ill: it is as good as it was.
    }
    this.#connection.close();
  }

  #begin(): void {
    const tables = this.#connection
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
      .pluck()
      .all();
    if (tables.length === 0) this.#connection.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`);
    else if (!tables.includes('wide_device'))
      throw new GatewayError('sink_refused', `${this.#place.path} is a database of another program`, {
        hint: 'choose another path; the file was left as it is',
      });
    if (!tables.includes('wide_time')) this.#makeTimes();
  }

  /** A file from before that table may have zones already. */
  #makeTimes(): void {
    const devices = this.#connection
      .prepare<[], { id: number; name: string }>('SELECT id, name FROM wide_device')
      .all();
    transact(this.#connection, () => {
      this.#connection.exec(timeTable);
      for (const device of devices) {
        const source = sourceOfZone(device.name);
        const sql = `INSERT OR IGNORE INTO wide_time SELECT ?, at_ms FROM ${tableOf(device)}`;
        if (source !== undefined) this.#connection.prepare(sql).run(source);
      }
    });
  }

  #load(): void {
    this.#devices.clear();
    this.#statements.clear();
    this.#areViewsOld = true;
    const byId = new Map<number, Device>();
    const devices = this.#connection
      .prepare<[], { id: number; name: string }>('SELECT id, name FROM wide_device')
      .all();
    for (const { id, name } of devices) {
      const device: Device = { id, name, columns: new Map(), texts: new Map() };
      this.#devices.set(name, device);
      byId.set(id, device);
    }
    const columns = this.#connection
      .prepare<[], ColumnRow>('SELECT device, number, quantity FROM wide_column')
      .all();
    for (const { device, number, quantity } of columns) byId.get(device)?.columns.set(quantity, number);
    const texts = this.#connection
      .prepare<[], TextRow>(
        'SELECT device, quantity, text FROM wide_text GROUP BY device, quantity, text ORDER BY max(at_ms)',
      )
      .all();
    for (const { device, quantity, text } of texts) this.#noteText(byId.get(device), quantity, text);
  }

  /** Values of one device and time together. */
  *#rowsOf(
    values: readonly WideValue[],
    refused: WideRefusal[],
  ): Generator<{ device: Device; atMs: number; cells: ReadonlyMap<number, number> }> {
    const rows = new Map<string, { device: Device; atMs: number; cells: Map<number, number> }>();
    for (const [index, value] of values.entries()) {
      if (value.value === null) continue;
      const device = this.#deviceOf(value.device, values);
      const column = this.#columnOf(device, value);
      if (column === undefined) {
        refused.push({ index, reason: `a table has ${columnsMax} columns at most` });
        continue;
      }
      const key = `${value.atMs} ${device.id}`;
      const row = rows.get(key) ?? { device, atMs: value.atMs, cells: new Map<number, number>() };
      rows.set(key, row);
      row.cells.set(column, value.value);
    }
    yield* rows.values();
  }

  #put(row: { device: Device; atMs: number; cells: ReadonlyMap<number, number> }): void {
    const numbers = [...row.cells.keys()].sort((left, right) => left - right);
    const columns = numbers.map((number) => `c${number}`);
    const sql = `INSERT INTO ${tableOf(row.device)} (at_ms, ${columns.join(', ')})
      VALUES (?, ${columns.map(() => '?').join(', ')})
      ON CONFLICT (at_ms) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;
    this.#prepared(sql).run(
      row.atMs,
      numbers.map((number) => row.cells.get(number)),
    );
    const source = sourceOfZone(row.device.name);
    if (source !== undefined)
      this.#prepared('INSERT OR IGNORE INTO wide_time (source, at_ms) VALUES (?, ?)').run(source, row.atMs);
  }

  #say({ device: name, quantity, atMs, text }: SaidText): void {
    const device = this.#deviceOf(name);
    this.#prepared(
      'INSERT OR REPLACE INTO wide_text (device, quantity, at_ms, text) VALUES (?, ?, ?, ?)',
    ).run(device.id, wellFormed(quantity), atMs, wellFormed(text));
    if (this.#noteText(device, wellFormed(quantity), wellFormed(text))) this.#areViewsOld = true;
  }

  /** Answers whether it is the first of its kind, or a name that no view has yet. */
  #noteText(device: Device | undefined, quantity: string, text: string): boolean {
    const texts = device?.texts.get(quantity);
    if (texts === undefined) {
      device?.texts.set(quantity, [text]);
      return true;
    }
    if (texts.includes(text)) return false;
    texts.push(text);
    if (texts.length > textsKeptMax) texts.shift();
    return quantity === 'name';
  }

  /** A new one gets a table for all its values together: adding columns one by one takes long. */
  #deviceOf(given: string, values: readonly WideValue[] = []): Device {
    const name = wellFormed(given);
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const added = this.#prepared('INSERT INTO wide_device (name) VALUES (?)').run(name);
    const device: Device = { id: Number(added.lastInsertRowid), name, columns: new Map(), texts: new Map() };
    for (const value of values)
      if (value.device === given && value.value !== null) this.#nameColumn(device, value);
    const columns = [...device.columns.values()].map((number) => `, c${number} REAL`).join('');
    this.#connection.exec(`CREATE TABLE ${tableOf(device)} (at_ms INTEGER PRIMARY KEY${columns}) STRICT`);
    this.#devices.set(name, device);
    this.#areViewsOld = true;
    return device;
  }

  /** undefined: there are too many. */
  #columnOf(device: Device, value: WideValue): number | undefined {
    const known = device.columns.get(wellFormed(value.quantity));
    if (known !== undefined) return known;
    const number = this.#nameColumn(device, value);
    if (number === undefined) return undefined;
    this.#connection.exec(`ALTER TABLE ${tableOf(device)} ADD COLUMN c${number} REAL`);
    this.#areViewsOld = true;
    return number;
  }

  #nameColumn(device: Device, { quantity: given, unit }: WideValue): number | undefined {
    const quantity = wellFormed(given);
    const known = device.columns.get(quantity);
    if (known !== undefined || device.columns.size >= columnsMax) return known;
    const number = device.columns.size + 1;
    this.#prepared('INSERT INTO wide_column (device, number, quantity, unit) VALUES (?, ?, ?, ?)').run(
      device.id,
      number,
      quantity,
      unit,
    );
    device.columns.set(quantity, number);
    return number;
  }

  #makeViews(): void {
    const views = this.#connection
      .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'view'")
      .all();
    const stored = new Map(views.map(({ name, sql }) => [name, sql]));
    for (const name of [this.#place.views.energy, this.#place.views.weather]) {
      const device = this.#devices.get(name);
      if (device !== undefined) this.#connection.exec(timestampIndex(device));
    }
    for (const { name, sql } of wideViews([...this.#devices.values()], this.#place.views)) {
      if (stored.get(name) === sql) continue;
      this.#connection.exec(`DROP VIEW IF EXISTS ${quoted(name)}`);
      this.#connection.exec(sql);
    }
  }

  /** The newest text of each name stays. */
  #prune(nowMs: number): void {
    const { keepMs } = this.#place;
    if (keepMs === undefined || Math.abs(nowMs - this.#prunedMs) < pruneMs) return;
    this.#prunedMs = nowMs;
    const beforeMs = nowMs - keepMs;
    for (const device of this.#devices.values()) {
      const table = tableOf(device);
      this.#prepared(
        `DELETE FROM ${table} WHERE at_ms IN (SELECT at_ms FROM ${table} WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
      ).run(beforeMs, pruneRowsMax);
    }
    this.#prepared('DELETE FROM wide_time WHERE at_ms < ?').run(beforeMs);
    this.#prepared(
      `DELETE FROM wide_text AS old WHERE at_ms < ? AND EXISTS (SELECT 1 FROM wide_text AS new
         WHERE new.device = old.device AND new.quantity = old.quantity AND new.at_ms > old.at_ms)`,
    ).run(beforeMs);
  }

  #prepared(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= statementsMax) this.#statements.clear();
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
