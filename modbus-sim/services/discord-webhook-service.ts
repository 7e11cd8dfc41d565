import { jsonAnswer, type ServiceAnswer, type ServiceRequest, type SimulatedService } from './service.ts';

export interface DiscordMessage {
  readonly id: string;
  readonly content: string;
  readonly atMs: number;
}

interface DiscordWebhookServiceOptions {
  /** Decimal. */
  readonly webhookId: string;
  readonly token: string;
}

const contentLengthMax = 2_000;
/** As seen, not as documented: five in two seconds. */
const windowMs = 2_000;
const windowMessagesMax = 5;
const discordEpochMs = 1_420_070_400_000;

/** Execute Webhook of Discord, for one webhook. */
export class DiscordWebhookService implements SimulatedService {
  readonly id = 'discord-webhook';
  /** What was taken, in its order. */
  readonly messages: DiscordMessage[] = [];
  readonly #options: DiscordWebhookServiceOptions;
  #isDeleted = false;
  #status: number | undefined;

  constructor(options: DiscordWebhookServiceOptions) {
    this.#options = options;
  }

  /** Of its address. */
  get path(): string {
    return `/api/webhooks/${this.#options.webhookId}/${this.#options.token}`;
  }

  /** As its owner does in the channel’s settings. */
  delete(): void {
    this.#isDeleted = true;
  }

  /** From now on nothing is taken, and this is answered; undefined: as it should. */
  fail(status: number | undefined): void {
    this.#status = status;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    if (this.#status !== undefined)
      return jsonAnswer(this.#status, { message: `${this.#status}: simulated`, code: 0 });
    const { webhookId, token } = this.#options;
    const [, , given = '', givenToken] = url.pathname.replace(/^\/api(\/v\d+)?/, '').split('/');
    if (given !== webhookId || this.#isDeleted)
      return jsonAnswer(404, { message: 'Unknown Webhook', code: 10_015 });
    if (givenToken !== token) return jsonAnswer(401, { message: 'Invalid Webhook Token', code: 50_027 });
    if (request.method !== 'POST') return jsonAnswer(405, { message: '405: Method Not Allowed', code: 0 });
    return this.#take(request, url.searchParams.get('wait') === 'true', nowMs);
  }

  #take({ body }: ServiceRequest, doesWait: boolean, nowMs: number): ServiceAnswer {
    const content = contentOf(body);
    if (content === undefined) return jsonAnswer(400, { message: 'bad JSON', code: 50_109 });
    if (content === '') return jsonAnswer(400, { message: 'Cannot send an empty message', code: 50_006 });
    if (Array.from(content).length > contentLengthMax)
      return jsonAnswer(400, { message: 'Invalid Form Body', code: 50_035 });
    const recent = this.messages.filter(({ atMs }) => atMs > nowMs - windowMs);
    const [first] = recent.slice(-windowMessagesMax);
    if (recent.length >= windowMessagesMax && first !== undefined)
      return tooMany(first.atMs + windowMs - nowMs);
    const id = String((BigInt(nowMs - discordEpochMs) << 22n) + BigInt(this.messages.length));
    this.messages.push({ id, content, atMs: nowMs });
    return doesWait ? jsonAnswer(200, { id, type: 0, content }) : { status: 204, body: '' };
  }
}

function contentOf(body: string): string | undefined {
  try {
    const { content } = JSON.parse(body) as { readonly content?: unknown };
    return typeof content === 'string' ? content.trim() : '';
  } catch {
    return undefined;
  }
}

function tooMany(waitMs: number): ServiceAnswer {
  const seconds = waitMs / 1_000;
  const said = { message: 'You are being rate limited.', retry_after: seconds, global: false };
  return jsonAnswer(429, said, {
    'retry-after': String(Math.ceil(seconds)),
    'x-ratelimit-scope': 'user',
    'x-ratelimit-reset-after': String(seconds),
  });
}
