import { destination, pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { GatewayError } from '../core/errors.ts';
import { isWritten, LogLevelTree, type LevelNode } from '../core/log-level-tree.ts';
import type { LogLevelName } from '../core/log-levels.ts';
import type { LogFacts, Logger } from '../core/logger.ts';
import { prettyLine } from './pretty-line.ts';

export interface LogOptions {
  /** At the start: a level, or the tree of levels that can be changed while it runs. */
  readonly level: LogLevelName | LogLevelTree;
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
  const levels = typeof level === 'string' ? new LogLevelTree(level) : level;
  const log = pino(
    {
      // Which lines are written is decided by the tree of levels.
      level: 'debug',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
  return wrap(log, { redact, levels, node: levels.root });
}

interface Wrapping {
  readonly redact: LogOptions['redact'];
  readonly levels: LogLevelTree;
  readonly node: LevelNode;
}

function wrap(log: PinoLogger, { redact, levels, node }: Wrapping): Logger {
  const clean = (facts: LogFacts): object => redact(plainFacts(facts)) as object;
  const text = (message: string): string => String(redact(message));
  const write = (level: LogLevelName) => (facts: LogFacts, message: string) => {
    if (isWritten(node, level)) log[level](clean(facts), text(message));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (facts) => {
      const shown = clean(facts);
      return wrap(log.child(shown), { redact, levels, node: childNode(levels, node, shown) });
    },
  };
}

/** Named by the first fact that the child carries, as `device:roof`; other facts are of the same logger. */
function childNode(levels: LogLevelTree, parent: LevelNode, facts: object): LevelNode {
  const [fact] = Object.entries(facts) as readonly [string, unknown][];
  return typeof fact?.[1] === 'string' ? levels.nodeOf(fact[0], fact[1]) : parent;
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
