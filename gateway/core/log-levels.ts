/** From what tells most to what tells least. A level is told with all that come after it. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevelName = (typeof logLevels)[number];

export interface NamedLogLevel {
  /** `root`; a kind of thing, such as `device`; or one thing of a kind, `device:roof`. */
  readonly name: string;
  /** The level in force. */
  readonly level: LogLevelName;
  /** It has no level of its own: a thing has that of its kind, a kind that of `root`. */
  readonly isInherited: boolean;
}

/** How much of the log is written, for each part of it, until the process ends. */
export interface LogLevels {
  /** `root` first, then by name. */
  list(): readonly NamedLogLevel[];
  /** undefined takes its own level away; `root` goes back to the configured one. Errors: `not_found`. */
  set(name: string, level: LogLevelName | undefined): NamedLogLevel;
}
