import type { Migration } from './migration.ts';

/**
 * Raw readings: appended as one `staged` row a commit, later packed into one `block` row a series and five
 * minutes. Both grow at their end only, which writes the fewest pages. `packed_commit` keeps the append keys
 * of commits that left staging. `latest` outlives retention.
 */
export const readings: Migration = {
  version: 1,
  sql: `
    CREATE TABLE mark (
      name TEXT PRIMARY KEY,
      value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      device TEXT NOT NULL,
      quantity TEXT NOT NULL,
      UNIQUE (device, quantity)
    ) STRICT;

    CREATE TABLE boot (
      id INTEGER PRIMARY KEY,
      boot_id TEXT NOT NULL UNIQUE,
      forgotten_to INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE staged (
      commit_number INTEGER PRIMARY KEY,
      boot INTEGER NOT NULL REFERENCES boot (id),
      sequence INTEGER NOT NULL,
      count INTEGER NOT NULL,
      min_ms INTEGER NOT NULL,
      max_ms INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE packed_commit (
      commit_number INTEGER PRIMARY KEY,
      boot INTEGER NOT NULL REFERENCES boot (id),
      sequence INTEGER NOT NULL,
      count INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE block (
      start_ms INTEGER NOT NULL,
      series INTEGER NOT NULL REFERENCES series (id),
      to_commit INTEGER NOT NULL,
      body BLOB NOT NULL,
      PRIMARY KEY (start_ms, series, to_commit)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE latest (
      series INTEGER PRIMARY KEY REFERENCES series (id),
      at_ms INTEGER NOT NULL,
      value REAL,
      quality INTEGER NOT NULL
    ) STRICT;
  `,
};
