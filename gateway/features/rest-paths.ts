import type { CommandCall, CommandDeclaration } from './command.ts';

/** What decides whether something may be asked for. */
export type AskingRules = Pick<CommandDeclaration, 'id' | 'scope' | 'http' | 'isClosedToCloud'>;

/** What is sent along with a method and a path. */
export interface RestInput {
  /** A name that is given several times has several texts. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** The members of a JSON object; undefined where there is no body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface RestAnswer {
  /** As of HTTP. */
  readonly status: number;
  /** JSON, or empty. */
  readonly body: string;
}

/** One method of one path of the REST interface, with its parameters. */
export interface RestPath {
  readonly rules: AskingRules;
  /**
   * Whoever calls it has looked at the rules. What is refused or fails is an answer too, with the status and the body
   * that it has over HTTP; only what nobody expected is thrown.
   */
  ask(input: RestInput, call: CommandCall): Promise<RestAnswer>;
}

/** The REST interface without HTTP: all its paths whose answers are JSON, by method and path. */
export interface RestPaths {
  /**
   * undefined where nothing answers.
   *
   * @param path without its query, as it stands in a URL
   */
  find(method: string, path: string): RestPath | undefined;
}
