/**
 * One setting of a source or a sink: data, from which the configuration's schema, its documentation, the prompts of
 * `egw setup` and the redaction follow.
 */
export interface OptionField {
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'texts';
  /** One or two sentences, with the unit. */
  readonly description: string;
  /** Without one it must be given, unless it is optional. */
  readonly default?: string | number | boolean | readonly string[];
  readonly isOptional?: true;
  /** Never shown, logged or exported; may come from the environment. Without it the source is skipped with a warning. */
  readonly isSecret?: true;
  /** Of a number; of a text its length. */
  readonly min?: number;
  readonly max?: number;
  /** Of a text: a regular expression without flags. */
  readonly pattern?: string;
  /** Of a choice. */
  readonly values?: readonly string[];
  /** Names of environment variables that it may come from besides its own, in order of precedence. */
  readonly environment?: readonly string[];
}

export type OptionFields = Readonly<Record<string, OptionField>>;

/** Values that passed the fields' schema, defaults filled in. */
export type OptionValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;
