import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { Publishing } from './publishing.ts';

export interface PublishCommandPorts {
  readonly publishing: Pick<Publishing, 'list' | 'show' | 'retry'>;
}

const sinkStatus = closed({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String({ description: 'What it is, as the configuration calls it' }),
  title: Type.String(),
  state: oneOf(['starting', 'up', 'down', 'disabled', 'skipped'], {
    description: 'down: it takes nothing now; skipped: it lacks a secret',
  }),
  written: Type.Integer({ description: 'Readings that it has had' }),
  refused: Type.Integer({ description: 'Readings that it would not take' }),
  lost: Type.Integer({ description: 'Readings that were deleted before they could be sent' }),
  backlogMs: duration({ description: 'Time whose readings it has missed and not had yet' }),
  writtenMs: nullable(instant({ description: 'When it last had something; null: not since the start' })),
  reason: nullable(Type.String({ description: 'Why it takes nothing' })),
  hint: nullable(Type.String({ description: 'What to do about it' })),
});

const sinkId = Type.String({ description: 'Its id in the configuration', maxLength: 64 });

const sinkList = defineCommand({
  id: 'sink.list',
  summary: 'Where readings are sent to, and how that goes',
  scope: 'read',
  input: closed({}),
  output: closed({ sinks: Type.Array(sinkStatus) }),
  http: { method: 'GET', path: '/api/v1/sinks' },
  cli: {
    verb: 'sink list',
    list: 'sinks',
    columns: ['id', 'kind', 'state', 'written', 'refused', 'lost', 'backlogMs', 'reason'],
  },
  run: ({ publishing }: PublishCommandPorts) => ({ sinks: [...publishing.list()] }),
});

const sinkShow = defineCommand({
  id: 'sink.show',
  summary: 'One sink: what it has had, and what keeps it from more',
  scope: 'read',
  input: closed({ id: sinkId }),
  output: sinkStatus,
  http: { method: 'GET', path: '/api/v1/sinks/:id' },
  cli: { verb: 'sink show', positionals: ['id'] },
  run: ({ publishing }: PublishCommandPorts, { id }) => publishing.show(id),
});

const sinkRetry = defineCommand({
  id: 'sink.retry',
  summary: 'Try a sink that is down now, instead of when its turn comes',
  scope: 'admin',
  input: closed({ id: sinkId }),
  output: closed({ id: Type.String() }),
  http: { method: 'POST', path: '/api/v1/sinks/:id/retry' },
  cli: { verb: 'sink retry', positionals: ['id'] },
  run: ({ publishing }: PublishCommandPorts, { id }) => {
    publishing.retry(id);
    return { id };
  },
});

export const publishCommands = [sinkList, sinkShow, sinkRetry] as const;

export function bindPublishCommands(ports: PublishCommandPorts): readonly BoundCommand[] {
  return [bindCommand(sinkList, ports), bindCommand(sinkShow, ports), bindCommand(sinkRetry, ports)];
}
