import type { Migration } from './migration.ts';

/**
 * Colours and prices of Tempo, what the meter of the server counted and what the server was told, and who shares it.
 * Days are dates, amounts of energy whole mWh, prices and amounts of money whole micro-euros.
 */
export const sharing: Migration = {
  version: 16,
  sql: `
    CREATE TABLE tempo_day (
      day TEXT NOT NULL,
      colour TEXT NOT NULL,
      provider TEXT NOT NULL,
      state TEXT NOT NULL,
      heard_ms INTEGER NOT NULL,
      corrections TEXT NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (day)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE tempo_price (
      valid_from TEXT NOT NULL,
      valid_to TEXT,
      blue_peak INTEGER NOT NULL,
      blue_off_peak INTEGER NOT NULL,
      white_peak INTEGER NOT NULL,
      white_off_peak INTEGER NOT NULL,
      red_peak INTEGER NOT NULL,
      red_off_peak INTEGER NOT NULL,
      source TEXT NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (valid_from)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE metered_interval (
      meter TEXT NOT NULL,
      day TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      band TEXT NOT NULL,
      end_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      mwh INTEGER,
      start_total_mwh INTEGER,
      end_total_mwh INTEGER,
      crc INTEGER NOT NULL,
      PRIMARY KEY (meter, day, start_ms, band)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE meter_mark (
      meter TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      total_mwh INTEGER NOT NULL,
      restarts INTEGER NOT NULL,
      first_day TEXT NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (meter)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE server_order (
      id INTEGER PRIMARY KEY,
      wanted TEXT NOT NULL,
      cause TEXT NOT NULL,
      decided_by TEXT NOT NULL,
      decided_ms INTEGER NOT NULL,
      reason TEXT NOT NULL,
      state TEXT NOT NULL,
      tries INTEGER NOT NULL,
      sent_ms INTEGER,
      ended_ms INTEGER,
      problem TEXT,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX server_order_by_state ON server_order (state);

    CREATE TABLE member (
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      added_ms INTEGER NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE member_presence (
      id INTEGER PRIMARY KEY,
      member TEXT NOT NULL,
      arrival_day TEXT NOT NULL,
      leave_day TEXT,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE derogation (
      id INTEGER PRIMARY KEY,
      member TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      removed_ms INTEGER,
      removed_why TEXT,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX derogation_by_start ON derogation (start_ms);

    CREATE TABLE statement (
      year INTEGER NOT NULL,
      member TEXT NOT NULL,
      name TEXT NOT NULL,
      micro_euros INTEGER NOT NULL,
      made_ms INTEGER NOT NULL,
      paid_day TEXT,
      crc INTEGER NOT NULL,
      PRIMARY KEY (year, member)
    ) STRICT, WITHOUT ROWID;
  `,
};
