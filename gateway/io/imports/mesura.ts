import type { SourceAnswer } from '../sources/source.ts';
import { CsvTable } from './csv-table.ts';
import { fileProblem } from './file-problem.ts';
import type { ImportedRow, ImportFormat, ImportOptions, ImportPlace, ImportReader } from './import-format.ts';
import { findFiles, type FoundFile } from './mesura-files.ts';
import { decodeRow, gasIdOf, groupOf, mesuraGroups, timeColumn, type MesuraGroup } from './mesura-rows.ts';
import type { RecordedTable, RowPointer } from './recorded-table.ts';
import { cellsOf, readingProblem } from './row-cells.ts';
import { RowIndex } from './row-index.ts';
import { timeProblem } from './time-problem.ts';
import { isSqlite, SqliteFile } from './sqlite-file.ts';
import { writtenTime } from './written-time.ts';

interface GroupedTable {
  readonly table: RecordedTable;
  readonly group: MesuraGroup;
}

/** Rows that are looked at for the id of the gas meter. */
const gasIdRowsMax = 200;

/** The logger of P1 meter, weather and rooms: monitor.db, or a database or CSV file for each, of all its versions. */
export const mesura: ImportFormat = {
  id: 'mesura',
  title: 'mesura: P1 meter, weather and Evohome in SQLite and CSV files',
  source: 'dvm_mesura 1.1.6 and the scripts before it: fetch, combine-db, combine-csv',
  takes: 'DIR',
  groups: mesuraGroups,
  open: (paths, options) => {
    const reader = new MesuraReader(options);
    try {
      for (const file of paths.flatMap((path) => findFiles(path, options.note))) reader.addFile(file);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  },
};

class MesuraReader implements ImportReader {
  readonly #options: ImportOptions;
  readonly #index = new RowIndex();
  readonly #tables: GroupedTable[] = [];
  readonly #rows: number[] = [];
  readonly #closing: { close(): void }[] = [];

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  get rowCount(): number {
    return this.#index.count;
  }

  get tables(): ImportReader['tables'] {
    return this.#tables.map(({ table, group }, index) => ({
      place: table.place,
      group,
      rows: this.#rows[index] ?? 0,
    }));
  }

  /** What cannot be read is noted, and the others are read. Errors: `disk_full`, and those of the index. */
  addFile({ name, path }: FoundFile): void {
    const place = { file: name };
    try {
      const problem = fileProblem(path, name.endsWith('.db'));
      if (problem !== undefined) this.#options.note({ ...place, reason: problem });
      else if (isSqlite(path)) this.#addDatabase(path, place);
      else {
        const table = new CsvTable(path, place);
        this.#closing.push(table);
        this.#addTable(table);
      }
    } catch (error) {
      this.#options.note({ ...place, reason: readingProblem(error) });
    }
  }

  *rows(): Generator<ImportedRow> {
    const gasId = this.#findGasId();
    const decoding = { zone: this.#options.zone, ...(gasId !== undefined && { gasId }) };
    for (const { table: number, atMs, ...pointer } of this.#index.rows()) {
      const grouped = this.#tables[number];
      if (grouped === undefined) continue;
      const { table, group } = grouped;
      const place = { ...table.place, row: pointer.row };
      const cells = cellsOf(table, pointer);
      const answer = typeof cells === 'string' ? cells : decodeRow({ group, cells, atMs }, decoding);
      if (typeof answer === 'string') this.#options.note({ ...place, reason: answer });
      else yield { atMs, group, place, answer: this.#believable(answer, place) };
    }
  }

  close(): void {
    for (const one of this.#closing) one.close();
    this.#closing.length = 0;
    this.#index.close();
  }

  #addDatabase(path: string, place: ImportPlace): void {
    const file = new SqliteFile(path);
    this.#closing.push(file);
    const tables = file.tablesWith(timeColumn);
    if (tables.length === 0)
      this.#options.note({ ...place, reason: `it has no table with a column ${timeColumn}` });
    for (const { name } of tables) this.#addTable(file.table(name, { ...place, table: name }));
  }

  #addTable(table: RecordedTable): void {
    const group = groupOf(table.columns);
    if (group === undefined) {
      const reason =
        table.columns.length === 0 ? 'it is empty' : 'its columns are those of no table of mesura';
      this.#options.note({ ...table.place, reason });
      return;
    }
    const number = this.#tables.length;
    this.#tables.push({ table, group });
    const before = this.#index.count;
    let afterMs = -Infinity;
    for (const { cell, problem, ...pointer } of table.scan(timeColumn)) {
      const atMs = problem === undefined ? this.#timeOf(cell, { table, pointer, afterMs }) : undefined;
      if (problem !== undefined) this.#options.note({ ...table.place, row: pointer.row, reason: problem });
      if (atMs === undefined) continue;
      afterMs = atMs;
      this.#index.add({ ...pointer, atMs, table: number });
    }
    this.#rows[number] = this.#index.count - before;
  }

  #timeOf(
    cell: string | number | null,
    { table, pointer, afterMs }: { table: RecordedTable; pointer: RowPointer; afterMs: number },
  ): number | undefined {
    const { zone, nowMs, note } = this.#options;
    const place = { ...table.place, row: pointer.row };
    const time = writtenTime(cell, { zone, afterMs });
    const problem = timeProblem(cell, time?.atMs, nowMs);
    if (problem !== undefined) note({ ...place, reason: problem });
    else if (time?.isLocal === true)
      note({ ...place, reason: `its time says no zone, and was taken for that of ${zone}`, isTaken: true });
    return problem === undefined ? time?.atMs : undefined;
  }

  /** Any of the newest rows that still has it tells it for those that have lost it, and else what is read live. */
  #findGasId(): string | undefined {
    for (const [number, { table, group }] of this.#tables.entries()) {
      if (group !== 'energy' || !table.columns.includes('gas_unique_id')) continue;
      for (const row of this.#index.lastOf(number, gasIdRowsMax)) {
        const cells = cellsOf(table, row);
        const id = typeof cells === 'string' ? undefined : gasIdOf(cells);
        if (id !== undefined) return id;
      }
    }
    return knownGasId(this.#options.knownParts?.['energy'] ?? []);
  }

  #believable({ values, texts }: SourceAnswer, place: ImportPlace): SourceAnswer {
    const good = values.filter(({ quantity, value, quality = 'good' }) => {
      if (quality === 'good' && Number.isFinite(value)) return true;
      if (quality === 'suspect') this.#options.note({ ...place, reason: `its ${quantity} cannot be` });
      return false;
    });
    return { values: good, texts };
  }
}

/** Where several are known, it is not known which it is. */
function knownGasId(parts: readonly string[]): string | undefined {
  const found = parts.filter((part) => part.startsWith('gas-') && !part.startsWith('gas-channel-'));
  return found.length === 1 ? found[0]?.slice('gas-'.length) : undefined;
}
