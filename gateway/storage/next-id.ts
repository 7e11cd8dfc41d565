import type { Connection } from './connection.ts';
import { MarkStore } from './mark-store.ts';

/** Ids of a table, ascending; none is ever given again, though its row is gone. */
export class NextId {
  readonly #marks: MarkStore;
  readonly #mark: string;
  readonly #highest;

  /** @param mark the name of the highest that was ever given */
  constructor(connection: Connection, table: string, mark: string) {
    this.#marks = new MarkStore(connection);
    this.#mark = mark;
    this.#highest = connection.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck();
  }

  /** In the caller's transaction. Errors: `database_unreadable`. */
  take(): number {
    // The mark may be lost itself.
    const id = Math.max(this.#marks.number(this.#mark), this.#highest.get() ?? 0) + 1;
    this.#marks.putNumber(this.#mark, id);
    return id;
  }
}
