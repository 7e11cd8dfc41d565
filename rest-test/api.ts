import assert from 'node:assert/strict';

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the session's own; null for none. */
  readonly token?: string | null;
}

/** One address and one token. */
export class Api {
  readonly url: string;
  readonly #renew: (() => Promise<string>) | undefined;
  #token: string;

  /** @param renew makes another token, of another principal: rates are counted for each */
  constructor(url: string, token: string, renew?: () => Promise<string>) {
    this.url = url.replace(/\/$/, '');
    this.#token = token;
    this.#renew = renew;
  }

  get token(): string {
    return this.#token;
  }

  /** Asks again where its own token has asked too often. */
  async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.#ask(path, ask);
    if (answer.status !== 429 || ask.token !== undefined || this.#renew === undefined) return answer;
    this.#token = await this.#renew();
    return await this.#ask(path, ask);
  }

  async #ask(
    path: string,
    { method = 'GET', body, headers = {}, token = this.token }: Ask = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: asJson(text) };
  }

  /** The body of a good answer. */
  async get(path: string): Promise<Json> {
    const { status, body } = await this.ask(path);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Events as they come, until enough were seen. */
  async *events(): AsyncGenerator<{ readonly type: string; readonly data: Json }> {
    const response = await fetch(`${this.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.timeout(60_000),
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.ok(response.body);
    let text = '';
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, type, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
        if (type !== undefined && data !== undefined) yield { type, data: JSON.parse(data) as Json };
      }
    }
  }
}

/** RFC 9457, with a code of ours and nothing of the inside. */
export function assertProblem({ status, headers, body }: Answer, wanted: number, code?: string): void {
  assert.equal(status, wanted, JSON.stringify(body));
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(body['status'], wanted);
  for (const key of ['type', 'title', 'detail', 'code']) assert.equal(typeof body[key], 'string', key);
  assert.doesNotMatch(JSON.stringify(body), /node_modules|\.[tj]s:\d+/);
  if (code !== undefined) assert.equal(body['code'], code);
}

export function listOf(body: Json, name: string): readonly Json[] {
  assert.ok(Array.isArray(body[name]), `${name} is a list`);
  return body[name] as readonly Json[];
}

function asJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return { text };
  }
}
