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
 * were last computed (`level`: 0 minute, 1 hour, 2 day): at first, all that may have readings. Not the days
 * between two times of one commit, which only a clock that was wrong can have given it.
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

    INSERT OR IGNORE INTO stale_window
    SELECT 0, start_ms + minutes.value * 60000 FROM block, json_each('[0, 1, 2, 3, 4]') AS minutes;

    WITH RECURSIVE minute (start_ms, max_ms) AS (
      SELECT min_ms - min_ms % 60000, max_ms FROM staged WHERE max_ms - min_ms < 86400000
      UNION
      SELECT start_ms + 60000, max_ms FROM minute WHERE start_ms + 60000 <= max_ms
    )
    INSERT OR IGNORE INTO stale_window SELECT 0, start_ms FROM minute;
  `,
};
