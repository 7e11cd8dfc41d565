import { GatewayError } from '../../core/errors.ts';

/** A notifier that reaches nobody is a mistake that nobody would hear of. Errors: `config_invalid`. */
export function assertRecipients(recipients: readonly string[]): void {
  if (recipients.length > 0) return;
  throw new GatewayError('config_invalid', 'the notifier has no recipients: it would tell nobody', {
    hint: 'give recipients, or set enabled to false',
    facts: { option: 'recipients' },
  });
}
