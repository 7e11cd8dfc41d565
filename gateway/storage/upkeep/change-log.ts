import type { Connection } from '../connection.ts';
import { transact } from '../transact.ts';
import { tablesOf, type CopiedTable } from './copied-table.ts';

/** Rows that one step brings up to date. */
const rowsPerStepMax = 5_000;

/**
 * The keys of all rows that change, kept by triggers of this connection alone: with them a copy that another
 * connection made since can be brought up to date. Ends with the connection.
 */
export class ChangeLog {
  readonly #connection: Connection;
  readonly #tables: readonly CopiedTable[];

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#tables = tablesOf(connection);
    for (const table of this.#tables) connection.exec(beginSql(table));
  }

  end(): void {
    for (const table of this.#tables) this.#connection.exec(endSql(table));
  }

  /** Whether rows of the table that the condition names (`key` columns in it) have changed. */
  hasChanged(name: string, condition: string): boolean {
    const sql = `SELECT EXISTS (SELECT 1 FROM temp."changed_${name}" WHERE ${condition})`;
    return this.#connection.prepare(sql).pluck().get() === 1;
  }

  /**
   * Brings so many rows of the copy up to date; it is attached as `next`. Rows that the cut leaves out are left out
   * here as well.
   */
  catchUp(cutMs: number | null): { readonly remaining: boolean } {
    let rows = 0;
    transact(this.#connection, () => {
      for (const table of this.#tables) {
        if (rows < rowsPerStepMax) rows += this.#catchUp(table, cutMs, rowsPerStepMax - rows);
      }
    });
    return { remaining: rows >= rowsPerStepMax };
  }

  #catchUp({ name, keys, filter }: CopiedTable, cutMs: number | null, rowsMax: number): number {
    const key = keys.join(', ');
    const some = `(SELECT ${key} FROM temp."changed_${name}" ORDER BY ${key} LIMIT ${rowsMax})`;
    const kept = cutMs === null ? '' : ` AND ${filter(cutMs, 'main')}`;
    const run = (sql: string): number => this.#connection.prepare(sql).run().changes;
    run(`DELETE FROM next."${name}" WHERE (${key}) IN ${some}`);
    run(`INSERT INTO next."${name}" SELECT * FROM main."${name}" WHERE (${key}) IN ${some}${kept}`);
    return run(`DELETE FROM temp."changed_${name}" WHERE (${key}) IN ${some}`);
  }
}

function beginSql({ name, keys }: CopiedTable): string {
  const noting = (row: 'NEW' | 'OLD'): string =>
    `INSERT OR IGNORE INTO "changed_${name}" VALUES (${keys.map((key) => `${row}.${key}`).join(', ')});`;
  const trigger = (event: 'INSERT' | 'UPDATE' | 'DELETE', body: string): string =>
    `CREATE TEMP TRIGGER "note_${event}_${name}" AFTER ${event} ON main."${name}" BEGIN ${body} END;`;
  return `
    CREATE TEMP TABLE "changed_${name}" (${keys.join(', ')}, PRIMARY KEY (${keys.join(', ')})) WITHOUT ROWID;
    ${trigger('INSERT', noting('NEW'))}
    ${trigger('UPDATE', noting('OLD') + noting('NEW'))}
    ${trigger('DELETE', noting('OLD'))}
  `;
}

function endSql({ name }: CopiedTable): string {
  const triggers = ['INSERT', 'UPDATE', 'DELETE'].map(
    (event) => `DROP TRIGGER temp."note_${event}_${name}";`,
  );
  return `${triggers.join(' ')} DROP TABLE temp."changed_${name}";`;
}
