import type { TSchema } from 'typebox';

/** What is wrong with a value of a section, by its path in it. */
export interface SectionProblem {
  readonly path: readonly string[];
  /** `must differ from …`: what it is instead is added. */
  readonly message: string;
  readonly hint: string;
}

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
  /** What no schema can say, of a section that has passed its own. */
  readonly problems?: (section: unknown) => readonly SectionProblem[];
}
