import type { Migration } from './migration.ts';

/**
 * What goes to backends, and who may come in: sealed batches until they have arrived (`place` is the number of the
 * chain × 2^40 + the number of the first record; `readings_before` counts what was sealed before, in all chains), what
 * is to be told besides readings, public keys of clients, what happened to the doors, and commands from the cloud.
 */
export const telemetry: Migration = {
  version: 13,
  sql: `
    CREATE TABLE outbox (
      place INTEGER PRIMARY KEY,
      epoch TEXT NOT NULL,
      to_record INTEGER NOT NULL,
      count INTEGER NOT NULL,
      readings_before INTEGER NOT NULL,
      before TEXT NOT NULL,
      head TEXT NOT NULL,
      signature TEXT NOT NULL,
      sealed_ms INTEGER NOT NULL,
      crc INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE telemetry_event (
      number INTEGER PRIMARY KEY,
      after_commit INTEGER NOT NULL,
      record TEXT NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE client_key (
      id TEXT PRIMARY KEY,
      label TEXT NOT NULL,
      public_key TEXT NOT NULL,
      scopes TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      used_ms INTEGER,
      crc INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE security_event (
      number INTEGER PRIMARY KEY,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      origin TEXT NOT NULL,
      detail TEXT NOT NULL,
      count INTEGER NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE cloud_command (
      issuer TEXT NOT NULL,
      id TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      received_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      result TEXT,
      crc INTEGER NOT NULL,
      PRIMARY KEY (issuer, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cloud_issuer (
      issuer TEXT PRIMARY KEY,
      last_sequence INTEGER NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
