/**
 * One step of the schema, for ever as it is once released: a correction is a further migration. Each runs in
 * one transaction together with the new `user_version`, so a database is at one version or the next.
 */
export interface Migration {
  /** The schema's version after it: its place in the list, from 1. */
  readonly version: number;
  /** It may use `row_check(table, value …)`. */
  readonly sql: string;
}
