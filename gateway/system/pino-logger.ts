import { destination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { GatewayError } from '../core/errors.ts';
import type { LogFacts, Logger } from '../core/logger.ts';
import { prettyLine } from './pretty-line.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'json' | 'pretty';
  /** Takes secrets out of facts and messages. */
  readonly redact: (value: unknown) => unknown;
  /** Standard output when absent. */
  readonly stream?: DestinationStream;
}

/**
 * The log over pino: written at once, in this thread, so that the last line before a crash is out. A line is
 * `{"level":"info","time":"2026-01-31T12:00:00.000Z",...facts,"msg":"..."}`.
 */
export function createPinoLogger({ level, format, redact, stream = standardOutput() }: LogOptions): Logger {
  const target = format === 'json' ? stream : { write: (line: string) => stream.write(prettyLine(line)) };
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
  return wrap(log, redact);
}

function wrap(log: PinoLogger, redact: LogOptions['redact']): Logger {
  const clean = (facts: LogFacts): object => redact(plainFacts(facts)) as object;
  const text = (message: string): string => String(redact(message));
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (facts: LogFacts, message: string) => {
    if (log.isLevelEnabled(level)) log[level](clean(facts), text(message));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (facts) => wrap(log.child(clean(facts)), redact),
  };
}

/** Errors have no properties of their own that JSON would show. */
function plainFacts(facts: LogFacts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, value instanceof Error ? plainError(value) : value]),
  );
}

function plainError(error: Error): Record<string, unknown> {
  const cause = error.cause instanceof Error ? { cause: plainError(error.cause) } : {};
  if (!(error instanceof GatewayError))
    return { type: error.name, message: error.message, stack: error.stack, ...cause };
  return { code: error.code, message: error.message, hint: error.hint, ...error.facts, ...cause };
}

/** A reader of the log that has gone must not end the gateway. */
function standardOutput(): DestinationStream {
  const stream = destination({ fd: 1, sync: true });
  stream.on('error', () => undefined);
  return stream;
}
