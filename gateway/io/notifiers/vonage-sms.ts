import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { answerFailure } from './answer-failure.ts';
import { askService } from './ask-service.ts';
import { assertRecipients } from './assert-recipients.ts';
import { jsonOf } from './json-of.ts';
import { languageField } from './language-field.ts';
import type { Notifier, NotifierDefinition, NotifierMessage, NotifierPorts } from './notifier.ts';
import { phoneNumbers, phoneNumberSecrets, phoneNumbersField, shownPhoneNumber } from './phone-numbers.ts';
import { saidByService } from '../said-by-service.ts';
import { smsText } from './sms-text.ts';
import { vonageFailure } from './vonage-status.ts';

const options = {
  apiKey: {
    type: 'text',
    description: 'Key of the account, from the dashboard of Vonage.',
    isSecret: true,
    pattern: '^[\\x21-\\x7e]+$',
    max: 100,
    environment: ['NEXMO_API_KEY'],
  },
  apiSecret: {
    type: 'text',
    description: 'Its secret.',
    isSecret: true,
    pattern: '^[\\x20-\\x7e]+$',
    max: 200,
    environment: ['NEXMO_API_SECRET'],
  },
  recipients: phoneNumbersField,
  from: {
    type: 'text',
    description:
      'Who it is from: up to 11 letters and digits, or a number of 3 to 15 digits with its country; some countries allow only numbers that are registered.',
    pattern: '^(\\+?[0-9]{3,15}|(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,11})$',
    default: 'eGW',
    max: 16,
  },
  language: languageField,
  baseUrl: {
    type: 'text',
    description: 'Where the service is.',
    pattern: '^https?://[^/?#@\\s]+(/[^?#@\\s]*)?$',
    default: 'https://rest.nexmo.com',
    max: 200,
  },
} as const satisfies OptionFields;

const currency = 'EUR';
/** Parts of one message. */
const partsMax = 10;

/** Success and failure are both 200: what counts is the status of each part. */
export const vonageSms: NotifierDefinition = {
  id: 'vonage-sms',
  title: 'SMS by Vonage, formerly Nexmo',
  source:
    'developer.vonage.com: SMS API (POST /sms/json), SMS API error codes; Account API (GET /account/get-balance)',
  options,
  timeoutMs: 10_000,
  isRepeatSafe: false,
  recipients: phoneNumbers,
  shownRecipient: shownPhoneNumber,
  open: (values, ports) => new Sender(values, ports),
};

class Sender implements Notifier {
  readonly #ports: NotifierPorts;
  readonly #base: BaseUrl;
  readonly #credentials: { readonly api_key: string; readonly api_secret: string };
  readonly #from: string;

  constructor(values: OptionValues, ports: NotifierPorts) {
    assertRecipients(phoneNumbers(values));
    this.#ports = ports;
    this.#base = new BaseUrl('baseUrl', String(values['baseUrl'] ?? options.baseUrl.default));
    this.#credentials = { api_key: String(values['apiKey']), api_secret: String(values['apiSecret']) };
    this.#from = String(values['from'] ?? options.from.default).replace(/^\+/, '');
  }

  async send(
    { short, reference }: NotifierMessage,
    recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: string | null }> {
    const { text, isUnicode } = smsText(short);
    const form = new URLSearchParams({
      ...this.#credentials,
      from: this.#from,
      to: recipient,
      text,
      type: isUnicode ? 'unicode' : 'text',
      'client-ref': reference.slice(0, 100),
    });
    const answer = await askService(
      this.#ports.http,
      {
        method: 'POST',
        url: this.#base.to('/sms/json'),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        reach: this.#base.secretReach,
      },
      signal,
    );
    const secrets = [...this.#secrets, ...phoneNumberSecrets(recipient)];
    const failure = this.#failureOf(answer, secrets);
    if (failure !== undefined) throw failure;
    return { receipt: this.#receiptOf(answer, secrets) };
  }

  async balance(signal: AbortSignal): Promise<{ readonly amount: number; readonly currency: string }> {
    const answer = await this.#ports.http.request(
      {
        url: this.#base.to('/account/get-balance', this.#credentials),
        headers: { accept: 'application/json' },
        bytesMax: 65_536,
        reach: this.#base.secretReach,
      },
      signal,
    );
    const failure = this.#failureOf(answer, this.#secrets);
    if (failure !== undefined) throw failure;
    const value = jsonOf(answer)['value'];
    const amount = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
    if (value === '' || !Number.isFinite(amount)) throw this.#invalid('no balance', false);
    return { amount, currency };
  }

  async close(): Promise<void> {
    // Nothing is held open between two messages.
  }

  #failureOf(answer: HttpAnswer, secrets: readonly string[]): GatewayError | undefined {
    return answerFailure(answer, {
      name: `Vonage (${this.#base.host})`,
      settings: 'apiKey, apiSecret and baseUrl',
      secrets,
      nowMs: this.#ports.clock.wall(),
    });
  }

  /** The ids of all parts, where all were taken. */
  #receiptOf(answer: HttpAnswer, secrets: readonly string[]): string | null {
    const { messages } = jsonOf(answer);
    if (!Array.isArray(messages) || messages.length === 0 || messages.length > partsMax)
      throw this.#invalid('no parts of a message', true);
    const parts = messages.map((part: unknown) => partOf(part));
    if (parts.some(({ status }) => status === undefined))
      throw this.#invalid('a part without a status', true);
    const failures = parts.flatMap(({ status = '', said }) => {
      const failure = vonageFailure(status, saidByService(said, secrets));
      return failure === undefined ? [] : [failure];
    });
    const [first] = failures;
    if (first === undefined)
      return (
        parts
          .map(({ id }) => id)
          .join(' ')
          .slice(0, 200) || null
      );
    throw failures.length === parts.length ? first : partly(first, failures.length, parts.length);
  }

  get #secrets(): readonly string[] {
    return Object.values(this.#credentials);
  }

  #invalid(what: string, isUnclear: boolean): GatewayError {
    return new GatewayError('answer_invalid', `${this.#base.host} answered with ${what}`, {
      hint: 'check baseUrl',
      facts: { where: 'answer', ...(isUnclear && { isUnclear }) },
    });
  }
}

interface Part {
  readonly status: string | undefined;
  readonly said: string;
  readonly id: string;
}

function partOf(part: unknown): Part {
  const fields = (typeof part === 'object' && part !== null ? part : {}) as Readonly<Record<string, unknown>>;
  const [status, said, id] = [fields['status'], fields['error-text'], fields['message-id']];
  return {
    status: typeof status === 'string' && /^\d{1,3}$/.test(status) ? status : undefined,
    said: typeof said === 'string' ? said : '',
    id: typeof id === 'string' && /^[\w-]{1,60}$/.test(id) ? id : '',
  };
}

/** A telephone may show the parts that it got, or none. */
function partly({ code, message, hint, facts }: GatewayError, failed: number, parts: number): GatewayError {
  return new GatewayError(code, `${message}; so ${failed} of its ${parts} parts`, {
    ...(hint !== undefined && { hint }),
    facts: { ...facts, isUnclear: true },
  });
}
