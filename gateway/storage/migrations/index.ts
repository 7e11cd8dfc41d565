import * as all from './all.ts';
import type { Migration } from './migration.ts';

/** Every migration, in the order they run. */
export const migrations: readonly Migration[] = Object.values(all satisfies Record<string, Migration>).sort(
  (left, right) => left.version - right.version,
);

/** The version that this program reads and writes. */
export const schemaVersion = migrations.length;
