import { Type } from 'typebox';
import { logLevels, type LogLevels, type NamedLogLevel } from '../../core/log-levels.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, oneOf } from '../schema.ts';

export interface LoggerPorts {
  readonly levels: LogLevels;
}

const named = closed({
  name: Type.String({ description: 'root, a kind of thing, or a thing: device, device:roof' }),
  level: oneOf(logLevels),
  isInherited: Type.Boolean({ description: 'It is that of its kind, or of root' }),
});

const loggerList = defineCommand({
  id: 'logger.list',
  summary: 'The parts of the log and their levels',
  scope: 'read',
  input: closed({}),
  output: closed({ loggers: Type.Array(named) }),
  http: { method: 'GET', path: '/api/v1/loggers' },
  cli: { verb: 'logger list', list: 'loggers' },
  run: ({ levels }: LoggerPorts) => ({ loggers: levels.list().map(copy) }),
});

const loggerSet = defineCommand({
  id: 'logger.set',
  summary: 'How much a part of the log tells, until the next start',
  scope: 'admin',
  input: closed({
    logger: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'As egw logger list has it: root, device, device:roof',
    }),
    level: oneOf([...logLevels, 'inherited'], {
      description: 'inherited: that of its kind, or of root; for root the configured one',
    }),
  }),
  output: named,
  http: { method: 'PUT', path: '/api/v1/loggers/:logger' },
  cli: { verb: 'logger set', positionals: ['logger', 'level'] },
  run: ({ levels }: LoggerPorts, { logger, level }) =>
    copy(levels.set(logger, level === 'inherited' ? undefined : level)),
});

export const loggerCommands = [loggerList, loggerSet] as const;

/** The commands about the log with what they need. */
export function bindLoggerCommands(ports: LoggerPorts): readonly BoundCommand[] {
  return [bindCommand(loggerList, ports), bindCommand(loggerSet, ports)];
}

function copy({ name, level, isInherited }: NamedLogLevel): NamedLogLevel {
  return { name, level, isInherited };
}
