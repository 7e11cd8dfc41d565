import type { Migration } from './migration.ts';

/**
 * Commits whose times are not yet on the wall clock: `timeline` is what the clock of their start counts from, the
 * same for all starts of the program in one start of the machine. `is_estimated`: nobody ever knew how late it was,
 * and they stand where they must have been at the latest.
 */
export const timelines: Migration = {
  version: 10,
  sql: `
    ALTER TABLE boot ADD COLUMN timeline TEXT;
    ALTER TABLE staged ADD COLUMN is_estimated INTEGER NOT NULL DEFAULT 0;
  `,
};
