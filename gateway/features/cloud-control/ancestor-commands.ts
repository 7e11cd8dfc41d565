import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import { GatewayError } from '../../core/errors.ts';
import type { AncestorDesk } from './ancestor/ancestor-desk.ts';
import { ancestorMessage } from './ancestor/ancestor-messages.ts';
import { dataRequest } from './ancestor/data-request.ts';

export interface AncestorCommandPorts {
  /** undefined where there is no cloud. */
  readonly desk: Pick<AncestorDesk, 'take' | 'readRegisters' | 'orders'> | undefined;
}

const replies = closed({
  messages: Type.Array(
    closed({
      type: Type.String(),
      payload: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true }),
    }),
  ),
});

const srcfulMessage = defineCommand({
  id: 'srcful.message',
  summary: 'A control message in the words of the earlier gateway, and what is said to it',
  scope: 'control',
  input: ancestorMessage,
  output: replies,
  http: { method: 'POST', path: '/api/v1/srcful/messages' },
  run: async ({ desk }: AncestorCommandPorts, message, call) => ({
    messages: [...(await present(desk).take(message, call))],
  }),
});

const srcfulDataRequest = defineCommand({
  id: 'srcful.data-request',
  summary: 'A request for registers in the words of the earlier gateway; each reading is audited',
  scope: 'modbus:raw',
  input: dataRequest,
  output: replies,
  http: { method: 'POST', path: '/api/v1/srcful/data-requests' },
  run: async ({ desk }: AncestorCommandPorts, request, call) => ({
    messages: [await present(desk).readRegisters(request, call)],
  }),
});

const srcfulSchedule = defineCommand({
  id: 'srcful.schedule',
  summary: 'What was ordered for later in the words of the earlier gateway, and what became of it',
  scope: 'read',
  input: closed({}),
  output: closed({
    orders: Type.Array(
      closed({
        id: Type.String(),
        principal: Type.String(),
        device: Type.String(),
        control: Type.String(),
        value: Type.Number({ description: "In the control's unit" }),
        atMs: instant(),
        state: oneOf(['waiting', 'running', 'done', 'cancelled', 'failed']),
        reason: nullable(Type.String()),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/srcful/schedule' },
  run: ({ desk }: AncestorCommandPorts) => ({
    orders: (desk?.orders ?? []).map(
      ({ id, principal, device, control, value, atMs, state, reason = null }) => {
        return { id, principal, device, control, value, atMs, state, reason };
      },
    ),
  }),
});

export const ancestorCommands = [srcfulMessage, srcfulDataRequest, srcfulSchedule] as const;

/** The commands that speak as the earlier gateway's backend does. */
export function bindAncestorCommands(ports: AncestorCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(srcfulMessage, ports),
    bindCommand(srcfulDataRequest, ports),
    bindCommand(srcfulSchedule, ports),
  ];
}

function present<Desk>(desk: Desk | undefined): Desk {
  if (desk !== undefined) return desk;
  throw new GatewayError('not_found', 'this gateway has no cloud that could give orders', {
    hint: 'put its public key as cloud.rootKey into egw.yaml',
  });
}
