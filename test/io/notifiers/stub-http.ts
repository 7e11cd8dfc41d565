import { GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../gateway/core/http.ts';

/** A client that answers what it is told to, and keeps what it was asked. */
export class StubHttp implements HttpClient {
  readonly requests: HttpRequest[] = [];
  readonly #answers: (Partial<HttpAnswer> & { readonly json?: unknown; readonly text?: string })[] = [];

  answer(next: Partial<HttpAnswer> & { readonly json?: unknown; readonly text?: string }): this {
    this.#answers.push(next);
    return this;
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request);
    const { json, text, ...rest } = this.#answers.shift() ?? {};
    const said = text ?? (json === undefined ? '' : JSON.stringify(json));
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(said), ...rest });
  }

  get last(): HttpRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new GatewayError('internal_error', 'nothing was asked');
    return last;
  }
}
