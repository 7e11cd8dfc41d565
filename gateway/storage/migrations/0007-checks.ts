import type { Migration } from './migration.ts';

const tables = [
  'series',
  'mark',
  'latest',
  'setting',
  'rollup_minute',
  'rollup_hour',
  'rollup_day',
  'control_intent',
] as const;

/** A CRC-32 over each row that is read as it stands: SQLite itself does not notice a flipped bit in a value. */
export const checks: Migration = {
  version: 7,
  sql: tables.map((table) => `ALTER TABLE ${table} ADD COLUMN crc INTEGER;`).join('\n'),
};
