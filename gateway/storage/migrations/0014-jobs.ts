import type { Migration } from './migration.ts';

/**
 * Jobs, their runs, and the grid's hours that they wait for. `attempts` counts the runs of a job that were ever begun:
 * it and the runs tell of each other when one of them is damaged. Keys of origins stay known when their job is lost.
 * Small columns stand first, so that looking for a state reads no definitions. The place of an output is the job ×
 * 2^20 + the attempt. What is said of carbon and of power comes apart, so each has its own time.
 */
export const jobs: Migration = {
  version: 14,
  sql: `
    CREATE TABLE job (
      id INTEGER PRIMARY KEY,
      state TEXT NOT NULL,
      queued_ms INTEGER NOT NULL,
      deadline_ms INTEGER NOT NULL,
      ended_ms INTEGER,
      attempts INTEGER NOT NULL,
      owner TEXT NOT NULL,
      origin_key TEXT,
      definition TEXT NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX job_by_state ON job (state);

    CREATE TABLE job_origin (
      key TEXT PRIMARY KEY,
      job INTEGER NOT NULL,
      queued_ms INTEGER NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE job_decision (
      job INTEGER PRIMARY KEY,
      decision TEXT NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE job_run (
      job INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      run_key TEXT NOT NULL,
      run_trigger TEXT NOT NULL,
      started_ms INTEGER NOT NULL,
      ended_ms INTEGER,
      outcome TEXT NOT NULL,
      exit_code INTEGER,
      signal TEXT,
      problem TEXT,
      output_bytes INTEGER NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (job, attempt)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE job_output (
      place INTEGER PRIMARY KEY,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE grid_hour (
      zone TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      carbon_grams_per_kwh REAL,
      carbon_is_estimated INTEGER NOT NULL,
      carbon_updated_ms INTEGER,
      production_mw REAL,
      consumption_mw REAL,
      power_is_estimated INTEGER NOT NULL,
      power_updated_ms INTEGER,
      crc INTEGER NOT NULL,
      PRIMARY KEY (zone, start_ms)
    ) STRICT, WITHOUT ROWID;
  `,
};
