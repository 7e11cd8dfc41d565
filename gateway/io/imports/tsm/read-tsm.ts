import { GatewayError } from '../../../core/errors.ts';
import { fileProblem } from '../file-problem.ts';
import { readingProblem } from '../row-cells.ts';
import { SqliteFile } from '../sqlite-file.ts';
import type { TsmContents, TsmRefusal } from './tsm-contents.ts';
import { readEnergy } from './tsm-energy.ts';
import { readPeople } from './tsm-people.ts';
import { readColoursAndPrices } from './tsm-prices.ts';
import type { TsmRow, TsmTables } from './tsm-table.ts';

/** Its tables, each by the columns of which every version of it has one. */
const known = {
  pricing: ['period'],
  day: ['date'],
  consumption: ['begin_hour'],
  laststate: ['consumption'],
  derogation: ['id_user', 'user_id'],
  user: ['id'],
  user_presence_status: ['arrival_date'],
  payment_schedule: ['amount'],
} as const;

/**
 * Everything that a database of TSM says, of either generation of its tables (main.py of the first, Flask-SQLAlchemy
 * models of the later ones). The file is only read. Errors: `input_invalid` when it is no database of TSM, or cannot be
 * read.
 */
export function readTsm(path: string): TsmContents {
  const tables = tablesOf(path);
  const refused: TsmRefusal[] = [];
  const refuse = (where: string, why: string): void => void refused.push({ where, why });
  const { remarks, ...energy } = readEnergy(tables, refuse);
  const { admins, ...people } = readPeople(tables, refuse);
  return {
    ...readColoursAndPrices(tables, refuse),
    ...energy,
    ...people,
    refused,
    remarks: [...remarks, ...adminRemarks(admins)],
  };
}

function tablesOf(path: string): TsmTables {
  let file: SqliteFile | undefined;
  try {
    const problem = fileProblem(path, true);
    if (problem !== undefined) throw unusable(path, problem);
    file = new SqliteFile(path);
    const tables = new Map<string, readonly TsmRow[]>();
    for (const [table, columns] of Object.entries(known)) {
      const name = nameOf(file, table, columns);
      if (name !== undefined) tables.set(table, rowsOf(file, name, table));
    }
    if (!tables.has('day') || !tables.has('user'))
      throw unusable(path, 'it has no tables day and user, as those of TSM do');
    return tables;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw unusable(path, readingProblem(error));
  } finally {
    file?.close();
  }
}

function nameOf(file: SqliteFile, table: string, columns: readonly string[]): string | undefined {
  const found = columns.flatMap((column) => file.tablesWith(column));
  return found.find(({ name }) => name.toLowerCase() === table)?.name;
}

function rowsOf(file: SqliteFile, name: string, table: string): readonly TsmRow[] {
  return file.wholeRows(name).map(({ row, cells }) => ({ where: `${table} row ${row}`, cells }));
}

/** In TSM every user became one. */
function adminRemarks(admins: readonly string[]): readonly string[] {
  if (admins.length === 0) return [];
  const said =
    'users who had all rights in TSM are plain members here, since it gave them to everybody; for one:';
  return [`${said} egw member role ${admins[0] ?? ''} admin`];
}

function unusable(path: string, why: string): GatewayError {
  return new GatewayError('input_invalid', `${path} cannot be imported: ${why}`, {
    hint: 'name the database.db of TSM',
  });
}
