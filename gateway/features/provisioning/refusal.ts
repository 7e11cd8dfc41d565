import { GatewayError } from '../../core/errors.ts';

/** As docs/provisioning-protocol.md, section 3, numbers them. */
export type RefusalReason =
  'closed' | 'barred' | 'busy' | 'malformed' | 'code_wrong' | 'wait' | 'unavailable' | 'idle';

const words: Readonly<Record<RefusalReason, readonly [message: string, hint: string]>> = {
  closed: [
    'the gateway lets nobody in now',
    'hold its button for three seconds, or switch it off and on three times',
  ],
  barred: [
    'there were too many wrong codes',
    'somebody must touch the gateway: hold its button for three seconds',
  ],
  busy: ['another phone is setting the gateway up', 'wait until it has ended, a minute at most'],
  malformed: [
    'this is not what the protocol says',
    'begin anew; if it repeats, the app does not fit this gateway',
  ],
  code_wrong: [
    'this is not the set-up code',
    'read it from the label, or on the gateway with: egw provision show',
  ],
  wait: ['it is too soon after a wrong code', 'wait as long as it says, and try again'],
  unavailable: ['the gateway does not answer', 'try again in a minute'],
  idle: ['the session has ended', 'begin anew'],
};

/** What the protocol refuses somebody nearby. */
export function refusal(reason: RefusalReason, waitSeconds = 0): GatewayError {
  const [message, hint] = words[reason];
  return new GatewayError('refused', message, {
    hint,
    facts: { reason, ...(waitSeconds > 0 && { waitSeconds }) },
  });
}
