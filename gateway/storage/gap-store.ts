import type { Connection } from './connection.ts';
import type { Gap, NewGap } from './store-calls.ts';

/** What is known to be missing, for ever. */
export class GapStore {
  readonly #insert;
  readonly #list;
  readonly #total;

  constructor(connection: Connection) {
    this.#insert = connection.prepare<NewGap>(
      `INSERT INTO gap (noted_ms, reason, from_ms, to_ms, readings, detail)
       VALUES ($notedMs, $reason, $fromMs, $toMs, $readings, $detail)`,
    );
    this.#list = connection.prepare<[number, number], Gap>(
      `SELECT number, noted_ms AS notedMs, reason, from_ms AS fromMs, to_ms AS toMs, readings, detail
       FROM gap WHERE number < ? ORDER BY number DESC LIMIT ?`,
    );
    // Shed readings were never acknowledged, and what the clock cannot place is there.
    this.#total = connection
      .prepare<[], number | null>("SELECT sum(readings) FROM gap WHERE reason IN ('quota', 'damage')")
      .pluck();
  }

  note(gap: NewGap): void {
    this.#insert.run(gap);
  }

  /** Newest first. */
  list(beforeNumber: number, rowsMax: number): readonly Gap[] {
    return this.#list.all(beforeNumber, rowsMax);
  }

  /** Readings that had been acknowledged and are not there any more. */
  acknowledgedReadings(): number {
    return this.#total.get() ?? 0;
  }
}
