import type { Connection } from '../connection.ts';
import { hourMs } from '../rollup-level.ts';

/** A table as it is copied. */
export interface CopiedTable {
  readonly name: string;
  /** Columns of the primary key, in its order. */
  readonly keys: readonly string[];
  /** The SQL condition of the rows of that schema's table that come along when all before the cut is left behind. */
  readonly filter: (cutMs: number, schema: string) => string;
}

/** Tables that are cut; all others come along whole, those of later versions as well until they stand here. */
const cuts: Readonly<Record<string, CopiedTable['filter']>> = {
  block: (cutMs) => `start_ms >= ${cutMs}`,
  // The newest seal always stays: the next one continues it.
  seal: (cutMs, schema) => `(start_ms >= ${cutMs} OR number = (SELECT max(number) FROM ${schema}.seal))`,
  rollup_minute: (cutMs) => `start_ms >= ${cutMs}`,
  // The key is the hour's number × 2^24 + the series.
  minute_block: (cutMs) => `place >= ${Math.floor(cutMs / hourMs)} * 16777216`,
};

/** Every table of the database (`schema`: main, or the name it is attached by), by name. */
export function tablesOf(connection: Connection, schema = 'main'): readonly CopiedTable[] {
  const names = connection
    .prepare<[], string>(
      `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .pluck()
    .all();
  const keyColumns = connection
    .prepare<[string, string], string>('SELECT name FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk')
    .pluck();
  return names.map((name) => ({
    name,
    keys: keyColumns.all(name, schema),
    filter: cuts[name] ?? (() => 'true'),
  }));
}
