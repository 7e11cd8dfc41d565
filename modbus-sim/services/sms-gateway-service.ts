import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';

interface SmsGatewayServiceOptions {
  /** In the query or the form as `key`. */
  readonly key: string;
}

export interface GatewaySms {
  readonly to: string;
  readonly text: string;
}

/** A router with a SIM: `/send?key=…&to=…&text=…`, by GET or as a form; it says OK, or ERROR with status 200. */
export class SmsGatewayService implements SimulatedService {
  readonly id = 'http-sms';
  /** What was taken, in its order. */
  readonly messages: GatewaySms[] = [];
  readonly #options: SmsGatewayServiceOptions;
  #status: number | undefined;
  #error: string | undefined;

  constructor(options: SmsGatewayServiceOptions) {
    this.#options = options;
  }

  /** From now on nothing is taken, and this is answered; undefined: as it should. */
  fail(status: number | undefined): void {
    this.#status = status;
  }

  /** From now on nothing is taken, and this is said with status 200. */
  sayError(text: string | undefined): void {
    this.#error = text;
  }

  handle({ method, url, headers, body }: ServiceRequest): ServiceAnswer {
    if (this.#status !== undefined) return { status: this.#status, body: 'simulated' };
    const { pathname, searchParams } = new URL(url, 'http://service');
    if (pathname !== '/send') return { status: 404, body: 'not found' };
    const given = method === 'POST' ? posted(headers, body) : searchParams;
    if (given.get('key') !== this.#options.key) return { status: 403, body: 'wrong key' };
    const [to = '', text = ''] = [given.get('to'), given.get('text')].map((value) => value ?? '');
    if (this.#error !== undefined) return { status: 200, body: `ERROR: ${this.#error}` };
    if (!/^(\+|00)?\d{7,15}$/.test(to) || text === '') return { status: 400, body: 'to or text' };
    this.messages.push({ to, text });
    return { status: 200, body: 'OK' };
  }
}

function posted(headers: ServiceRequest['headers'], body: string): URLSearchParams {
  if (!/json/.test(headers['content-type'] ?? '')) return new URLSearchParams(body);
  return new URLSearchParams(JSON.parse(body) as Record<string, string>);
}
