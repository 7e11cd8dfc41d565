import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant } from '../schema.ts';
import type { StorePort } from '../store-port.ts';

export interface SecurityPorts {
  readonly store: StorePort<'listSecurityEvents'>;
}

const rowsMax = 1_000;

const securityList = defineCommand({
  id: 'security.list',
  summary: 'Who was refused, and why, newest first; what is the same within an hour is one line',
  scope: 'admin',
  input: closed({
    before: Type.Optional(
      Type.Integer({
        description: 'Only events that ended before this instant (epoch ms): for the next page',
      }),
    ),
    limit: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: rowsMax,
      description: `Events, at most ${rowsMax}`,
    }),
  }),
  output: closed({
    events: Type.Array(
      closed({
        lastMs: instant(),
        kind: Type.String({ description: 'token.invalid, signature.replayed, rate.limited …' }),
        origin: Type.String({ description: 'An address, local, or cloud:ISSUER' }),
        detail: Type.String(),
        count: Type.Integer(),
        firstMs: instant(),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/security' },
  cli: { verb: 'security list', list: 'events' },
  run: async ({ store }: SecurityPorts, { before, limit }) => {
    const beforeMs = before ?? Number.MAX_SAFE_INTEGER;
    return { events: [...(await store.call('listSecurityEvents', { beforeMs, rowsMax: limit }))] };
  },
});

export const securityCommands = [securityList] as const;

/** The commands of the security log with what they need. */
export function bindSecurityCommands(ports: SecurityPorts): readonly BoundCommand[] {
  return [bindCommand(securityList, ports)];
}
