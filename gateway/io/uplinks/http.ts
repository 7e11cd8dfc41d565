import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpTls } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { httpTls, httpTlsFields } from '../http-tls.ts';
import { backendMessages } from './backend-messages.ts';
import { httpVerdict } from './http-verdict.ts';
import type { Uplink, UplinkDefinition, UplinkMessage, UplinkPorts } from './uplink.ts';

const options = {
  url: {
    type: 'text',
    description:
      'Where the backend is, such as https://cloud.example.org/egw/v1; the kind of the message follows as a path.',
    pattern: '^https?://[^\\s]+$',
    max: 500,
  },
  token: {
    type: 'text',
    description: 'What the backend gave to be let in; without it the gateway signs a token of its own.',
    isOptional: true,
    isSecret: true,
    max: 4_096,
  },
  ...httpTlsFields,
} as const satisfies OptionFields;

const tokenLifeMs = 300_000;
/** Before its end, as clocks differ. */
const tokenLeftMsMin = 60_000;
/** Commands and the like, each no larger than a broker’s packet. */
const answerBytesMax = 262_144;
const compressed = promisify(gzip);

/** Each message is one POST; what the backend has to say comes in the answers. */
export const http: UplinkDefinition = {
  id: 'http',
  title: 'Backend over HTTP',
  source: 'docs/cloud-protocol.md, "Ways"; RFC 9110; RFC 6750 (bearer tokens); RFC 9457 (problems)',
  options,
  bodyBytesMax: 524_288,
  timeoutMs: 30_000,
  helloMs: 30_000,
  open: (values, ports) => Promise.resolve(new Poster(values, ports)),
};

class Poster implements Uplink {
  /** Nothing is held open between two messages. */
  readonly isOpen = true;
  readonly #ports: UplinkPorts;
  readonly #base: BaseUrl;
  readonly #givenToken: string;
  readonly #tls: HttpTls;
  #token: { readonly text: string; readonly untilMs: number } | undefined;

  constructor(values: OptionValues, ports: UplinkPorts) {
    this.#ports = ports;
    this.#base = new BaseUrl('url', String(values['url']));
    this.#givenToken = String(values['token'] ?? '');
    this.#tls = httpTls(values);
  }

  async send({ kind, body }: UplinkMessage, signal: AbortSignal): Promise<void> {
    const { http: client, receive, clock } = this.#ports;
    const token = await this.#bearer();
    const answer = await client.request(
      {
        method: 'POST',
        url: this.#base.to(`/${kind}`),
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          accept: 'application/json, application/problem+json',
          ...(token !== '' && { authorization: `Bearer ${token}` }),
        },
        body: await compressed(body),
        bytesMax: answerBytesMax,
        reach: this.#base.secretReach,
        tls: this.#tls,
      },
      signal,
    );
    // A backend that does not know our token may know the next one.
    if (answer.status === 401) this.#token = undefined;
    const place = { host: this.#base.host, secrets: [token], nowMs: clock.wall() };
    const verdict = httpVerdict(answer, place);
    if (verdict !== undefined) throw verdict;
    for (const message of backendMessages(answer.body, this.#base.host)) receive(message);
  }

  async close(): Promise<void> {
    // The client keeps the connections.
  }

  async #bearer(): Promise<string> {
    if (this.#givenToken !== '') return this.#givenToken;
    const { clock, identity } = this.#ports;
    if (identity.algorithm === 'none') return '';
    if (this.#token !== undefined && clock.monotonic() < this.#token.untilMs - tokenLeftMsMin)
      return this.#token.text;
    const { gatewayId } = identity;
    const claims = { iss: gatewayId, sub: gatewayId, aud: this.#base.origin };
    const untilMs = clock.monotonic() + tokenLifeMs;
    const text = await identity.token(claims, { lifeMs: tokenLifeMs });
    this.#token = { text, untilMs };
    return text;
  }
}
