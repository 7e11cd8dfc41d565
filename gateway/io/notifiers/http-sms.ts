import { GatewayError } from '../../core/errors.ts';
import type { HttpRequest } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { httpTls, httpTlsFields } from '../http-tls.ts';
import { answerFailure } from './answer-failure.ts';
import { askService } from './ask-service.ts';
import { assertRecipients } from './assert-recipients.ts';
import { languageField } from './language-field.ts';
import type { Notifier, NotifierDefinition, NotifierMessage, NotifierPorts } from './notifier.ts';
import { phoneNumbers, phoneNumberSecrets, phoneNumbersField, shownPhoneNumber } from './phone-numbers.ts';
import { saidByService } from '../said-by-service.ts';
import { serviceUrl } from './service-url.ts';
import { smsText } from './sms-text.ts';

const options = {
  url: {
    type: 'text',
    description:
      'Where an SMS is asked for, with {to} and {text} where they belong, such as http://192.168.1.9/send?to={to}&text={text}.',
    pattern: '^https?://[^/?#@\\s{}]+([/?][^#@\\s]*)?$',
    isSecret: true,
    max: 1_000,
  },
  method: {
    type: 'choice',
    description: 'How it is asked for. With GET all stands in the address.',
    values: ['GET', 'POST'],
    default: 'GET',
  },
  body: {
    type: 'choice',
    description: 'In which form the fields are posted.',
    values: ['form', 'json'],
    default: 'form',
  },
  fields: {
    type: 'texts',
    description: 'What is posted: name=value, with {to}, {text} and {reference} in the values.',
    pattern: '^[^=\\s]+=.*$',
    isOptional: true,
    isSecret: true,
  },
  recipients: phoneNumbersField,
  numbers: {
    type: 'choice',
    description: 'How {to} is written: 33612345678, +33612345678 or 0033612345678.',
    values: ['digits', 'plus', 'zeros'],
    default: 'plus',
  },
  user: {
    type: 'text',
    description: 'The user (HTTP Basic).',
    isOptional: true,
    pattern: '^[^:]+$',
    max: 200,
  },
  password: { type: 'text', description: 'The user’s password.', isOptional: true, isSecret: true, max: 500 },
  token: {
    type: 'text',
    description: 'What is sent as Authorization: Bearer, in place of user and password.',
    isOptional: true,
    isSecret: true,
    pattern: '^[\\x21-\\x7e]+$',
    max: 4_096,
  },
  successText: {
    type: 'text',
    description:
      'What the answer must contain besides a status of 2xx, for gateways that say OK to errors too.',
    isOptional: true,
    max: 200,
  },
  failureText: {
    type: 'text',
    description: 'What the answer contains when the message was not taken: then it is tried again for a day.',
    isOptional: true,
    max: 200,
  },
  language: languageField,
  ...httpTlsFields,
} as const satisfies OptionFields;

const prefixes: Readonly<Record<string, string>> = { digits: '', plus: '+', zeros: '00' };
const placePattern = /\{(to|text|reference)\}/g;

type Places = Readonly<Record<'to' | 'text' | 'reference', string>>;

/** Any service, router or telephone that sends an SMS when it is asked to over HTTP. */
export const httpSms: NotifierDefinition = {
  id: 'http-sms',
  title: 'SMS by any gateway that is asked over HTTP',
  source: 'RFC 9110; WHATWG URL, application/x-www-form-urlencoded',
  options,
  timeoutMs: 30_000,
  isRepeatSafe: false,
  recipients: phoneNumbers,
  shownRecipient: shownPhoneNumber,
  open: (values, ports) => new Sender(values, ports),
};

class Sender implements Notifier {
  readonly #values: OptionValues;
  readonly #ports: NotifierPorts;
  readonly #url: ReturnType<typeof serviceUrl>;

  constructor(values: OptionValues, ports: NotifierPorts) {
    assertRecipients(phoneNumbers(values));
    this.#values = values;
    this.#ports = ports;
    this.#url = serviceUrl('url', this.#text('url'));
    const said = [this.#text('url'), ...this.#fields()].join('\n');
    for (const place of ['{to}', '{text}']) if (!said.includes(place)) throw withoutPlace(place);
    if (this.#text('method') === 'GET' && this.#fields().length > 0) throw fieldsOfGet();
    if (this.#text('user') !== '' && this.#text('password') === '') throw withoutPassword();
  }

  async send(
    message: NotifierMessage,
    recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: null }> {
    const { http, clock } = this.#ports;
    const answer = await askService(http, this.#request(message, recipient), signal);
    const secrets = [
      ...this.#url.secrets,
      ...phoneNumberSecrets(recipient),
      ...['password', 'token'].map((option) => this.#text(option)),
      ...this.#fields().map((field) => field.slice(field.indexOf('=') + 1)),
    ];
    const name = `the SMS gateway ${this.#url.host}`;
    const settings = 'url, fields, user, password and token';
    const failure = answerFailure(answer, { name, settings, secrets, nowMs: clock.wall() });
    if (failure !== undefined) throw failure;
    const said = new TextDecoder().decode(answer.body);
    const failureText = this.#text('failureText');
    const isFailed = failureText !== '' && said.includes(failureText);
    if (!isFailed && said.includes(this.#text('successText'))) return { receipt: null };
    throw new GatewayError('notifier_unavailable', `${name} did not say that it has the message`, {
      hint: `it said “${saidByService(said, secrets)}”; check ${isFailed ? 'failureText' : 'successText'}`,
      // A gateway that says so in other words would send it again and again.
      facts: { status: answer.status, ...(!isFailed && { isUnclear: true }) },
    });
  }

  async close(): Promise<void> {
    // Nothing is held open between two messages.
  }

  #request({ short, reference }: NotifierMessage, recipient: string): HttpRequest {
    const prefix = prefixes[this.#text('numbers')] ?? '+';
    const places = { to: `${prefix}${recipient}`, text: smsText(short).text, reference };
    const isPost = this.#text('method') === 'POST';
    return {
      method: isPost ? 'POST' : 'GET',
      url: filled(this.#text('url'), places, encodeURIComponent),
      headers: { ...this.#authorization(), ...(isPost && { 'content-type': this.#bodyType() }) },
      ...(isPost && { body: this.#body(places) }),
      reach: this.#url.reach,
      tls: httpTls(this.#values),
    };
  }

  #authorization(): Readonly<Record<string, string>> {
    const [user, token] = [this.#text('user'), this.#text('token')];
    if (token !== '') return { authorization: `Bearer ${token}` };
    if (user === '') return {};
    const pair = Buffer.from(`${user}:${this.#text('password')}`).toString('base64');
    return { authorization: `Basic ${pair}` };
  }

  #bodyType(): string {
    return this.#text('body') === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  }

  #body(places: Places): string {
    const pairs = this.#fields().map((field): [string, string] => {
      const at = field.indexOf('=');
      return [field.slice(0, at), filled(field.slice(at + 1), places, (text) => text)];
    });
    return this.#text('body') === 'json'
      ? JSON.stringify(Object.fromEntries(pairs))
      : new URLSearchParams(pairs).toString();
  }

  #fields(): readonly string[] {
    const fields = this.#values['fields'];
    return Array.isArray(fields) ? fields.map(String) : [];
  }

  #text(option: string): string {
    const value = this.#values[option];
    return typeof value === 'string' ? value : '';
  }
}

/** Once from left to right: what a text holds is never taken for a place. */
function filled(template: string, places: Places, encode: (text: string) => string): string {
  return template.replace(placePattern, (_, place: keyof Places) => encode(places[place]));
}

function withoutPlace(place: string): GatewayError {
  return new GatewayError('config_invalid', `neither url nor fields say where ${place} belongs`, {
    hint: `put ${place} where the gateway wants it`,
    facts: { option: 'url' },
  });
}

function fieldsOfGet(): GatewayError {
  return new GatewayError('config_invalid', 'a GET posts no fields', {
    hint: 'set method to POST, or put all into url',
    facts: { option: 'fields' },
  });
}

function withoutPassword(): GatewayError {
  return new GatewayError('config_invalid', 'there is a user, and no password', {
    hint: 'give password, or leave out user',
    facts: { option: 'password' },
  });
}
