import type { Migration } from './migration.ts';

/**
 * What boilers were at, and what people are told. Keys of alerts stay known when their alert is lost, so that it is
 * not told again. An alert knows to whom it was to go (`told`: JSON, its deliveries from `first_delivery` on), and how
 * many steps (begun, ended) they have gone in all: a delivery that is lost, or from before, is seen not to fit.
 */
export const alerts: Migration = {
  version: 15,
  sql: `
    CREATE TABLE boiler_phase (
      boiler TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      phase TEXT NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (boiler, start_ms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alert_state (
      rule TEXT NOT NULL,
      subject TEXT NOT NULL,
      state TEXT NOT NULL,
      since_ms INTEGER,
      alerted_ms INTEGER,
      reminders INTEGER NOT NULL,
      unknown_since_ms INTEGER,
      observed_to_ms INTEGER NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (rule, subject)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alert (
      id INTEGER PRIMARY KEY,
      rule TEXT NOT NULL,
      subject TEXT NOT NULL,
      episode_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      noted_ms INTEGER NOT NULL,
      severity TEXT NOT NULL,
      facts TEXT NOT NULL,
      first_delivery INTEGER NOT NULL,
      told TEXT NOT NULL,
      steps INTEGER NOT NULL,
      acknowledged_ms INTEGER,
      acknowledged_by TEXT,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX alert_by_rule ON alert (rule, at_ms);
    CREATE INDEX alert_by_subject ON alert (subject, at_ms);
    CREATE INDEX alert_by_time ON alert (at_ms);
    CREATE INDEX alert_by_note ON alert (noted_ms);

    CREATE TABLE alert_key (
      rule TEXT NOT NULL,
      subject TEXT NOT NULL,
      episode_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      alert INTEGER NOT NULL,
      crc INTEGER NOT NULL,
      PRIMARY KEY (rule, subject, episode_ms, kind, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alert_delivery (
      id INTEGER PRIMARY KEY,
      alert INTEGER NOT NULL,
      notifier TEXT NOT NULL,
      recipient TEXT NOT NULL,
      due_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      tries INTEGER NOT NULL,
      unclear INTEGER NOT NULL,
      begun_ms INTEGER,
      ended_ms INTEGER,
      reason TEXT,
      receipt TEXT,
      steps INTEGER NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX alert_delivery_by_alert ON alert_delivery (alert);
    CREATE INDEX alert_delivery_by_state ON alert_delivery (state);
  `,
};
