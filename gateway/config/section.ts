import type { TSchema } from 'typebox';

/** What is wrong with a value of a section, by its path in it. */
export interface SectionProblem {
  readonly path: readonly (string | number)[];
  /** `must differ from …`: what it is instead is added. */
  readonly message: string;
  readonly hint: string;
}

/** An item of a list that is left out because of what is said in it. */
export interface LeftOutItem {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly id: string | undefined;
  /** The first of its problems, with its place and what to do. */
  readonly reason: string;
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
  /**
   * What no schema can say, of a section that has passed its own; beside the whole configuration as it is written, with
   * defaults. Items of its parted list that have not passed are null.
   */
  readonly problems?: (
    section: unknown,
    root: Readonly<Record<string, unknown>>,
  ) => readonly SectionProblem[];
  /** The key of a list in it whose bad items are left out, while the rest runs: the feature finds them as `leftOut`. */
  readonly partedList?: string;
  /** Keys in it whose values must never be shown, though their names do not say so. */
  readonly secretKeys?: readonly string[];
}
