import type { Refusal } from '../protocol/frames.ts';

/** What went wrong on this side, beside the reasons of a refusal and the codes of a gateway's problem. */
type OwnFault =
  | 'another_gateway'
  | 'label_unreadable'
  | 'link_lost'
  | 'no_answer'
  | 'not_proven'
  | 'protocol_unknown'
  | 'request_too_long';

interface Words {
  readonly message: string;
  readonly hint: string;
  readonly isRetryable: boolean;
}

export interface SetupFault extends Words {
  readonly code: string;
  readonly waitSeconds?: number;
}

/**
 * Why setting up stopped, for the person who does it. `code` is a reason of a refusal (docs/provisioning-protocol.md,
 * section 3), a code of the gateway (docs/ERRORS.md), or one of `another_gateway label_unreadable link_lost no_answer
 * not_proven protocol_unknown request_too_long`.
 */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: string;
  /** What to do. */
  readonly hint: string;
  /** Whether the same may work when it is done again. */
  readonly isRetryable: boolean;
  /** Until it makes sense to try again; 0 where nothing is known. */
  readonly waitSeconds: number;

  constructor({ code, message, hint, isRetryable, waitSeconds = 0 }: SetupFault) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.isRetryable = isRetryable;
    this.waitSeconds = waitSeconds;
  }
}

export function refused({ reason, waitSeconds }: Refusal): SetupError {
  return new SetupError({ code: reason, waitSeconds, ...refusalWords[reason] });
}

export function ownFault(code: OwnFault, message?: string): SetupError {
  const words = ownWords[code];
  return new SetupError({ code, ...words, message: message ?? words.message });
}

const touch =
  'Hold its button for 3 seconds, press it twice quickly, or run egw provision open on it; then try again.';

const refusalWords: Readonly<Record<Refusal['reason'], Words>> = {
  closed: {
    message: 'The gateway lets nobody set it up now.',
    hint: touch,
    isRetryable: true,
  },
  barred: {
    message: 'Too many wrong codes: the gateway answers only after somebody has touched it.',
    hint: touch,
    isRetryable: true,
  },
  busy: {
    message: 'Another phone is setting this gateway up.',
    hint: 'Finish or close it there. A phone that went away is forgotten after a minute.',
    isRetryable: true,
  },
  malformed: {
    message: 'The gateway did not understand what came over the air.',
    hint: 'Stay close to it, and try again.',
    isRetryable: true,
  },
  code_wrong: {
    message: 'That is not the code of this gateway.',
    hint: 'Compare it with the label: it has no letters I, L, O or U.',
    isRetryable: true,
  },
  wait: {
    message: 'After a wrong code the gateway waits a little before it answers again.',
    hint: 'Wait, then try again.',
    isRetryable: true,
  },
  unavailable: {
    message: 'The gateway’s radio is on, but the gateway itself does not answer it.',
    hint: 'It may be starting still: wait a minute, and try again.',
    isRetryable: true,
  },
  idle: {
    message: 'The gateway ended the session, because nothing was asked for a minute.',
    hint: 'Go on: it begins anew by itself.',
    isRetryable: true,
  },
};

const ownWords: Readonly<Record<OwnFault, Words>> = {
  another_gateway: {
    message: 'This is not the gateway of the code that was scanned.',
    hint: 'Choose the gateway whose name is on the label, or scan the label of this one.',
    isRetryable: false,
  },
  label_unreadable: {
    message: 'That is no set-up code.',
    hint: 'The code has 16 letters and digits in four groups, as on the label.',
    isRetryable: false,
  },
  link_lost: {
    message: 'The Bluetooth link was lost.',
    hint: 'Stay within a few metres of the gateway, and try again.',
    isRetryable: true,
  },
  no_answer: {
    message: 'The gateway does not answer.',
    hint: 'Stay close to it. If this comes again, switch Bluetooth off and on.',
    isRetryable: true,
  },
  not_proven: {
    message: 'Something answered that could not prove to be the gateway.',
    hint: 'No password was sent. Scan the QR code of the label rather than typing the code, and try again.',
    isRetryable: true,
  },
  protocol_unknown: {
    message: 'This gateway is set up in a newer way than this page knows.',
    hint: 'Get a newer version of this page.',
    isRetryable: false,
  },
  request_too_long: {
    message: 'That is too long to be sent.',
    hint: 'Make it shorter.',
    isRetryable: false,
  },
};
