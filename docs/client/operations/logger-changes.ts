// Made by scripts/make-client.mjs from what the commands declare.
interface LoggerSetInput {
  /** As egw logger list has it: root, device, device:roof */
  logger: string;
  /** inherited: that of its kind, or of root; for root the configured one */
  level: 'debug' | 'info' | 'warn' | 'error' | 'inherited';
}

interface LoggerSetOutput {
  /** root, a kind of thing, or a thing: device, device:roof */
  name: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  /** It is that of its kind, or of root */
  isInherited: boolean;
}

export interface LoggerChangesOperations {
  /** How much a part of the log tells, until the next start. Needs the scope admin. */
  'logger.set': { input: LoggerSetInput; output: LoggerSetOutput };
}
