import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant } from '../schema.ts';
import type { StorageCheck } from './storage-check.ts';

export interface CheckCommandPorts {
  readonly check: Pick<StorageCheck, 'now' | 'salvage' | 'acknowledge'>;
}

/** Everything is read once: minutes on a slow card. */
const answerMsMax = 3_600_000;

const storageCheck = defineCommand({
  id: 'storage.check',
  summary: 'Read all that is stored and compare it with its checks, while the gateway goes on',
  scope: 'admin',
  input: closed({}),
  output: closed({
    atMs: instant({ description: 'When the check ended' }),
    rows: Type.Integer({
      description: 'Rows that were read; damage is an error of the code database_unreadable',
    }),
  }),
  http: { method: 'POST', path: '/api/v1/storage/check', answerMsMax },
  run: async ({ check }: CheckCommandPorts, _input, { signal }) => {
    const { atMs, rows } = await check.now(signal);
    return { atMs, rows };
  },
});

const storageAcknowledge = defineCommand({
  id: 'storage.acknowledge',
  summary: 'End the message that a damaged database was salvaged',
  scope: 'admin',
  input: closed({}),
  output: closed({
    acknowledged: Type.Boolean({ description: 'false: there was no such message' }),
  }),
  http: { method: 'POST', path: '/api/v1/storage/acknowledge' },
  cli: { verb: 'db acknowledge' },
  run: async ({ check }: CheckCommandPorts) => {
    const acknowledged = (await check.salvage()) !== null;
    await check.acknowledge();
    return { acknowledged };
  },
});

export const checkCommands = [storageCheck, storageAcknowledge] as const;

export function bindCheckCommands(ports: CheckCommandPorts): readonly BoundCommand[] {
  return [bindCommand(storageCheck, ports), bindCommand(storageAcknowledge, ports)];
}
