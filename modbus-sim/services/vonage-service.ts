import { jsonAnswer, type ServiceAnswer, type ServiceRequest, type SimulatedService } from './service.ts';

export interface VonageServiceOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Of what is left of it, in euros. Default 10. */
  readonly balance?: number;
}

export interface VonageMessage {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly type: string;
  readonly clientRef: string;
  readonly atMs: number;
}

const partPrice = 0.065;
const errorTexts: Readonly<Record<string, string>> = {
  '1': 'Throughput Rate Exceeded - please wait [ 250 ] and retry',
  '2': 'Missing to param',
  '3': 'Invalid from param',
  '4': 'Bad Credentials',
  '5': 'Internal Error',
  '6': 'Unroutable message - rejected',
  '9': 'Quota Exceeded - rejected',
};

/** The SMS API of Vonage and its balance: success and failure are both 200. */
export class VonageService implements SimulatedService {
  readonly id = 'vonage-sms';
  /** What was taken, in its order. */
  readonly messages: VonageMessage[] = [];
  readonly #options: VonageServiceOptions;
  #statuses: string[] = [];
  #httpStatus: number | undefined;
  #balance: number;

  constructor(options: VonageServiceOptions) {
    this.#options = options;
    this.#balance = options.balance ?? 10;
  }

  /** Of the parts of the next message, `0` where none is said. */
  answerNext(...statuses: readonly string[]): void {
    this.#statuses = [...statuses];
  }

  /** From now on nothing is taken, and this is answered; undefined: as it should. */
  fail(status: number | undefined): void {
    this.#httpStatus = status;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    if (this.#httpStatus !== undefined)
      return { status: this.#httpStatus, headers: { 'content-type': 'text/html' }, body: '<html></html>' };
    if (url.pathname === '/account/get-balance' && request.method === 'GET')
      return this.#tellBalance(url.searchParams);
    if (url.pathname !== '/sms/json' || request.method !== 'POST') return jsonAnswer(404, {});
    return this.#take(parametersOf(request), nowMs);
  }

  #tellBalance(given: URLSearchParams): ServiceAnswer {
    if (!this.#knows(given.get('api_key'), given.get('api_secret')))
      return jsonAnswer(401, { 'error-code': '401', 'error-code-label': 'authentication failed' });
    return jsonAnswer(200, { value: Number(this.#balance.toFixed(4)), autoReload: false });
  }

  #take(given: URLSearchParams, nowMs: number): ServiceAnswer {
    const { to = '', from = '', text = '', type = 'text', ...rest } = Object.fromEntries(given);
    const refusal = this.#refusalOf(given, { to, from, text });
    if (refusal !== undefined) return parts(to, [refusal]);
    const count = partsOf(text, type);
    const statuses = Array.from({ length: count }, (_, index) => this.#statuses[index] ?? '0');
    this.#statuses = [];
    if (!statuses.includes('0')) return parts(to, statuses);
    if (this.#balance < partPrice * count) return parts(to, ['9']);
    this.#balance -= partPrice * statuses.filter((status) => status === '0').length;
    this.messages.push({ to, from, text, type, clientRef: rest['client-ref'] ?? '', atMs: nowMs });
    return parts(to, statuses, this.#balance);
  }

  #refusalOf(
    given: URLSearchParams,
    { to, from, text }: Readonly<Record<string, string>>,
  ): string | undefined {
    if (!this.#knows(given.get('api_key'), given.get('api_secret'))) return '4';
    if (to === '' || text === '') return '2';
    const isWellFormed =
      /^[1-9]\d{6,14}$/.test(to ?? '') && /^(\d{3,15}|[A-Za-z0-9]{1,11})$/.test(from ?? '');
    return isWellFormed ? undefined : '3';
  }

  #knows(key: string | null, secret: string | null): boolean {
    return key === this.#options.apiKey && secret === this.#options.apiSecret;
  }
}

function parametersOf({ headers, body }: ServiceRequest): URLSearchParams {
  if (!/json/.test(headers['content-type'] ?? '')) return new URLSearchParams(body);
  const fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  );
}

/** 160 characters and 153 a part, or 70 and 67 in Unicode. */
function partsOf(text: string, type: string): number {
  const [one, each] = type === 'unicode' ? [70, 67] : [160, 153];
  return text.length <= one ? 1 : Math.ceil(text.length / each);
}

function parts(to: string, statuses: readonly string[], balance = 0): ServiceAnswer {
  return jsonAnswer(200, {
    'message-count': String(statuses.length),
    messages: statuses.map((status, index) =>
      status === '0'
        ? {
            to,
            'message-id': `0C0000002${to.slice(-6)}0${index}`,
            status,
            'remaining-balance': balance.toFixed(8),
            'message-price': partPrice.toFixed(8),
            network: '20801',
          }
        : { to, status, 'error-text': errorTexts[status] ?? 'Rejected' },
    ),
  });
}
