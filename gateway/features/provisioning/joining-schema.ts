import { Type } from 'typebox';
import { closed, nullable, oneOf, oneOfOrNull } from '../schema.ts';

/** A `Joining`, as faces show it. */
export const joiningSchema = closed({
  attempt: Type.Integer({ description: 'From 1 after each start of the gateway' }),
  ssid: Type.String(),
  stage: oneOf(['associating', 'authenticating', 'address', 'checking', 'joined', 'failed']),
  failure: oneOfOrNull([
    'wifi_failed',
    'wifi_lost',
    'wifi_network_not_found',
    'wifi_no_address',
    'wifi_password_wrong',
    'wifi_security_unsupported',
    'wifi_timeout',
  ]),
  message: nullable(Type.String({ description: 'What went wrong, or what a person still has to do' })),
  hint: nullable(Type.String()),
  rolledBackTo: nullable(Type.String({ description: 'The network that was joined again after a failure' })),
});
