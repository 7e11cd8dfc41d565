import type { Connection } from './connection.ts';
import type { Gap, NewGap } from './store-calls.ts';

/** What is known to be missing, for ever. */
export class GapStore {
  readonly #insert;
  readonly #last;
  readonly #extend;
  readonly #list;
  readonly #from;
  readonly #total;
  readonly #counts;

  constructor(connection: Connection) {
    this.#insert = connection.prepare<NewGap>(
      `INSERT INTO gap (noted_ms, reason, from_ms, to_ms, readings, detail)
       SELECT $notedMs, $reason, $fromMs, $toMs, $readings, $detail WHERE NOT EXISTS (
         SELECT 1 FROM gap WHERE noted_ms = $notedMs AND reason = $reason AND from_ms IS $fromMs
         AND to_ms IS $toMs AND readings IS $readings AND detail = $detail)`,
    );
    this.#last = connection.prepare<[], Gap>(
      'SELECT number, reason, readings, detail FROM gap ORDER BY number DESC LIMIT 1',
    );
    this.#extend = connection.prepare(
      `UPDATE gap SET noted_ms = ?, from_ms = min(from_ms, ?), to_ms = max(to_ms, ?), readings = readings + ?
       WHERE number = ?`,
    );
    this.#list = connection.prepare<[number, number], Gap>(
      `SELECT number, noted_ms AS notedMs, reason, from_ms AS fromMs, to_ms AS toMs, readings, detail
       FROM gap WHERE number < ? ORDER BY number DESC LIMIT ?`,
    );
    this.#from = connection.prepare<[number, number], Gap>(
      `SELECT number, noted_ms AS notedMs, reason, from_ms AS fromMs, to_ms AS toMs, readings, detail
       FROM gap WHERE number >= ? ORDER BY number LIMIT ?`,
    );
    // Shed readings were never acknowledged, and what the clock cannot place is there.
    this.#total = connection
      .prepare<[], number | null>("SELECT sum(readings) FROM gap WHERE reason IN ('quota', 'damage')")
      .pluck();
    this.#counts = connection.prepare<[], { gaps: number; gapReadings: number }>(
      'SELECT count(*) AS gaps, total(readings) AS gapReadings FROM gap',
    );
  }

  counts(): { readonly gaps: number; readonly gapReadings: number } {
    return this.#counts.get() ?? { gaps: 0, gapReadings: 0 };
  }

  /** The same again changes nothing. */
  note(gap: NewGap): void {
    this.#insert.run(gap);
  }

  /** A step of what goes on: the newest gap grows by it when it tells of the same. */
  noteMore(gap: NewGap): void {
    const last = this.#last.get();
    if (last?.reason !== gap.reason || last.detail !== gap.detail || last.readings === null) this.note(gap);
    else this.#extend.run(gap.notedMs, gap.fromMs, gap.toMs, gap.readings, last.number);
  }

  /** Newest first. */
  list(beforeNumber: number, rowsMax: number): readonly Gap[] {
    return this.#list.all(beforeNumber, rowsMax);
  }

  /** Oldest first, from that one on. */
  from(number: number, rowsMax: number): readonly Gap[] {
    return this.#from.all(number, rowsMax);
  }

  /** Number of the newest one; 0 when there is none. */
  get lastNumber(): number {
    return this.#last.get()?.number ?? 0;
  }

  /** Readings that had been acknowledged and are not there any more. */
  acknowledgedReadings(): number {
    return this.#total.get() ?? 0;
  }
}
