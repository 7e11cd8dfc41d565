import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { SeriesId } from '../core/reading.ts';
import type { SaidText } from '../core/said-text.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import { assertRow, rowCheck } from './row-check.ts';
import type { SeriesStore } from './series-store.ts';
import type { NewTexts, TextPage, TextQuery } from './sink-calls.ts';
import { transact } from './transact.ts';

interface TextRow {
  readonly number: number;
  readonly series: SeriesId;
  readonly atMs: number;
  readonly text: string;
}

interface CheckedRow extends TextRow, Pick<SaidText, 'device' | 'quantity'> {
  readonly crc: number;
}

const columns = `number, series, at_ms AS atMs, text, t.crc AS crc, device, quantity`;
const named = 'text_value AS t JOIN series ON series.id = t.series';
/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;
/** Of pruning: names that one call looks at, and rows that it deletes. */
const pruneNamesMax = 100;
const pruneRowsMax = 2_000;

/** What sources say in words: kept when it changes, so that a name has a row for each time it did. */
export class TextStore {
  readonly #connection: Connection;
  readonly #series: SeriesStore;
  readonly #before;
  readonly #insert;
  readonly #ofTime;
  readonly #ofRange;
  readonly #latest;
  readonly #after;
  readonly #nextName;
  readonly #prune;
  #nextNumber: number;
  #prunedTo: SeriesId = 0;

  constructor(connection: Connection, series: SeriesStore) {
    this.#connection = connection;
    this.#series = series;
    this.#before = connection
      .prepare<[number, number], string>(
        'SELECT text FROM text_value WHERE series = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1',
      )
      .pluck();
    this.#insert = connection.prepare<TextRow & { readonly crc: number }>(
      `INSERT OR REPLACE INTO text_value (number, series, at_ms, text, crc)
       VALUES ($number, $series, $atMs, $text, $crc)`,
    );
    const isAsked = '($device IS NULL OR device = $device)';
    this.#ofRange = connection.prepare<Required<Asked>, CheckedRow>(
      `SELECT ${columns} FROM ${named} WHERE at_ms >= $fromMs AND at_ms < $toMs AND ${isAsked}
       ORDER BY at_ms, series LIMIT $rowsMax`,
    );
    this.#ofTime = connection.prepare<{ atMs: number; device: string | null }, CheckedRow>(
      `SELECT ${columns} FROM ${named} WHERE at_ms = $atMs AND ${isAsked} ORDER BY series`,
    );
    this.#latest = connection.prepare<[], CheckedRow>(
      `SELECT ${columns} FROM series CROSS JOIN text_value AS t ON t.series = series.id
         AND at_ms = (SELECT max(at_ms) FROM text_value WHERE series = series.id) ORDER BY series.id`,
    );
    this.#after = connection.prepare<[number, number], CheckedRow>(
      `SELECT ${columns} FROM ${named} WHERE number > ? ORDER BY number LIMIT ?`,
    );
    this.#nextName = connection
      .prepare<[number], number | null>('SELECT min(series) FROM text_value WHERE series > ?')
      .pluck();
    this.#prune = connection.prepare<{ series: number; beforeMs: number; keep: number; rowsMax: number }>(
      `DELETE FROM text_value WHERE number IN (
         SELECT number FROM text_value WHERE series = $series
         AND at_ms < (SELECT max(at_ms) FROM text_value WHERE series = $series)
         AND (at_ms < $beforeMs OR at_ms <= (
           SELECT at_ms FROM text_value WHERE series = $series ORDER BY at_ms DESC LIMIT 1 OFFSET $keep))
         ORDER BY at_ms LIMIT $rowsMax)`,
    );
    const last = connection.prepare<[], number | null>('SELECT max(number) FROM text_value').pluck().get();
    this.#nextNumber = (last ?? 0) + 1;
  }

  /** Errors: `input_invalid`. */
  put(texts: readonly SaidText[]): void {
    const rows = texts.map(checkedText);
    const ids = this.#series.intern(rows);
    let number = this.#nextNumber;
    transact(this.#connection, () => {
      for (const [index, { atMs, text }] of rows.entries()) {
        const series = ids[index] ?? 0;
        if (this.#before.get(series, atMs) === text) continue;
        this.#insert.run({ number, series, atMs, text, crc: checkOf({ number, series, atMs, text }) });
        number += 1;
      }
    });
    this.#nextNumber = number;
  }

  list({ fromMs, toMs, rowsMax, ...asked }: TextQuery): TextPage {
    const device = asked.device ?? null;
    const rows = this.#ofRange.all({ fromMs, toMs, rowsMax: rowsMax + 1, device });
    if (rows.length <= rowsMax) return { rows: rows.map(checkedRow) };
    const cutMs = rows[rowsMax - 1]?.atMs ?? fromMs;
    const whole = [...rows.filter(({ atMs }) => atMs < cutMs), ...this.#ofTime.all({ atMs: cutMs, device })];
    return { rows: whole.map(checkedRow), nextFromMs: cutMs + 1 };
  }

  latest(): readonly SaidText[] {
    return this.#latest.all().map(checkedRow);
  }

  after(number: number | null, rowsMax: number): NewTexts {
    if (number === null) return { rows: this.latest(), number: this.#nextNumber - 1 };
    // Of a database that took the place of another, what was had of that one says nothing.
    const rows = this.#after.all(number < this.#nextNumber ? number : 0, rowsMax);
    return {
      rows: rows.map(checkedRow),
      number: rows.at(-1)?.number ?? Math.min(number, this.#nextNumber - 1),
    };
  }

  /**
   * Deletes, a part of it a call, what was said before that time of its device (-Infinity keeps it for ever), and of
   * each name more than `limits.textsPerNameMax`; the newest of a name stays. In the caller's transaction.
   */
  prune(beforeMsOf: (device: string) => number): Pruned {
    let rows = 0;
    for (let names = 0; names < pruneNamesMax && rows < pruneRowsMax; names += 1) {
      const series = this.#nextName.get(this.#prunedTo) ?? undefined;
      if (series === undefined) {
        this.#prunedTo = 0;
        return { rows, remaining: false };
      }
      const rowsMax = pruneRowsMax - rows;
      const beforeMs = Math.max(0, beforeMsOf(this.#series.deviceOf(series)));
      rows += this.#prune.run({ series, beforeMs, keep: limits.textsPerNameMax, rowsMax }).changes;
      if (rows < pruneRowsMax) this.#prunedTo = series;
    }
    return { rows, remaining: true };
  }
}

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rowsMax: number;
  readonly device: string | null;
}

function checkOf({ number, series, atMs, text }: TextRow): number {
  return rowCheck('text_value', [number, series, atMs, text]);
}

function checkedRow({ crc, number, series, device, quantity, atMs, text }: CheckedRow): SaidText {
  assertRow('text_value', [number, series, atMs, text], crc);
  return { device, quantity, atMs, text };
}

/** As SQLite gives it back: half of a pair of UTF-16 would come back as something else. */
function checkedText({ device, quantity, atMs, text }: SaidText): SaidText {
  const name = `${device} ${quantity}`;
  if (device === '' || quantity === '') throw invalid(`its name is "${name}"`);
  if (!Number.isSafeInteger(atMs) || atMs < 0 || atMs > latestMs) {
    throw invalid(`that of ${name} has the time ${atMs}, not whole milliseconds from 1970 to 9999`);
  }
  if (text.length > limits.textLengthMax) {
    throw invalid(`that of ${name} has ${text.length} characters; ${limits.textLengthMax} are the most`);
  }
  return { device, quantity, atMs, text: text.toWellFormed() };
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `a text cannot be stored: ${why}`);
}
