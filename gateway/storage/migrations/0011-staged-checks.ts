import type { Migration } from './migration.ts';

/** A CRC-32 over what the chain does not cover of a commit in the log: whose it is, and where it was placed in time. */
export const stagedChecks: Migration = {
  version: 11,
  sql: `
    ALTER TABLE staged ADD COLUMN crc INTEGER;
    UPDATE staged SET crc = row_check('staged', commit_number, boot, sequence, offset_ms, is_estimated);
  `,
};
