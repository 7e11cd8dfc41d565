import type { Migration } from './migration.ts';

const window = 'start_ms, series, length_ms, min, max, sum, last, last_offset_ms, n, bad';
/** The tables, and what is checked of a row. */
const checked = {
  series: 'id, device, quantity',
  mark: 'name, value',
  latest: 'series, at_ms, value, quality',
  setting: 'name, value',
  rollup_minute: window,
  rollup_hour: window,
  rollup_day: window,
  control_intent:
    'id, device, control, value, source, principal, boot_id, opened_ms, lease_until_ms, state, before',
} as const;

/** A CRC-32 over each row that is read as it stands: SQLite itself does not notice a flipped bit in a value. */
export const checks: Migration = {
  version: 7,
  sql: Object.entries(checked)
    .map(
      ([table, columns]) =>
        `ALTER TABLE ${table} ADD COLUMN crc INTEGER;
         UPDATE ${table} SET crc = row_check('${table}', ${columns});`,
    )
    .join('\n'),
};
