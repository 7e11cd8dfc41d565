import Sqlite from 'better-sqlite3';
import type { Connection } from '../connection.ts';
import { runMigrations, versionOf } from '../run-migrations.ts';

interface SchemaRow {
  readonly name: string;
  readonly sql: string | null;
}

const expected = new Map<number, readonly SchemaRow[]>();

/**
 * What is wrong with the tables as the file describes them, or undefined: they must be word for word what the
 * migrations made. SQLite itself takes a flipped bit there for another name.
 */
export function schemaDamage(connection: Connection): string | undefined {
  const wanted = expectedSchema(versionOf(connection));
  const found = schemaOf(connection);
  const odd = wanted.find((row, index) => row.name !== found[index]?.name || row.sql !== found[index].sql);
  if (odd !== undefined) return `the description of ${odd.name} is not what was written`;
  return found.length === wanted.length ? undefined : 'there are tables that nobody made';
}

function expectedSchema(version: number): readonly SchemaRow[] {
  let schema = expected.get(version);
  if (schema !== undefined) return schema;
  const model = new Sqlite(':memory:');
  try {
    runMigrations(model, version);
    schema = schemaOf(model);
  } finally {
    model.close();
  }
  expected.set(version, schema);
  return schema;
}

/** Statistics that SQLite keeps for itself may be there or not. */
function schemaOf(connection: Connection): readonly SchemaRow[] {
  return connection
    .prepare<[], SchemaRow>(
      "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name",
    )
    .all();
}
