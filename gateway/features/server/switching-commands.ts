import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, nullable } from '../schema.ts';
import { describeOrder, orderSchema } from './switching/describe-order.ts';
import { describeServer, serverSchema } from './switching/describe-server.ts';
import type { Switching } from './switching/switching.ts';

export interface SwitchingCommandPorts {
  /** undefined: no server is configured. */
  readonly switching: Switching | undefined;
}

const ordersMax = 200;

const status = defineCommand({
  id: 'server.status',
  summary: 'The shared server: whether it is on, whether it is to be, and why',
  scope: 'read',
  input: closed({}),
  output: serverSchema,
  http: { method: 'GET', path: '/api/v1/server' },
  cli: { verb: 'server status' },
  run: (ports: SwitchingCommandPorts) => describeServer(configured(ports)),
});

const orderList = defineCommand({
  id: 'server.orders',
  summary: 'What the server was told, by whom and why, newest first',
  scope: 'read',
  input: closed({
    limit: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: ordersMax,
      description: 'Orders in one answer at most',
    }),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Only those before the order of that id' }),
    ),
  }),
  output: closed({
    orders: Type.Array(orderSchema),
    next: nullable(Type.Integer({ description: 'There is more: ask again with this as `before`' })),
  }),
  http: {
    method: 'GET',
    path: '/api/v1/server/orders',
    nextPage: (answer) => {
      const { next } = answer as { readonly next: number | null };
      return next === null ? undefined : { before: next };
    },
  },
  cli: {
    verb: 'server orders',
    list: 'orders',
    columns: ['id', 'decidedMs', 'wanted', 'by', 'state', 'tries', 'words', 'problem'],
  },
  run: async (ports: SwitchingCommandPorts, { limit, before }) => {
    const { store } = configured(ports).ports;
    const rowsMax = limit + 1;
    const found = await store.call('listServerOrders', {
      rowsMax,
      ...(before !== undefined && { beforeId: before }),
    });
    const orders = found.slice(0, limit);
    return {
      orders: orders.map(describeOrder),
      next: found.length > limit ? (orders.at(-1)?.id ?? null) : null,
    };
  },
});

const switchedOn = defineCommand({
  id: 'server.on',
  summary: 'Switch the server on; where the policy wants it off, with a derogation for who asks',
  scope: 'control',
  input: closed({
    member: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Whose derogation it is; whoever asks, where he is a member',
      }),
    ),
  }),
  output: orderSchema,
  http: { method: 'POST', path: '/api/v1/server/on' },
  cli: { verb: 'server on' },
  run: async (ports: SwitchingCommandPorts, { member }, { principal }) =>
    describeOrder(await configured(ports).order('on', { member, principal })),
});

const switchedOff = defineCommand({
  id: 'server.off',
  summary: 'Switch the server off; the policy speaks again at its next change',
  scope: 'control',
  input: closed({}),
  output: orderSchema,
  http: { method: 'POST', path: '/api/v1/server/off' },
  cli: { verb: 'server off' },
  run: async (ports: SwitchingCommandPorts, _input, { principal }) =>
    describeOrder(await configured(ports).order('off', { principal })),
});

export const switchingCommands = [status, orderList, switchedOn, switchedOff] as const;

/** The commands about switching the server with what they need. */
export function bindSwitchingCommands(ports: SwitchingCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(status, ports),
    bindCommand(orderList, ports),
    bindCommand(switchedOn, ports),
    bindCommand(switchedOff, ports),
  ];
}

/** Errors: `not_found` where none is configured. */
function configured({ switching }: SwitchingCommandPorts): Switching {
  if (switching !== undefined) return switching;
  throw new GatewayError('not_found', 'no server is configured', {
    hint: 'name its plug as server.meter and its switch as server.switch: docs/server.md says how',
    facts: { reason: 'no-server' },
  });
}
