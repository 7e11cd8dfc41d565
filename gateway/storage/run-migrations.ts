import type { Connection } from './connection.ts';
import { migrations, schemaVersion } from './migrations/index.ts';
import { defineRowCheck } from './row-check.ts';
import { transact } from './transact.ts';

/** Brings a database from its version to that one, each step in one transaction. Errors: those of SQLite. */
export function runMigrations(connection: Connection, toVersion = schemaVersion): void {
  defineRowCheck(connection);
  const from = Number(connection.pragma('user_version', { simple: true }));
  for (const { version, sql } of migrations.slice(from, toVersion)) {
    transact(connection, () => {
      connection.exec(sql);
      connection.pragma(`user_version = ${version}`);
    });
  }
}
