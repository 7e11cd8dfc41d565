import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { Telemetry } from './telemetry.ts';

export interface UplinkCommandPorts {
  readonly uplinks: Pick<Telemetry, 'list' | 'show' | 'retry'>;
}

const uplinkStatus = closed({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String({ description: 'What it is, as the configuration calls it' }),
  title: Type.String(),
  state: oneOf(['starting', 'up', 'down', 'disabled', 'skipped'], {
    description: 'down: it takes nothing now; skipped: it lacks a secret',
  }),
  sent: Type.Integer({ description: 'Readings that were sent since the start' }),
  acknowledged: Type.Integer({ description: 'Readings that its backend says to have for good' }),
  waiting: Type.Integer({ description: 'Readings that its backend has not said to have' }),
  refused: Type.Integer({ description: 'Batches that it would not take' }),
  sentMs: nullable(instant({ description: 'When it was last sent something; null: not since the start' })),
  acknowledgedMs: nullable(
    instant({ description: 'When it last said what it has; null: not since the start' }),
  ),
  reason: nullable(Type.String({ description: 'Why it takes nothing' })),
  hint: nullable(Type.String({ description: 'What to do about it' })),
});

const uplinkId = Type.String({ description: 'Its id in the configuration', maxLength: 64 });

const uplinkList = defineCommand({
  id: 'uplink.list',
  summary: 'The backends that get everything, signed, and how that goes',
  scope: 'read',
  input: closed({}),
  output: closed({ uplinks: Type.Array(uplinkStatus) }),
  http: { method: 'GET', path: '/api/v1/uplinks' },
  cli: {
    verb: 'uplink list',
    list: 'uplinks',
    columns: ['id', 'kind', 'state', 'acknowledged', 'waiting', 'acknowledgedMs', 'reason'],
  },
  run: ({ uplinks }: UplinkCommandPorts) => ({ uplinks: [...uplinks.list()] }),
});

const uplinkShow = defineCommand({
  id: 'uplink.show',
  summary: 'One uplink: what its backend has, and what keeps it from more',
  scope: 'read',
  input: closed({ id: uplinkId }),
  output: uplinkStatus,
  http: { method: 'GET', path: '/api/v1/uplinks/:id' },
  cli: { verb: 'uplink show', positionals: ['id'] },
  run: ({ uplinks }: UplinkCommandPorts, { id }) => uplinks.show(id),
});

const uplinkRetry = defineCommand({
  id: 'uplink.retry',
  summary: 'Try an uplink now, and what it has refused once more',
  scope: 'admin',
  input: closed({ id: uplinkId }),
  output: closed({ id: Type.String() }),
  http: { method: 'POST', path: '/api/v1/uplinks/:id/retry' },
  cli: { verb: 'uplink retry', positionals: ['id'] },
  run: ({ uplinks }: UplinkCommandPorts, { id }) => {
    uplinks.retry(id);
    return { id };
  },
});

export const uplinkCommands = [uplinkList, uplinkShow, uplinkRetry] as const;

export function bindUplinkCommands(ports: UplinkCommandPorts): readonly BoundCommand[] {
  return [bindCommand(uplinkList, ports), bindCommand(uplinkShow, ports), bindCommand(uplinkRetry, ports)];
}
