import { createHmac } from 'node:crypto';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { httpTls, httpTlsFields } from '../http-tls.ts';
import { answerFailure } from './answer-failure.ts';
import { askService } from './ask-service.ts';
import { languageField } from './language-field.ts';
import type { Notifier, NotifierDefinition, NotifierMessage, NotifierPorts } from './notifier.ts';
import { oneLine, plainLines } from '../plain-text.ts';
import { serviceUrl } from './service-url.ts';

const options = {
  url: {
    type: 'text',
    description: 'Where the messages are posted, such as https://hooks.example.org/boiler.',
    pattern: '^https?://[^/?#@\\s]+([/?][^#@\\s]*)?$',
    isSecret: true,
    max: 1_000,
  },
  token: {
    type: 'text',
    description: 'What is sent as Authorization: Bearer, where the receiver wants to know us.',
    isOptional: true,
    isSecret: true,
    pattern: '^[\\x21-\\x7e]+$',
    max: 4_096,
  },
  secret: {
    type: 'text',
    description:
      'Key of a signature (HMAC-SHA256) over id, time and body, in the headers of Standard Webhooks; one that begins with whsec_ is base64.',
    isOptional: true,
    isSecret: true,
    // What is no base64 would be cut to a key that anybody guesses.
    pattern: '^(whsec_[A-Za-z0-9+/_-]+={0,2}|(?!whsec_)[^]*)$',
    min: 16,
    max: 1_000,
  },
  language: languageField,
  ...httpTlsFields,
} as const satisfies OptionFields;

const titleLengthMax = 250;
const textLengthMax = 8_000;

/** The receiver knows a message that comes again by its id, which is in two headers and in the body. */
export const webhook: NotifierDefinition = {
  id: 'webhook',
  title: 'Another program, by a JSON POST',
  source: 'Standard Webhooks 1.0.0 (headers, signature); IETF draft-ietf-httpapi-idempotency-key-header-07',
  options,
  timeoutMs: 15_000,
  isRepeatSafe: true,
  recipients: () => [''],
  shownRecipient: () => '',
  open: (values, ports) => new Poster(values, ports),
};

class Poster implements Notifier {
  readonly #values: OptionValues;
  readonly #ports: NotifierPorts;
  readonly #url: ReturnType<typeof serviceUrl>;

  constructor(values: OptionValues, ports: NotifierPorts) {
    this.#values = values;
    this.#ports = ports;
    this.#url = serviceUrl('url', String(values['url'] ?? ''));
  }

  async send(
    message: NotifierMessage,
    _recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: null }> {
    const { http, clock } = this.#ports;
    const nowMs = clock.wall();
    const body = JSON.stringify(bodyOf(message));
    const answer = await askService(
      http,
      {
        method: 'POST',
        url: this.#url.href,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'eGW',
          ...this.#signature(message.reference, nowMs, body),
          ...this.#bearer(),
        },
        body,
        reach: this.#url.reach,
        tls: httpTls(this.#values),
      },
      signal,
    );
    const failure = answerFailure(answer, {
      name: `the webhook at ${this.#url.host}`,
      settings: 'url, token and secret',
      secrets: [...this.#url.secrets, this.#text('token'), this.#text('secret')],
      nowMs,
    });
    if (failure !== undefined) throw failure;
    return { receipt: null };
  }

  async close(): Promise<void> {
    // Nothing is held open between two messages.
  }

  #signature(id: string, nowMs: number, body: string): Readonly<Record<string, string>> {
    const seconds = String(Math.floor(nowMs / 1_000));
    const known = { 'idempotency-key': JSON.stringify(id), 'webhook-id': id, 'webhook-timestamp': seconds };
    const secret = this.#text('secret');
    if (secret === '') return known;
    const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
    return { ...known, 'webhook-signature': `v1,${mac}` };
  }

  #bearer(): Readonly<Record<string, string>> {
    const token = this.#text('token');
    return token === '' ? {} : { authorization: `Bearer ${token}` };
  }

  #text(option: string): string {
    const value = this.#values[option];
    return typeof value === 'string' ? value : '';
  }
}

function bodyOf({ title, text, short, atMs, ...rest }: NotifierMessage): object {
  return {
    ...rest,
    title: oneLine(title, titleLengthMax),
    text: plainLines(text, textLengthMax),
    short: oneLine(short, titleLengthMax),
    at: new Date(atMs).toISOString(),
    atMs,
  };
}

/** Standard Webhooks, "Signature scheme". */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}
