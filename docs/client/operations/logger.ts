// Made by scripts/make-client.mjs from what the commands declare.
type LoggerListInput = Record<string, never>;

interface LoggerListOutput {
  loggers: {
    /** root, a kind of thing, or a thing: device, device:roof */
    name: string;
    level: 'debug' | 'info' | 'warn' | 'error';
    /** It is that of its kind, or of root */
    isInherited: boolean;
  }[];
}

export interface LoggerOperations {
  /** The parts of the log and their levels. Needs the scope read. */
  'logger.list': { input: LoggerListInput; output: LoggerListOutput };
}
