import type { TSchema } from 'typebox';

/**
 * A feature's part of the configuration file. `app.ts` assembles the whole schema from these, so a feature
 * that is not built in is an unknown key.
 */
export interface ConfigSection {
  /** The top-level key: `devices`. */
  readonly key: string;
  /** Defaults are the schema's own `default`s; every property has a `description`. */
  readonly schema: TSchema;
  /** Lines for people about a section that has passed the schema: what it opens. */
  readonly warnings?: (section: unknown) => readonly string[];
}
