import type { Migration } from './migration.ts';

/**
 * What shows that nothing was changed or lost on disk. Commits form a chain: each `hash` covers the one before.
 * A `seal` covers the blocks of one packing of one window, and the seal before it. `gap` says what is known to be
 * missing, counted. `offset_ms` is what is added to the times of a commit: null while they are monotonic ones.
 */
export const chain: Migration = {
  version: 6,
  sql: `
    ALTER TABLE staged ADD COLUMN hash BLOB;
    ALTER TABLE staged ADD COLUMN offset_ms INTEGER DEFAULT 0;
    ALTER TABLE packed_commit ADD COLUMN hash BLOB;

    CREATE TABLE seal (
      number INTEGER PRIMARY KEY,
      start_ms INTEGER NOT NULL,
      to_commit INTEGER NOT NULL,
      blocks INTEGER NOT NULL,
      readings INTEGER NOT NULL,
      before BLOB,
      hash BLOB NOT NULL
    ) STRICT;

    CREATE TABLE gap (
      number INTEGER PRIMARY KEY,
      noted_ms INTEGER NOT NULL,
      reason TEXT NOT NULL,
      from_ms INTEGER,
      to_ms INTEGER,
      readings INTEGER,
      detail TEXT NOT NULL
    ) STRICT;
  `,
};
