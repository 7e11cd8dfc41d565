import { createPublicKey, verify } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../../../gateway/core/http.ts';
import type { Identity } from '../../../gateway/core/identity.ts';

type Values = Readonly<Record<string, unknown>>;

/** A harvest endpoint: it takes what is signed by the gateway that it knows, each value once. */
export class HarvestStub {
  /** By device, milliseconds and name. */
  readonly points = new Map<string, unknown>();
  readonly headers: Values[] = [];
  readonly requests: HttpRequest[] = [];
  /** Answered instead of taking it. */
  status: number | undefined;
  answerHeaders: Readonly<Record<string, string>> = {};
  instantsMax = Infinity;
  readonly #key: ReturnType<typeof createPublicKey>;

  constructor({ publicKey }: Identity) {
    const x = Buffer.from(publicKey).toString('base64url');
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request);
    return Promise.resolve({
      status: this.status ?? this.#take(String(request.body)),
      headers: this.answerHeaders,
      body: new Uint8Array(),
    });
  }

  #take(text: string): number {
    const [head = '', claims = '', signature = ''] = text.split('.');
    const isSigned = verify(
      null,
      Buffer.from(`${head}.${claims}`),
      this.#key,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return 401;
    const header = decoded(head);
    const said = Object.entries(decoded(claims));
    if (said.length > this.instantsMax) return 413;
    this.headers.push(header);
    for (const [atMs, values] of said)
      for (const [name, value] of Object.entries(values as Values))
        this.points.set(`${String(header['sn'])} ${name} ${atMs}`, value);
    return 200;
  }
}

function decoded(part: string): Values {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Values;
}
