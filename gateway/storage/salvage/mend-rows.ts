import { blockMs } from '../block-store.ts';
import { blockCount, decodeBlock } from '../block-codec.ts';
import type { Connection } from '../connection.ts';
import { LatestStore } from '../latest-store.ts';
import { MarkStore } from '../mark-store.ts';
import { rowCheck } from '../row-check.ts';
import { SealStore } from '../seal-store.ts';
import type { Row } from './row-verdict.ts';

/** Newest readings are written down once an hour. */
const unsavedMs = 7_200_000;

/** Names of series whose row is lost stand in the index over them as well. */
export function mendSeries(connection: Connection, indexed: readonly Row[]): void {
  const insert = connection.prepare(
    'INSERT OR IGNORE INTO series (id, device, quantity, crc) VALUES (?, ?, ?, ?)',
  );
  for (const [device, quantity, id] of indexed) {
    if (typeof device !== 'string' || typeof quantity !== 'string' || typeof id !== 'number') continue;
    insert.run(id, device, quantity, rowCheck('series', [id, device, quantity]));
  }
}

/** Rows of series that nobody knows by name any more: their ids will be given to others. Answers how many. */
export function dropNameless(connection: Connection): number {
  const named = 'SELECT id FROM series';
  const tables = [
    'block',
    'latest',
    'rollup_minute',
    'rollup_hour',
    'rollup_day',
    'energy_slot',
    'energy_series',
    'text_value',
  ];
  const inColumns = tables.map((table) => `DELETE FROM ${table} WHERE series NOT IN (${named})`);
  const sql = [...inColumns, `DELETE FROM minute_block WHERE place & 16777215 NOT IN (${named})`];
  return sql.reduce((rows, statement) => rows + connection.prepare(statement).run().changes, 0);
}

/** Marks that are lost are set to what the rows tell. Not the one of all packed readings: that needs the gaps. */
export function mendMarks(connection: Connection): void {
  const marks = new MarkStore(connection);
  const mend = (name: string, sql: string): void => {
    if (marks.text(name) !== undefined) return;
    const value = connection.prepare<[], number | null>(sql).pluck().get() ?? null;
    if (value !== null) marks.putNumber(name, value);
  };
  const newestOf = (column: string): string =>
    `SELECT max(${column}) FROM (SELECT ${column} FROM block UNION ALL SELECT ${column} FROM seal)`;
  mend('packed_to_commit', newestOf('to_commit'));
  mend('packed_to_ms', `SELECT ${blockMs} + (${newestOf('start_ms')})`);
  mend('latest_to_commit', 'SELECT max(commit_number) FROM packed_commit');
  mend('pruned_raw_to_ms', 'SELECT min(start_ms) FROM block');
  mend('pruned_minute_to_ms', oldestMinute);
  mend('pruned_hour_to_ms', 'SELECT min(start_ms) FROM rollup_hour');
  mend('pruned_day_to_ms', 'SELECT min(start_ms) FROM rollup_day');
}

const oldestMinute = `SELECT min(start_ms) FROM (
  SELECT min(start_ms) AS start_ms FROM rollup_minute
  UNION ALL SELECT (min(place) >> 24) * 3600000 FROM minute_block)`;

/**
 * What a page that nothing leads to may hold from before: it was packed, or pruned, since. Of commits the key and
 * the hash stay, for the next commit's; the chain must have proved them.
 */
export function dropOutdated(connection: Connection): void {
  const marks = new MarkStore(connection);
  const toCommit = marks.number('packed_to_commit');
  const toMs = marks.number('packed_to_ms');
  const packed = 'FROM staged WHERE commit_number <= ? AND max_ms < ? AND offset_ms IS NOT NULL';
  connection
    .prepare(
      `INSERT OR IGNORE INTO packed_commit (commit_number, boot, sequence, count, hash)
       SELECT commit_number, boot, sequence, count, hash ${packed}`,
    )
    .run(toCommit, toMs);
  connection.prepare(`DELETE ${packed}`).run(toCommit, toMs);
  connection.exec('DELETE FROM packed_commit WHERE commit_number IN (SELECT commit_number FROM staged)');
  for (const [table, level] of [
    ['block', 'raw'],
    ['rollup_minute', 'minute'],
    ['rollup_hour', 'hour'],
    ['rollup_day', 'day'],
  ] as const) {
    connection.prepare(`DELETE FROM ${table} WHERE start_ms < ?`).run(marks.number(`pruned_${level}_to_ms`));
  }
}

/** A new chain over the blocks that are there, since the old one may have lost links. */
export function renewSeals(connection: Connection): void {
  connection.exec('DELETE FROM seal');
  const seals = new SealStore(connection);
  const windows = connection
    .prepare<[], { startMs: number; toCommit: number }>(
      `SELECT DISTINCT start_ms AS startMs, to_commit AS toCommit FROM block ORDER BY to_commit, start_ms`,
    )
    .all();
  const blocks = connection.prepare<[number, number], { series: number; body: Buffer }>(
    'SELECT series, body FROM block WHERE start_ms = ? AND to_commit = ? ORDER BY series',
  );
  for (const { startMs, toCommit } of windows) {
    const sealed = blocks.all(startMs, toCommit);
    const readings = sealed.reduce((sum, { body }) => sum + blockCount(body), 0);
    seals.add({ startMs, toCommit, readings }, sealed);
  }
}

/**
 * The newest readings that are packed, from the blocks of the last hours, since commits that told of them may be
 * lost; of series whose row is lost from those of the last day.
 */
export function mendLatest(connection: Connection): void {
  const rows = connection
    .prepare<[], { startMs: number; series: number; toCommit: number; body: Buffer }>(
      `SELECT start_ms AS startMs, series, to_commit AS toCommit, body FROM block
       WHERE start_ms >= (SELECT max(start_ms) FROM block) - 86400000
       AND (series NOT IN (SELECT series FROM latest)
         OR start_ms >= (SELECT max(start_ms) FROM block) - ${unsavedMs})
       ORDER BY start_ms, series, to_commit`,
    )
    .all();
  const latest = new LatestStore(connection);
  for (const { series, body, ...key } of rows) {
    const { atMs, value, quality } = decodeBlock(body, { ...key, series });
    latest.see({ series: new Uint32Array(atMs.length).fill(series), atMs, value, quality });
  }
  latest.save();
}
