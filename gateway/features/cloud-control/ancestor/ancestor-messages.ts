import { Type, type Static } from 'typebox';
import type { JsonValue } from '../../../core/canonical-json.ts';
import { closed, oneOf } from '../../schema.ts';

const orderId = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  maxLength: 64,
  description: 'What the backend calls it',
});

const text = Type.Optional(Type.String({ maxLength: 256 }));

/** Messages that need nothing but to be heard, besides those that are answered. */
const types = [
  'ems_authentication_challenge',
  'ems_authentication_success',
  'ems_authentication_error',
  'ems_authentication_timeout',
  'ems_control_schedule',
  'ems_pre_setup',
  'ems_control_schedule_cancel',
] as const;

/** A control message of the earlier gateway's backend; of its own signature nothing is believed. */
export const ancestorMessage = closed({
  type: oneOf(types),
  payload: closed({
    id: Type.Optional(orderId),
    sn: Type.Optional(Type.String({ maxLength: 64, description: 'Serial number of the device' })),
    execute_at: Type.Optional(Type.String({ maxLength: 32, description: 'UTC: 2025-03-14T15:00:00.000000' })),
    protocol: Type.Optional(oneOf(['modbus'])),
    commands: Type.Optional(
      Type.Array(
        closed({
          start_register: Type.Integer({ minimum: 0, maximum: 65_535 }),
          value: Type.Optional(Type.Integer({ minimum: -32_768, maximum: 65_535 })),
          name: text,
          description: text,
        }),
        { minItems: 1, maxItems: 32 },
      ),
    ),
    serialNumber: text,
    signature: text,
    created_at: text,
    message: text,
  }),
});

export type AncestorMessage = Static<typeof ancestorMessage>;

/** What is said to one. */
export interface AncestorReply {
  readonly type: string;
  readonly payload: Readonly<Record<string, JsonValue>>;
}
