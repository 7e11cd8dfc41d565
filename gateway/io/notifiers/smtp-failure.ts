import { GatewayError, type ErrorCode } from '../../core/errors.ts';
import { saidByService } from '../said-by-service.ts';

export interface SmtpPlace {
  readonly host: string;
  readonly port: number;
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
  /** Whether the whole mail had gone out. */
  readonly isHandedOver: boolean;
  /** Why the server's certificate does not hold, by OpenSSL's or Node's code. */
  readonly certificateProblem: string | undefined;
}

/** As the library throws it. */
interface SmtpError extends Error {
  readonly code?: string;
  /** Of the system or of TLS, where `code` is the library's. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

interface Verdict {
  readonly code: ErrorCode;
  readonly words: string;
  readonly hint: string;
}

const again = 'it is tried again by itself';

/**
 * What went wrong in a conversation. A reply of 4xx: later; of 5xx: never as it is, and the hint says which setting
 * (RFC 5321, 4.2.1; RFC 3463; RFC 4954, 6). Without a reply it is the connection's, and after the mail it is unclear.
 */
export function smtpFailure(error: unknown, place: SmtpPlace): GatewayError {
  const peer = `${place.host}:${place.port}`;
  if (!(error instanceof Error)) return withClarity(broken(peer, 'unknown error', error), place);
  const failure: SmtpError = error;
  // What the stream ended with has got the library's code by now.
  const isOfStream = failure.originalCode !== undefined;
  if (error instanceof GatewayError)
    return withClarity(isOfStream ? broken(peer, failure.originalCode, undefined) : error, place);
  const { responseCode, response } = failure;
  const { certificateProblem } = place;
  if (certificateProblem !== undefined) return badCertificate(certificateProblem, peer);
  if (response === undefined) return withClarity(withoutReply(failure, peer), place);
  if (responseCode === undefined || responseCode < 400 || responseCode >= 600)
    return withClarity(invalid(peer), place);
  const { code, words, hint } = verdictOf(failure, responseCode);
  const said = saidByService(response, place.secrets);
  return new GatewayError(code, `the mail server ${peer} ${words}: ${said}`, {
    hint,
    facts: { smtpCode: responseCode, command: failure.command ?? '' },
  });
}

function verdictOf({ command = '', code = '' }: SmtpError, responseCode: number): Verdict {
  const step = stepOf(command, code);
  if (responseCode < 500)
    return { code: 'notifier_unavailable', words: `${step.words} for now`, hint: again };
  const isAtTheDoor = ['CONN', 'EHLO', 'HELO'].includes(command);
  return { code: 'notifier_refused', ...((isAtTheDoor ? undefined : special[responseCode]) ?? step) };
}

type Step = Omit<Verdict, 'code'>;

/** Replies that say the same at any step. */
const special: Readonly<Record<number, Step>> = {
  530: {
    words: 'wants encryption or a login first',
    hint: 'set user and password, and security to starttls or tls',
  },
  534: {
    words: 'does not take this password',
    hint: 'make an app password for this gateway at the mail provider, and give it as password',
  },
  535: {
    words: 'does not take user and password',
    hint: 'check user and password; Gmail and others want an app password',
  },
  552: {
    words: 'has no room for the mail',
    hint: 'check recipients: the mailbox may be full',
  },
  554: {
    words: 'does not take the mail',
    hint: 'check from and recipients; it may take it for spam, or us for a stranger',
  },
};

function stepOf(command: string, code: string): Step {
  if (code === 'EAUTH' || command.startsWith('AUTH'))
    return { words: 'does not let us in', hint: 'check user and password' };
  if (code === 'ETLS' || command === 'STARTTLS')
    return { words: 'does not encrypt', hint: 'check port and security: tls for port 465' };
  if (command === 'MAIL FROM')
    return { words: 'does not take the sender', hint: 'set from to the address of user' };
  if (command === 'RCPT TO' || code === 'EENVELOPE')
    return { words: 'does not take the recipient', hint: 'check recipients' };
  if (command === 'DATA') return { words: 'does not take the mail', hint: 'check from and recipients' };
  return { words: 'does not talk to us', hint: 'check host and port' };
}

function withoutReply(error: SmtpError, peer: string): GatewayError {
  const { code = '', originalCode } = error;
  if (code === 'ETIMEDOUT')
    return new GatewayError('connection_timeout', `the mail server ${peer} did not answer in time`, {
      hint: 'check port and security: tls for port 465, starttls for 587',
      cause: error,
    });
  if (code === 'EPROTOCOL') return invalid(peer);
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return new GatewayError('notifier_refused', `the mail server ${peer} takes no password`, {
      hint: 'it wants another way to log in (OAuth): use one that takes an app password',
    });
  if (code === 'EMESSAGE' || code === 'EENVELOPE')
    return new GatewayError('notifier_refused', `the mail server ${peer} cannot be given the mail`, {
      hint: 'check from and recipients',
    });
  return broken(peer, originalCode ?? code, error);
}

function badCertificate(reason: string, peer: string): GatewayError {
  return new GatewayError('certificate_invalid', `the certificate of ${peer} does not hold: ${reason}`, {
    hint: 'give its authority, or the name that it is for as serverName',
    facts: { reason },
  });
}

function invalid(peer: string): GatewayError {
  return new GatewayError('answer_invalid', `${peer} does not answer as a mail server`, {
    hint: 'check host and port',
    facts: { where: 'answer' },
  });
}

function broken(peer: string, reason: string, cause: unknown): GatewayError {
  return new GatewayError('connection_closed', `the connection to the mail server ${peer} broke: ${reason}`, {
    hint: again,
    facts: { reason },
    cause,
  });
}

function withClarity(error: GatewayError, { isHandedOver }: SmtpPlace): GatewayError {
  if (!isHandedOver) return error;
  const { code, message, hint, facts } = error;
  return new GatewayError(code, message, {
    ...(hint !== undefined && { hint }),
    facts: { ...facts, isUnclear: true },
    cause: error,
  });
}
