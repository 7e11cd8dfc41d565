import type { HttpAnswer } from '../../core/http.ts';
import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { answerFailure } from './answer-failure.ts';
import { askService } from './ask-service.ts';
import { jsonOf } from './json-of.ts';
import { languageField } from './language-field.ts';
import type { Notifier, NotifierDefinition, NotifierMessage, NotifierPorts } from './notifier.ts';
import { oneLine, plainLines } from '../plain-text.ts';
import { serviceUrl } from './service-url.ts';

const options = {
  url: {
    type: 'text',
    description:
      'The webhook’s address, as Discord shows it: https://discord.com/api/webhooks/… (channel settings, Integrations).',
    pattern:
      '^https?://[^/?#@\\s]+/api/(v[0-9]{1,2}/)?webhooks/[0-9]{1,20}/[A-Za-z0-9_-]+(\\?thread_id=[0-9]{1,20})?$',
    isSecret: true,
    max: 500,
  },
  language: languageField,
} as const satisfies OptionFields;

/** Of a message, in UTF-16 units; Discord counts characters, which are not more. */
const contentLengthMax = 2_000;
const titleLengthMax = 200;
const marks = { safety: '🔴', warning: '🟠', info: '🔵' } as const;

/** One message in one channel. Discord knows no message that comes again: what is unclear may be there twice. */
export const discordWebhook: NotifierDefinition = {
  id: 'discord-webhook',
  title: 'Discord, by a webhook',
  source: 'discord.com/developers/docs: Execute Webhook; Rate Limits; JSON Error Codes',
  options,
  timeoutMs: 15_000,
  isRepeatSafe: false,
  recipients: () => [''],
  shownRecipient: () => '',
  open: (values, ports) => new Webhook(values, ports),
};

class Webhook implements Notifier {
  readonly #ports: NotifierPorts;
  readonly #url: ReturnType<typeof serviceUrl>;

  constructor(values: OptionValues, ports: NotifierPorts) {
    this.#ports = ports;
    this.#url = serviceUrl('url', String(values['url'] ?? ''));
  }

  async send(
    message: NotifierMessage,
    _recipient: string,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: string | null }> {
    const url = new URL(this.#url.href);
    // It answers when the message is there, and says under which id.
    url.searchParams.set('wait', 'true');
    const answer = await askService(
      this.#ports.http,
      {
        method: 'POST',
        url: url.href,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'DiscordBot (https://www.npmjs.com/package/egw, 1)',
        },
        body: JSON.stringify({ content: contentOf(message), allowed_mentions: { parse: [] } }),
        reach: this.#url.reach,
      },
      signal,
    );
    const said = jsonOf(answer);
    const failure = this.#failureOf(answer, said);
    if (failure !== undefined) throw failure;
    const id = said['id'];
    return { receipt: typeof id === 'string' && /^\d{1,20}$/.test(id) ? id : null };
  }

  async close(): Promise<void> {
    // Nothing is held open between two messages.
  }

  #failureOf(answer: HttpAnswer, said: Readonly<Record<string, unknown>>): GatewayError | undefined {
    const { status, headers } = answer;
    const text = typeof said['message'] === 'string' ? said['message'] : '';
    // Unknown Webhook: more requests to it would get us banned.
    if (status === 404 && said['code'] === 10_015)
      return new GatewayError('notifier_refused', 'Discord does not know the webhook: it was deleted there', {
        hint: 'make a new one in the channel’s settings, and give its address as url',
        facts: { status },
      });
    return answerFailure(withWait(answer, said, headers), {
      name: 'Discord',
      settings: 'url: make a new webhook in the channel’s settings',
      secrets: this.#url.secrets,
      nowMs: this.#ports.clock.wall(),
      ...(text !== '' && { reason: text }),
    });
  }
}

/** Of how long to wait the body is the more precise, in seconds with decimals. */
function withWait(
  answer: HttpAnswer,
  said: Readonly<Record<string, unknown>>,
  headers: HttpAnswer['headers'],
): HttpAnswer {
  const seconds = said['retry_after'];
  const isSaid = typeof seconds === 'number' && seconds >= 0 && seconds < 1e9;
  if (answer.status !== 429 || !isSaid) return answer;
  return { ...answer, headers: { ...headers, 'retry-after': String(Math.ceil(seconds)) } };
}

function contentOf({ title, text, link, severity, kind, site }: NotifierMessage): string {
  const mark = kind === 'recovered' ? '🟢' : marks[severity];
  const head = `${mark} **${plain(oneLine(title, titleLengthMax))}** · ${plain(oneLine(site, titleLengthMax))}`;
  // In angle brackets it is a link without a picture of what is behind it.
  const end = link === undefined ? '' : `\n<${link}>`;
  const room = contentLengthMax - head.length - end.length - 1;
  return `${head}\n${cutPlain(text, room)}${end}`;
}

/** Backslashes may double its length: it is cut until it has room. */
function cutPlain(text: string, lengthMax: number): string {
  let length = lengthMax;
  let shown = plain(plainLines(text, length));
  while (shown.length > lengthMax) {
    length -= Math.max(1, Math.ceil((shown.length - lengthMax) / 2));
    shown = plain(plainLines(text, length));
  }
  return shown;
}

/** Without what Discord takes for marks, mentions and links with other words. */
function plain(text: string): string {
  return text.replace(/[\\*_~`|>#[\]<]/g, String.raw`\$&`);
}
