import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import { chaudiereColumns, ChaudiereRows } from './chaudiere-row.ts';
import { fileProblem } from './file-problem.ts';
import type { ImportedRow, ImportFormat, ImportOptions, ImportPlace, ImportReader } from './import-format.ts';
import { pathKind } from './path-kind.ts';
import { preferRaw, type RawOrMinute } from './prefer-raw.ts';
import type { Cell, RecordedTable, RowPointer } from './recorded-table.ts';
import { cellsOf, readingProblem } from './row-cells.ts';
import { RowIndex } from './row-index.ts';
import { SqliteFile } from './sqlite-file.ts';
import { timeProblem } from './time-problem.ts';
import { writtenTime } from './written-time.ts';

const group = 'boiler';
const timeColumn = 'dt';
/** In a folder of its own, `~/Prod/db`. */
const fileNames = ['chaudiere.db', 'chaudiere_minute.db'] as const;
/** By name in small letters: whether rows are means of minutes. Flask-SQLAlchemy itself names the second with a `_`. */
const tables: ReadonlyMap<string, boolean> = new Map([
  ['chaudiere', false],
  ['chaudiereminute', true],
  ['chaudiere_minute', true],
]);
/** In the hour that comes twice a clock that was set back by so little has not been set back by an hour. */
const clockStepMs = 60_000;
const pathHint = 'name chaudiere.db, chaudiere_minute.db, or the folder that has them';

/**
 * The monitor of a pellet boiler: its rows of every few seconds, and its means of minutes where those rows are gone. Its
 * phases and events are not taken, but computed again.
 */
export const chaudiere: ImportFormat = {
  id: 'chaudiere',
  title: 'chaudiere: water, flue and motors of a pellet boiler in SQLite files',
  source: 'chaudiere: its tables Chaudiere and ChaudiereMinute, as SQLAlchemy writes them',
  takes: 'FILE…',
  groups: [{ id: group, kind: undefined, device: 'boiler' }],
  open: (paths, options) => {
    const reader = new ChaudiereReader(options);
    try {
      for (const path of paths.flatMap(filesAt)) reader.addFile(path);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  },
};

interface KnownTable {
  readonly table: RecordedTable;
  readonly isMinute: boolean;
  rows: number;
}

class ChaudiereReader implements ImportReader {
  readonly #options: ImportOptions;
  readonly #index = new RowIndex();
  readonly #tables: KnownTable[] = [];
  readonly #closing: { close(): void }[] = [];

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  get rowCount(): number {
    return this.#index.count;
  }

  get tables(): ImportReader['tables'] {
    return this.#tables.map(({ table, rows }) => ({ place: table.place, group, rows }));
  }

  /** What cannot be read is noted, and the others are read. Errors: `disk_full`, and those of the index. */
  addFile(path: string): void {
    const place = { file: path };
    try {
      const problem = fileProblem(path, true);
      if (problem !== undefined) this.#options.note({ ...place, reason: problem });
      else this.#addDatabase(path, place);
    } catch (error) {
      this.#options.note({ ...place, reason: readingProblem(error) });
    }
  }

  *rows(): Generator<ImportedRow> {
    const leaveOut = ({ place }: ImportedRow): void =>
      this.#options.note({ ...place, reason: 'the rows that it was made of are there' });
    yield* preferRaw(this.#allRows(), leaveOut);
  }

  close(): void {
    for (const one of this.#closing) one.close();
    this.#closing.length = 0;
    this.#index.close();
  }

  #addDatabase(path: string, place: ImportPlace): void {
    const file = new SqliteFile(path);
    this.#closing.push(file);
    const before = this.#tables.length;
    for (const { name, columns } of file.tablesWith(timeColumn)) {
      const isMinute = tables.get(name.toLowerCase());
      if (isMinute === undefined || !chaudiereColumns.some((column) => columns.includes(column))) continue;
      this.#addTable(file.table(name, { ...place, table: name }), isMinute);
    }
    if (this.#tables.length === before)
      this.#options.note({ ...place, reason: 'it has no table Chaudiere or ChaudiereMinute' });
  }

  #addTable(table: RecordedTable, isMinute: boolean): void {
    const { zone, note } = this.#options;
    const number = this.#tables.length;
    const known: KnownTable = { table, isMinute, rows: 0 };
    this.#tables.push(known);
    let afterMs = -Infinity;
    for (const { cell, problem, ...pointer } of table.scan(timeColumn)) {
      if (problem !== undefined) note({ ...table.place, row: pointer.row, reason: problem });
      const atMs = problem === undefined ? this.#timeOf(cell, { table, pointer, afterMs }) : undefined;
      if (atMs === undefined) continue;
      afterMs = atMs - clockStepMs;
      known.rows += 1;
      this.#index.add({ ...pointer, atMs, table: number });
    }
    const reason = `its times say no zone, and were taken for those of ${zone}`;
    if (known.rows > 0) note({ ...table.place, reason, isTaken: true });
  }

  #timeOf(
    cell: Cell,
    { table, pointer, afterMs }: { table: RecordedTable; pointer: RowPointer; afterMs: number },
  ): number | undefined {
    const { zone, nowMs, note } = this.#options;
    const place = { ...table.place, row: pointer.row };
    const time = writtenTime(cell, { zone, afterMs });
    const reason = timeProblem(cell, time?.atMs, nowMs);
    if (reason !== undefined) {
      note({ ...place, reason });
      return undefined;
    }
    if (time?.shown === 'never')
      note({ ...place, reason: `in ${zone} no clock has shown its time`, isTaken: true });
    if (time?.shown === 'twice') {
      const which = 'clocks have shown its time twice; the rows before it told which it is';
      note({ ...place, reason: which, isTaken: true });
    }
    return time?.atMs;
  }

  *#allRows(): Generator<RawOrMinute> {
    const rows = new ChaudiereRows();
    for (const { table: number, atMs, ...pointer } of this.#index.rows()) {
      const known = this.#tables[number];
      if (known === undefined) continue;
      const { table, isMinute } = known;
      const place = { ...table.place, row: pointer.row };
      const cells = cellsOf(table, pointer);
      if (typeof cells === 'string') {
        this.#options.note({ ...place, reason: cells });
        continue;
      }
      const { values, problems } = rows.answerOf(cells);
      for (const reason of problems) this.#options.note({ ...place, reason });
      yield { atMs, group, place, answer: { values, texts: [] }, isMinute };
    }
  }
}

function filesAt(path: string): readonly string[] {
  const kind = pathKind(path, pathHint);
  if (kind.isFile()) return [path];
  if (!kind.isDirectory())
    throw new GatewayError('input_invalid', `${path} is neither a folder nor a file`, { hint: pathHint });
  const found = fileNames.map((name) => join(path, name)).filter((file) => existsSync(file));
  if (found.length > 0) return found;
  throw new GatewayError('not_found', `${path} has no file of chaudiere`, { hint: pathHint });
}
