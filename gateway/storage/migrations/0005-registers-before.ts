import type { Migration } from './migration.ts';

/** What registers held before a device was first told something, for controls that put it back: JSON, or nothing. */
export const registersBefore: Migration = {
  version: 5,
  sql: 'ALTER TABLE control_intent ADD COLUMN before TEXT;',
};
