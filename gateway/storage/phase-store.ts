import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { BoilerCalls, StoredPhase } from './boiler-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { transact } from './transact.ts';

type Query<Name extends keyof BoilerCalls> = Parameters<BoilerCalls[Name]>[0];

interface PhaseRow extends StoredPhase {
  readonly boiler: string;
}

type CheckedRow = PhaseRow & { readonly crc: number };

const columns = 'boiler, start_ms AS startMs, end_ms AS endMs, phase, crc FROM boiler_phase';
const minuteMs = 60_000;
const nameLengthMax = 100;
/** Of one call: some milliseconds. */
const pruneRowsMax = 2_000;
const allRows = 1_000_000_000;

/**
 * What boilers were at: spans that never overlap, and neighbours that touch differ. What is put again as it is writes
 * nothing, and a span that goes on is one row that changes.
 */
export class PhaseStore {
  readonly #connection: Connection;
  readonly #before;
  readonly #starting;
  readonly #newest;
  readonly #replace;
  readonly #remove;
  readonly #prune;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#before = connection.prepare<[string, number], CheckedRow>(
      `SELECT ${columns} WHERE boiler = ? AND start_ms < ? ORDER BY start_ms DESC LIMIT 1`,
    );
    this.#starting = connection.prepare<Query<'listPhases'>, CheckedRow>(
      `SELECT ${columns} WHERE boiler = $boiler AND start_ms >= $fromMs AND start_ms < $toMs
       ORDER BY start_ms LIMIT $rowsMax`,
    );
    this.#newest = connection.prepare<[string], CheckedRow>(
      `SELECT ${columns} WHERE boiler = ? ORDER BY start_ms DESC LIMIT 1`,
    );
    this.#replace = connection.prepare<CheckedRow>(
      `INSERT OR REPLACE INTO boiler_phase (boiler, start_ms, end_ms, phase, crc)
       VALUES ($boiler, $startMs, $endMs, $phase, $crc)`,
    );
    this.#remove = connection.prepare<[string, number]>(
      'DELETE FROM boiler_phase WHERE boiler = ? AND start_ms = ?',
    );
    this.#prune = connection.prepare<[string, number, number, number]>(
      `DELETE FROM boiler_phase WHERE (boiler, start_ms) IN (
         SELECT boiler, start_ms FROM boiler_phase WHERE boiler = ? AND start_ms < ? AND end_ms <= ?
         ORDER BY start_ms LIMIT ?)`,
    );
  }

  /** Errors: `input_invalid` names the span, and nothing is changed then; `database_unreadable`. */
  put({ boiler, fromMs, toMs, spans }: Query<'putPhases'>): void {
    const name = storedText("the boiler's name", boiler, nameLengthMax);
    const given = checkedSpans({ fromMs, toMs, spans });
    // With those that touch the range from outside: they may go on in it.
    const around = { boiler: name, fromMs: fromMs - 1, toMs: toMs + 1, rowsMax: allRows };
    const old = this.list(around).spans;
    const outside = old.flatMap((span) => partsOutside(span, fromMs, toMs));
    const spansAfter = joined([...outside, ...given].sort((left, right) => left.startMs - right.startMs));
    const after = new Map(spansAfter.map((span) => [span.startMs, span]));
    const before = new Map(old.map((span) => [span.startMs, span]));
    const gone = old.filter(({ startMs }) => !after.has(startMs));
    const changed = spansAfter.filter((span) => !isSame(before.get(span.startMs), span));
    if (gone.length + changed.length === 0) return;
    transact(this.#connection, () => {
      for (const { startMs } of gone) this.#remove.run(name, startMs);
      for (const span of changed) this.#put({ ...span, boiler: name });
    });
  }

  /** Errors: `database_unreadable`. */
  list({ boiler, fromMs, toMs, rowsMax }: Query<'listPhases'>): ReturnType<BoilerCalls['listPhases']> {
    const first = this.#before.get(boiler.toWellFormed(), fromMs);
    const reaching = first !== undefined && first.endMs > fromMs && fromMs < toMs ? [first] : [];
    const bounds = { boiler: boiler.toWellFormed(), fromMs, toMs, rowsMax: rowsMax + 1 - reaching.length };
    const spans = [...reaching, ...this.#starting.all(bounds)].map(checkedRow);
    const next = spans[rowsMax];
    return { spans: spans.slice(0, rowsMax), ...(next !== undefined && { nextFromMs: next.startMs }) };
  }

  /** Errors: `database_unreadable`. */
  endMs(boiler: string): number | null {
    const newest = this.#newest.get(boiler.toWellFormed());
    return newest === undefined ? null : checkedRow(newest).endMs;
  }

  prune({ boiler, beforeMs }: Query<'prunePhases'>): number {
    return this.#prune.run(boiler.toWellFormed(), beforeMs, beforeMs, pruneRowsMax).changes;
  }

  #put(row: PhaseRow): void {
    this.#replace.run({ ...row, crc: phaseCheck(row) });
  }
}

function checkedSpans({ fromMs, toMs, spans }: Omit<Query<'putPhases'>, 'boiler'>): readonly StoredPhase[] {
  if (spans.length > limits.phaseSpansMax)
    throw invalid(`${spans.length} spans in one go; ${limits.phaseSpansMax} are the most`);
  let endMs = minuteOf("the range's start", fromMs);
  const checked = spans.map((span, index) => {
    const what = `span ${index + 1}`;
    const phase = storedText(`the phase of ${what}`, span.phase, nameLengthMax);
    if (minuteOf(`the start of ${what}`, span.startMs) !== endMs)
      throw invalid(`${what} does not begin where the one before, or the range, has led to`);
    endMs = minuteOf(`the end of ${what}`, span.endMs);
    if (endMs <= span.startMs) throw invalid(`${what} ends before it begins`);
    return { startMs: span.startMs, endMs, phase };
  });
  if (endMs !== minuteOf("the range's end", toMs) || spans.length === 0)
    throw invalid('they do not fill the range');
  return checked;
}

function minuteOf(what: string, atMs: number): number {
  if (storedTime(what, atMs) % minuteMs === 0) return atMs;
  throw invalid(`${what} is ${atMs}, not on the minute`);
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `phases cannot be stored: ${why}`);
}

/** What of a span lies before the range, and after it. */
function partsOutside(span: StoredPhase, fromMs: number, toMs: number): readonly StoredPhase[] {
  const { startMs, endMs, phase } = span;
  return [
    { startMs, endMs: Math.min(endMs, fromMs), phase },
    { startMs: Math.max(startMs, toMs), endMs, phase },
  ].filter((part) => part.startMs < part.endMs);
}

/** Of spans in order: neighbours of the same phase as one. */
function joined(spans: readonly StoredPhase[]): readonly StoredPhase[] {
  const result: StoredPhase[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.endMs === span.startMs && last.phase === span.phase) {
      result[result.length - 1] = { ...last, endMs: span.endMs };
    } else result.push(span);
  }
  return result;
}

function isSame(left: StoredPhase | undefined, right: StoredPhase): boolean {
  return left?.endMs === right.endMs && left.phase === right.phase;
}

function phaseCheck({ boiler, startMs, endMs, phase }: PhaseRow): number {
  return rowCheck('boiler_phase', [boiler, startMs, endMs, phase]);
}

function checkedRow({ crc, boiler, startMs, endMs, phase }: CheckedRow): StoredPhase {
  assertRow('boiler_phase', [boiler, startMs, endMs, phase], crc);
  return { startMs, endMs, phase };
}
