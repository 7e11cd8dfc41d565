import type { Migration } from './migration.ts';

/**
 * Minute windows, packed: all of one series in one UTC hour. `place` is the hour's number × 2^24 + the series: one
 * number as key makes this a table without an index that grows at its end. `rollup_minute` keeps what came later
 * than its hour, until it is packed too.
 */
export const minuteBlocks: Migration = {
  version: 8,
  sql: `
    CREATE TABLE minute_block (
      place INTEGER PRIMARY KEY,
      body BLOB NOT NULL
    ) STRICT;
  `,
};
