import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { tlsFields } from '../tls-options.ts';
import { assertRecipients } from './assert-recipients.ts';
import { certificateForNow } from './certificate-for-now.ts';
import { languageField } from './language-field.ts';
import { mailText } from './mail-text.ts';
import type { Notifier, NotifierDefinition, NotifierMessage, NotifierPorts } from './notifier.ts';
import { deliverMail, type MailServer } from './smtp-delivery.ts';

/** RFC 5321, 4.1.2 without what nobody has: quoted names, address literals; the domain may be an international one. */
const addressPattern =
  '^[A-Za-z0-9!#$%&\'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&\'*+/=?^_`{|}~-]+)*@[^\\x00-\\x20\\x7f\\s@<>()\\[\\]\\\\,;:"./]+(\\.[^\\x00-\\x20\\x7f\\s@<>()\\[\\]\\\\,;:"./]+)*$';

const options = {
  host: {
    type: 'text',
    description: 'Name or address of the mail server, such as smtp.gmail.com.',
    pattern: '^[^\\s/@]+$',
    max: 253,
  },
  port: {
    type: 'integer',
    description: 'Its port; 465 for tls, 587 for starttls and 25 for none unless said.',
    isOptional: true,
    min: 1,
    max: 65_535,
  },
  security: {
    type: 'choice',
    description:
      'starttls and tls: encrypted, and the certificate must be valid; none: not encrypted, for servers in the home, or without a password.',
    values: ['starttls', 'tls', 'none'],
    default: 'starttls',
  },
  user: { type: 'text', description: 'The user, where the server asks for one.', isOptional: true, max: 254 },
  password: {
    type: 'text',
    description: 'The user’s password; of Gmail and others an app password, made for this alone.',
    isOptional: true,
    isSecret: true,
    max: 500,
    environment: ['MAIL_PASSWORD'],
  },
  from: {
    type: 'text',
    description: 'Address of the sender; the user unless said.',
    isOptional: true,
    pattern: addressPattern,
    max: 254,
  },
  recipients: {
    type: 'texts',
    description: 'Whom it goes to: addresses such as marie@example.org; each gets a mail of its own.',
    pattern: addressPattern,
    max: 254,
    // Whoever may read the configuration must not learn whom one could write to.
    isSecret: true,
  },
  language: languageField,
  authority: tlsFields.authority,
  serverName: tlsFields.serverName,
} as const satisfies OptionFields;

const ports: Readonly<Record<string, number>> = { tls: 465, starttls: 587, none: 25 };

/** A mail for each recipient. One that comes twice has the same Message-ID, by which mail programs show it once. */
export const mail: NotifierDefinition = {
  id: 'mail',
  title: 'Mail, by an SMTP server',
  source: 'RFC 5321, 3207 (STARTTLS), 4954 (AUTH), 5322, 3834 (Auto-Submitted), 8314 (port 465)',
  options,
  timeoutMs: 60_000,
  isRepeatSafe: true,
  recipients: ({ recipients }) => (Array.isArray(recipients) ? [...new Set(recipients.map(String))] : []),
  shownRecipient: (address) => address.replace(/^(.?)[^@]*@/, (_, first: string) => `${first}…@`),
  open: (values, given) => new Mailer(values, given),
};

class Mailer implements Notifier {
  readonly #ports: NotifierPorts;
  readonly #server: MailServer;
  readonly #from: string;

  constructor(values: OptionValues, given: NotifierPorts) {
    assertInstalled();
    assertRecipients(mail.recipients(values));
    this.#ports = given;
    this.#server = serverOf(values);
    this.#from = textOf(values, 'from') || this.#server.user;
    if (!new RegExp(addressPattern).test(this.#from)) throw withoutSender();
  }

  async send(
    message: NotifierMessage,
    recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: string | null }> {
    const { network, clock } = this.#ports;
    const body = await mailText(message, { from: this.#from, to: recipient, nowMs: clock.wall() });
    try {
      const slip = { from: this.#from, to: recipient, body };
      const receipt = await deliverMail(this.#server, slip, network, signal);
      return { receipt: receipt === '' ? null : receipt };
    } catch (error) {
      throw certificateForNow(error);
    }
  }

  async close(): Promise<void> {
    // Each mail has a connection of its own.
  }
}

function serverOf(values: OptionValues): MailServer {
  const text = (name: string): string => textOf(values, name);
  const security = text('security') === 'tls' || text('security') === 'none' ? text('security') : 'starttls';
  if (text('user') !== '' && text('password') === '')
    throw new GatewayError('config_invalid', 'the mail server is told a user, and no password', {
      hint: 'give password (MAIL_PASSWORD in .env), or leave out user',
      facts: { option: 'password' },
    });
  return {
    host: text('host'),
    port: typeof values['port'] === 'number' ? values['port'] : (ports[security] ?? 587),
    security: security as MailServer['security'],
    user: text('user'),
    // What nobody is to be told is not taken along: the environment's is for all mail servers.
    password: text('user') === '' ? '' : text('password'),
    certificate: { authority: text('authority'), serverName: text('serverName') },
  };
}

function textOf(values: OptionValues, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value : '';
}

function assertInstalled(): void {
  try {
    import.meta.resolve('nodemailer');
  } catch (cause) {
    throw new GatewayError('config_invalid', 'what sends mail is not installed with this gateway', {
      hint: 'npm install nodemailer, or leave out the notifier of the kind mail',
      cause,
    });
  }
}

function withoutSender(): GatewayError {
  return new GatewayError('config_invalid', 'mail has no sender: the user is no address', {
    hint: 'set from to the address that the server lets the user send from',
    facts: { option: 'from' },
  });
}
