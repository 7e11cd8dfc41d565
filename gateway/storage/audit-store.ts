import { limits } from '../core/limits.ts';
import type { Connection } from './connection.ts';
import type { AuditLine } from './store-calls.ts';
import { transact } from './transact.ts';

/** Who did what, newest lines only: as many as `limits.auditLinesMax`. */
export class AuditStore {
  readonly #connection: Connection;
  readonly #insert;
  readonly #forget;
  readonly #select;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insert = connection.prepare<AuditLine>(
      `INSERT INTO audit (at_ms, principal, action, outcome, detail)
       VALUES ($atMs, $principal, $action, $outcome, $detail)`,
    );
    this.#forget = connection.prepare('DELETE FROM audit WHERE id <= ?');
    this.#select = connection.prepare<[number, number], AuditLine>(
      `SELECT at_ms AS atMs, principal, action, outcome, detail FROM audit
       WHERE at_ms < ? ORDER BY at_ms DESC, id DESC LIMIT ?`,
    );
  }

  add({ atMs, principal, action, outcome, detail }: AuditLine): void {
    transact(this.#connection, () => {
      const added = this.#insert.run({ atMs: Math.round(atMs), principal, action, outcome, detail });
      this.#forget.run(Number(added.lastInsertRowid) - limits.auditLinesMax);
    });
  }

  /** Newest first. */
  list(query: { readonly beforeMs: number; readonly rowsMax: number }): readonly AuditLine[] {
    return this.#select.all(query.beforeMs, query.rowsMax);
  }
}
