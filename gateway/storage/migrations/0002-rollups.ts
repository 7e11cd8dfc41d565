import type { Migration } from './migration.ts';

function rollupTable(name: string): string {
  return `
    CREATE TABLE ${name} (
      start_ms INTEGER NOT NULL,
      series INTEGER NOT NULL REFERENCES series (id),
      length_ms INTEGER NOT NULL,
      min REAL,
      max REAL,
      sum REAL,
      last REAL,
      last_offset_ms INTEGER,
      n INTEGER NOT NULL,
      bad INTEGER NOT NULL,
      PRIMARY KEY (start_ms, series)
    ) STRICT, WITHOUT ROWID;
  `;
}

/**
 * Windows of 1 minute, 1 hour and 1 local day, and the list of those that readings have touched since they
 * were last computed (\`level\`: 0 minute, 1 hour, 2 day).
 */
export const rollups: Migration = {
  version: 2,
  sql: `
    ${rollupTable('rollup_minute')}
    ${rollupTable('rollup_hour')}
    ${rollupTable('rollup_day')}

    CREATE TABLE stale_window (
      level INTEGER NOT NULL,
      start_ms INTEGER NOT NULL,
      PRIMARY KEY (level, start_ms)
    ) STRICT, WITHOUT ROWID;
  `,
};
