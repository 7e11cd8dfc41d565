import type { Migration } from './migration.ts';

/**
 * What devices were told: an intent is here before its first write. `control_writes` counts register writes by
 * UTC calendar year. `control_mode` says what the gateway may tell a device; one without a row is only read.
 */
export const controls: Migration = {
  version: 4,
  sql: `
    CREATE TABLE control_intent (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      device TEXT NOT NULL,
      control TEXT NOT NULL,
      value REAL,
      source TEXT NOT NULL,
      principal TEXT NOT NULL,
      boot_id TEXT NOT NULL,
      opened_ms INTEGER NOT NULL,
      lease_until_ms INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT;

    CREATE TABLE control_writes (
      device TEXT NOT NULL,
      control TEXT NOT NULL,
      year INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (device, control, year)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE control_mode (
      device TEXT PRIMARY KEY,
      mode TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
