import { GatewayError, type ErrorCode } from '../../core/errors.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

const notLetIn = (hint: string): Meaning => ({ code: 'source_refused', what: 'does not let us in', hint });
const asleep = (what: string, hint: string): Meaning => ({ code: 'source_unavailable', what, hint });

/** NUT, “Network protocol information”, “Error responses”. */
const meanings: Readonly<Record<string, Meaning>> = {
  'ACCESS-DENIED': notLetIn('check user and password, and what upsd.users allows that user'),
  'USERNAME-REQUIRED': notLetIn('give a user of upsd.users, and its password'),
  'PASSWORD-REQUIRED': notLetIn('give the password of the user'),
  'INVALID-USERNAME': notLetIn('check the setting user'),
  'INVALID-PASSWORD': notLetIn('check the setting password'),
  'UNKNOWN-UPS': {
    code: 'source_missing',
    what: 'has no such power supply',
    hint: 'check the setting ups: upsc -l shows their names',
  },
  'DATA-STALE': asleep(
    'has no fresh data of the power supply',
    'check its cable, and the driver of NUT: it does not hear from it',
  ),
  'DRIVER-NOT-CONNECTED': asleep(
    'has no connection to the driver of the power supply',
    'check its cable, and that the driver runs: upsdrvctl start',
  ),
};

/** What an answer that begins with ERR means. The line is of a stranger: only words that are known are shown. */
export function nutFailure(word: string, place: string, ups: string | undefined): GatewayError {
  const { code, what, hint } = meanings[word] ?? {
    code: 'answer_invalid' as const,
    what: 'did not understand us',
    hint: 'check that its upsd is not too old',
  };
  const reason = /^[A-Z][A-Z-]{0,40}$/.test(word) ? word : 'unknown';
  return new GatewayError(
    code,
    `upsd at ${place} ${what}${ups === undefined ? '' : ` “${ups}”`} (${reason})`,
    {
      hint,
      facts: {
        place,
        reason,
        ...(ups !== undefined && { ups }),
        ...(code === 'answer_invalid' && { where: 'answer' }),
      },
    },
  );
}
