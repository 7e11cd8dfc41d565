import type { Migration } from './migration.ts';

/**
 * What sources say in words: ids, modes. A row is a word and the time from which on it was said; `number` counts them
 * in the order in which they came, so that a consumer knows what it has had.
 */
export const texts: Migration = {
  version: 12,
  sql: `
    CREATE TABLE text_value (
      number INTEGER PRIMARY KEY,
      series INTEGER NOT NULL REFERENCES series (id),
      at_ms INTEGER NOT NULL,
      text TEXT NOT NULL,
      crc INTEGER NOT NULL,
      UNIQUE (series, at_ms)
    ) STRICT;

    CREATE INDEX text_value_by_time ON text_value (at_ms);
  `,
};
