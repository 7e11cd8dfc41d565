import type { Migration } from './migration.ts';

/**
 * Energy by quarter-hour. A row of `energy_slot` is what the readings of one series in one slot tell: the energy in
 * the slot itself (`mwh`, of power also the other direction), the step from the last reading before it (`back_`:
 * the part of that step which lies before the slot), and where its counter or power stands at the end. `rival` is
 * JSON. `energy_series` holds how counters behave and the newest slot of each series. `energy_stale` lists the slots
 * that readings touched since they were computed: at first all of which there are readings.
 */
export const energy: Migration = {
  version: 9,
  sql: `
    CREATE TABLE energy_slot (
      start_ms INTEGER NOT NULL,
      series INTEGER NOT NULL REFERENCES series (id),
      mwh REAL NOT NULL,
      negative_mwh REAL NOT NULL,
      estimated_mwh REAL NOT NULL,
      covered_ms INTEGER NOT NULL,
      restarts INTEGER NOT NULL,
      back_from_ms INTEGER,
      back_to_ms INTEGER,
      back_mwh REAL,
      back_negative_mwh REAL,
      last_ms INTEGER,
      last_value REAL,
      rival TEXT,
      crc INTEGER NOT NULL,
      PRIMARY KEY (start_ms, series)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE energy_series (
      series INTEGER PRIMARY KEY REFERENCES series (id),
      resolution REAL,
      per_hour_max REAL,
      modulus REAL,
      newest_ms INTEGER,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE energy_stale (
      start_ms INTEGER PRIMARY KEY,
      crc INTEGER
    ) STRICT;

    INSERT OR IGNORE INTO energy_stale (start_ms, crc)
      WITH RECURSIVE starts (start) AS (
        SELECT min(start_ms) FROM block
        UNION ALL
        SELECT (SELECT min(start_ms) FROM block WHERE start_ms > start) FROM starts WHERE start IS NOT NULL
      )
      SELECT slot, row_check('energy_stale', slot) FROM (
        SELECT start / 900000 * 900000 AS slot FROM starts WHERE start IS NOT NULL
        UNION SELECT min_ms / 900000 * 900000 FROM staged
        UNION SELECT max_ms / 900000 * 900000 FROM staged
      );
  `,
};
