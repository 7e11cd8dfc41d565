import { describeError, errorCodeOf } from '../../core/errors.ts';
import { blockMs } from '../block-store.ts';
import { chainStart, commitHash } from '../commit-chain.ts';
import type { Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';
import { judgeRow, type Row } from '../salvage/row-verdict.ts';
import { tableShapes, type TableShape } from '../salvage/table-shape.ts';
import { SealHash, type Seal } from '../seal-store.ts';
import { sqliteFailure, unreadable } from '../sqlite-failure.ts';
import { stagedCheck, type StagedRow } from '../staged-log.ts';
import { checkOutbox } from './check-outbox.ts';
import { missingNumbers } from './missing-numbers.ts';
import { schemaDamage } from './schema-damage.ts';
import type { CheckCursor, CheckStep } from '../store-calls.ts';

/** Parts of the work that one step takes: some milliseconds each. */
const rowsMax = 300;
const sealsMax = 10;
/** SQLite's own check reads all of the file at once. */
const quickCheckBytesMax = 4 * 1_048_576;

/** What a stage's step has found; without a key the stage is over. */
interface StageStep {
  readonly key?: readonly (number | string)[];
  readonly rows: number;
  readonly damage?: string;
}

type Stage = (key: readonly (number | string)[]) => StageStep;

/**
 * Reads everything that the file holds, step by step, and says what is not as it was written: rows and blocks by
 * their checks, the order of the keys, commits and packings by their chains, small files by SQLite's own check too.
 */
export class FileCheck {
  readonly #connection: Connection;
  readonly #stages: readonly Stage[];

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#stages = [
      () => this.#pages(),
      (key) => this.#commits(key),
      (key) => this.#seals(key),
      (key) => checkOutbox(connection, key),
      ...tableShapes(connection).map((shape): Stage => {
        const next = tablePager(connection, shape);
        return (key) => checkTable(shape, next(key));
      }),
    ];
  }

  /**
   * What is computed from the newest commits must not be computed from a part of them. Errors: `database_unreadable`
   * when one of those that wait for packing is missing, or not what was committed.
   */
  assertCommits(): void {
    for (let key: StageStep['key'] = []; key !== undefined;) {
      const step = this.#commits(key);
      if (step.damage !== undefined) throw unreadable('the newest readings', step.damage);
      key = step.key;
    }
  }

  /** All of it at once, for a program of its own: the first damage of each stage. */
  all(): { readonly rows: number; readonly damage: readonly string[] } {
    let rows = 0;
    const damage: string[] = [];
    for (let stage = 0; stage < this.#stages.length; stage += 1) {
      let cursor: CheckCursor | null = { stage, key: [] };
      while (cursor?.stage === stage) {
        const step: CheckStep = this.#guarded(cursor);
        rows += step.rows;
        if (step.damage !== null) damage.push(step.damage);
        cursor = step.cursor;
      }
    }
    return { rows, damage };
  }

  /** What cannot even be read is damage. */
  #guarded(cursor: CheckCursor): CheckStep {
    try {
      return this.step(cursor);
    } catch (error) {
      const failure = sqliteFailure(error, 'a part of the file');
      if (errorCodeOf(failure) !== 'database_unreadable') throw failure;
      return { cursor: null, rows: 0, damage: describeError(failure) };
    }
  }

  /** One bounded step; null begins. Errors: those of reading. */
  step(cursor: CheckCursor | null): CheckStep {
    const { stage, key } = cursor ?? { stage: 0, key: [] };
    const { key: nextKey, rows, damage } = this.#stages[stage]?.(key) ?? { rows: 0 };
    if (damage !== undefined) return { cursor: null, rows, damage };
    if (nextKey !== undefined) return { cursor: { stage, key: nextKey }, rows, damage: null };
    const next = stage + 1 < this.#stages.length ? { stage: stage + 1, key: [] } : null;
    return { cursor: next, rows, damage: null };
  }

  #pages(): StageStep {
    const damage = schemaDamage(this.#connection);
    if (damage !== undefined) return { rows: 0, damage };
    const bytes =
      Number(this.#connection.pragma('page_count', { simple: true })) *
      Number(this.#connection.pragma('page_size', { simple: true }));
    if (bytes > quickCheckBytesMax) return { rows: 0 };
    const said = String(this.#connection.pragma('integrity_check(1)', { simple: true }));
    return said === 'ok'
      ? { rows: 0 }
      : { rows: 0, damage: `the file's pages: ${said.split('\n')[0] ?? said}` };
  }

  /** Commits in the log: each by the one before it, and none is missing. */
  #commits(key: readonly (number | string)[]): StageStep {
    const [missing] = key.length > 0 || this.#isKnownGap() ? [] : missingNumbers(this.#connection);
    if (missing !== undefined)
      return { rows: 0, damage: `commits ${missing.from} to ${missing.to} are missing` };
    const [after = 0] = key;
    const rows = this.#connection
      .prepare<[number, number], StagedRow>(
        `SELECT commit_number AS "commit", boot, sequence, offset_ms AS offsetMs, is_estimated AS isEstimated,
           CAST(body AS BLOB) AS body, CAST(hash AS BLOB) AS hash, crc
         FROM staged WHERE commit_number > ? ORDER BY commit_number LIMIT ?`,
      )
      .all(Number(after), rowsMax);
    const hashOf = hashLookup(this.#connection);
    for (const row of rows) {
      const { commit, body, hash, crc } = row;
      const before = hashOf(commit - 1);
      const isProved = hash === null || before === undefined || commitHash(before, commit, body).equals(hash);
      if (!isProved || crc !== stagedCheck(row))
        return { rows: rows.length, damage: `commit ${commit} is not what was committed` };
    }
    const last = rows.at(-1);
    return { rows: rows.length, ...(last !== undefined && { key: [last.commit] }) };
  }

  /** After salvaging commits may be missing for good. */
  #isKnownGap(): boolean {
    const sql = "SELECT count(*) FROM gap WHERE reason = 'damage' AND readings IS NULL";
    return Number(this.#connection.prepare(sql).pluck().get()) > 0;
  }

  /** Packings: each seal by the one before it, and by the blocks that it seals. */
  #seals([after = 0]: readonly (number | string)[]): StageStep {
    const prunedToMs = new MarkStore(this.#connection).number('pruned_raw_to_ms');
    const seals = this.#connection
      .prepare<[number, number], Seal>(
        `SELECT number, start_ms AS startMs, to_commit AS toCommit, blocks, readings,
           CAST(before AS BLOB) AS before, CAST(hash AS BLOB) AS hash
         FROM seal WHERE number > ? ORDER BY number LIMIT ?`,
      )
      .all(Number(after), sealsMax);
    for (const seal of seals) {
      const damage = this.#sealDamage(seal, prunedToMs);
      if (damage !== undefined) return { rows: seals.length, damage };
    }
    const last = seals.at(-1);
    return { rows: seals.length, ...(last !== undefined && { key: [last.number] }) };
  }

  #sealDamage(seal: Seal, prunedToMs: number): string | undefined {
    const { number, startMs, toCommit, before, hash } = seal;
    const known = this.#connection
      .prepare<[number], Buffer>('SELECT CAST(hash AS BLOB) FROM seal WHERE number = ?')
      .pluck()
      .get(number - 1);
    const where = `the window from ${isoOf(startMs)} to ${isoOf(startMs + blockMs)}`;
    if (known !== undefined && before?.equals(known) !== true)
      return `the seal of ${where} does not follow the one before`;
    const sealing = new SealHash(before, startMs, toCommit);
    const blocks = this.#connection.prepare<[number, number], { series: number; body: Buffer }>(
      'SELECT series, CAST(body AS BLOB) AS body FROM block WHERE start_ms = ? AND to_commit = ? ORDER BY series',
    );
    let found = 0;
    for (const block of blocks.iterate(startMs, toCommit)) {
      sealing.add(block);
      found += 1;
    }
    // Blocks go before their seal, and those of one device before those of another.
    if (found < seal.blocks && startMs < prunedToMs) return undefined;
    return sealing.digest().equals(hash) ? undefined : `${where} does not hold what was packed`;
  }
}

/** What the commit after that one is hashed with; undefined where it is no longer known. */
function hashLookup(connection: Connection): (commit: number) => Buffer | undefined {
  const find = connection.prepare<[number, number], { readonly hash: Buffer | null }>(
    `SELECT CAST(hash AS BLOB) AS hash FROM packed_commit WHERE commit_number = ?
     UNION ALL SELECT CAST(hash AS BLOB) FROM staged WHERE commit_number = ?`,
  );
  return (commit) => {
    const found = find.get(commit, commit);
    if (found === undefined) return commit === 0 ? chainStart : undefined;
    return found.hash ?? chainStart;
  };
}

function isoOf(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : String(ms);
}

interface TablePage {
  readonly rows: readonly Row[];
  readonly after: readonly (number | string)[];
  readonly keyOf: (row: Row) => readonly (number | string)[];
}

/** Fetches rows by their key, from after the given one on. */
function tablePager(
  connection: Connection,
  shape: TableShape,
): (key: readonly (number | string)[]) => TablePage {
  const { name, columns, keyPlaces } = shape;
  const names = keyPlaces.map((place) => columns[place]?.name ?? 'rowid');
  const list = names.join(', ');
  const all = columns.map((column) => column.name).join(', ');
  const order = `FROM ${name} %% ORDER BY ${list} LIMIT ${rowsMax}`;
  const first = connection.prepare<[], Row>(`SELECT ${all} ${order.replace('%%', '')}`).raw();
  const places = names.map(() => '?').join(', ');
  const next = connection
    .prepare<(number | string)[], Row>(
      `SELECT ${all} ${order.replace('%%', `WHERE (${list}) > (${places})`)}`,
    )
    .raw();
  const keyOf = (row: Row): readonly (number | string)[] =>
    keyPlaces.map((place) => (typeof row[place] === 'string' ? row[place] : Number(row[place])));
  return (key) => ({ rows: key.length === 0 ? first.all() : next.all(...key), after: key, keyOf });
}

function checkTable(shape: TableShape, { rows, after, keyOf }: TablePage): StageStep {
  let before = after;
  for (const row of rows) {
    const key = keyOf(row);
    if (judgeRow(shape, row) === 'damaged') {
      return {
        rows: rows.length,
        damage: `table ${shape.name}: the row of ${key.join(', ')} fails its check`,
      };
    }
    if (before.length > 0 && !isAfter(key, before)) {
      return {
        rows: rows.length,
        damage: `table ${shape.name}: the row of ${key.join(', ')} is out of order`,
      };
    }
    before = key;
  }
  return { rows: rows.length, ...(rows.length === rowsMax && { key: before }) };
}

function isAfter(key: readonly (number | string)[], before: readonly (number | string)[]): boolean {
  for (const [index, part] of key.entries()) {
    const other = before[index];
    if (other === undefined || part === other) continue;
    // Texts are ordered by their bytes.
    if (typeof part === 'string' && typeof other === 'string')
      return Buffer.from(part).compare(Buffer.from(other)) > 0;
    return part > other;
  }
  return false;
}
