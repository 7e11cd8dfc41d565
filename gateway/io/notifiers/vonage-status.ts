import { GatewayError, type ErrorCode } from '../../core/errors.ts';

interface Meaning {
  readonly words: string;
  readonly hint: string;
  readonly code?: ErrorCode;
}

const credentials = 'check apiKey and apiSecret against the dashboard of Vonage';
const account = 'look at the account in the dashboard of Vonage';
const again = 'it is tried again by itself';

/** SMS API reference, "SMS API error codes". Those without a code are refusals. */
const meanings: Readonly<Record<string, Meaning>> = {
  '1': { words: 'too many messages at once', hint: again, code: 'rate_limited' },
  '2': { words: 'a parameter is missing', hint: 'check from and recipients' },
  '3': { words: 'a parameter is invalid', hint: 'check from and recipients' },
  '4': { words: 'the credentials are wrong', hint: credentials },
  '5': { words: 'an internal error there', hint: again, code: 'notifier_unavailable' },
  '6': { words: 'the number cannot be reached by it', hint: 'check recipients' },
  '7': { words: 'the number is barred', hint: 'check recipients' },
  '8': { words: 'the account is barred', hint: account },
  '9': { words: 'there is no credit left', hint: 'pay some in at the dashboard of Vonage' },
  '10': { words: 'too many connections', hint: again, code: 'notifier_unavailable' },
  '11': { words: 'the account may not send so', hint: account },
  '12': { words: 'the message is too long', hint: 'shorten the site’s name' },
  '14': { words: 'the signature is wrong', hint: credentials },
  '15': { words: 'the sender is not allowed in that country', hint: 'change from' },
  '22': { words: 'the network code is invalid', hint: account },
  '23': { words: 'the callback address is invalid', hint: account },
  '29': {
    words: 'a trial account sends to known numbers only',
    hint: 'add the number at the dashboard of Vonage',
  },
  '32': { words: 'signed and with a secret at once', hint: account },
  '33': { words: 'the number is deactivated', hint: 'check recipients' },
};

/**
 * What a status of the SMS API says; undefined: it was taken.
 *
 * @param said what it says in its own words, without secrets
 */
export function vonageFailure(status: string, said: string): GatewayError | undefined {
  if (status === '0') return undefined;
  const {
    words,
    hint,
    code = 'notifier_refused',
  } = (Object.hasOwn(meanings, status) ? meanings[status] : undefined) ?? {
    words: 'a status that is not documented',
    hint: again,
    code: 'notifier_unavailable' as const,
  };
  const shown = said === '' ? '' : `: ${said}`;
  return new GatewayError(code, `Vonage did not take the message: ${words} (status ${status}${shown})`, {
    hint,
    facts: { vonageStatus: status, ...(code === 'rate_limited' && { retryAfterSeconds: 1 }) },
  });
}
