import type { Connection } from './connection.ts';
import { migrations, schemaVersion } from './migrations/index.ts';
import { defineRowCheck } from './row-check.ts';
import { transact } from './transact.ts';

/** Brings a database from its version to that one, each step in one transaction. Errors: those of SQLite. */
export function runMigrations(connection: Connection, toVersion = schemaVersion): void {
  defineRowCheck(connection);
  for (const { version, sql } of migrations.slice(versionOf(connection), toVersion)) {
    transact(connection, () => {
      connection.exec(sql);
      connection.pragma(`user_version = ${version}`);
    });
  }
}

/** The schema's version that the file says it has. */
export function versionOf(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}
