import { createHmac, timingSafeEqual } from 'node:crypto';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest, type SimulatedService } from './service.ts';

interface WebhookServiceOptions {
  /** Wanted as Authorization: Bearer. */
  readonly token?: string;
  /** Under which what comes must be signed, with the time of now. */
  readonly secret?: string;
}

const toleranceMs = 300_000;

/** A program that takes messages as Standard Webhooks wants it: each id once, signed, and not old. */
export class WebhookService implements SimulatedService {
  readonly id = 'webhook';
  /** What was taken, by id. */
  readonly messages = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #options: WebhookServiceOptions;
  #repeats = 0;
  #status: number | undefined;

  constructor(options: WebhookServiceOptions = {}) {
    this.#options = options;
  }

  /** How many came that were there already. */
  get repeats(): number {
    return this.#repeats;
  }

  /** From now on nothing is taken, and this is answered; undefined: as it should. */
  fail(status: number | undefined): void {
    this.#status = status;
  }

  handle({ method, headers, body }: ServiceRequest, nowMs: number): ServiceAnswer {
    if (this.#status !== undefined) return jsonAnswer(this.#status, { error: 'simulated' });
    const { token, secret } = this.#options;
    if (method !== 'POST') return jsonAnswer(405, { error: 'POST only' });
    if (token !== undefined && headers['authorization'] !== `Bearer ${token}`)
      return jsonAnswer(401, { error: 'token' });
    if (secret !== undefined && !isSigned(headers, body, { secret, nowMs }))
      return jsonAnswer(401, { error: 'signature' });
    const id = headers['webhook-id'] ?? '';
    if (headers['idempotency-key'] !== JSON.stringify(id)) return jsonAnswer(400, { error: 'id' });
    if (this.messages.has(id)) this.#repeats += 1;
    else this.messages.set(id, JSON.parse(body) as Readonly<Record<string, unknown>>);
    return jsonAnswer(202, {});
  }
}

function isSigned(
  headers: ServiceRequest['headers'],
  body: string,
  { secret, nowMs }: { readonly secret: string; readonly nowMs: number },
): boolean {
  const [id = '', seconds = '', signature = ''] = ['id', 'timestamp', 'signature'].map(
    (name) => headers[`webhook-${name}`] ?? '',
  );
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const expected = Buffer.from(
    `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`,
  );
  const given = Buffer.from(signature);
  const isNow = Math.abs(nowMs - Number(seconds) * 1_000) <= toleranceMs;
  return isNow && given.length === expected.length && timingSafeEqual(given, expected);
}
