import type { OptionField, OptionFields } from '../core/option-field.ts';
import { tlsFields } from './tls-options.ts';

/** The options of whatever speaks to an MQTT broker: where it is, and who we are there. */
export const brokerFields = {
  host: { type: 'text', description: 'Name or address of the MQTT broker.', min: 1, max: 253 },
  port: {
    type: 'integer',
    description: 'Its port; 8883 where it is encrypted.',
    default: 1883,
    min: 1,
    max: 65_535,
  },
  ...tlsFields,
  user: { type: 'text', description: 'The user, where the broker asks for one.', isOptional: true, max: 200 },
  password: {
    type: 'text',
    description: 'The user’s password.',
    isOptional: true,
    isSecret: true,
    max: 500,
  },
} as const satisfies OptionFields;

/** Of those that say something only now and then. */
export const keepaliveField = {
  type: 'integer',
  description: 'Seconds of silence after which the broker is asked whether it is there.',
  default: 30,
  min: 5,
  max: 3_600,
} as const satisfies OptionField;
