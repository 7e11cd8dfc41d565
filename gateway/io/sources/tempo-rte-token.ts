import { describeError, GatewayError } from '../../core/errors.ts';
import type { BaseUrl } from '../base-url.ts';
import { numberAt, objectAt, textAt } from './fields.ts';
import { getJson } from './http-answers.ts';
import type { SourcePorts } from './source.ts';

/** Renewed so long before its end. */
const renewalMs = 60_000;
/** What RTE gives is valid for two hours. */
const lifeMsMax = 24 * 3_600_000;
const keptName = 'rte-token';

export interface RteCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Token {
  readonly clientId: string;
  readonly text: string;
  readonly expiresMs: number;
}

/** The access token of RTE's API (OAuth 2.0, client credentials): one for its whole life, over restarts too. */
export class RteToken {
  readonly #baseUrl: BaseUrl;
  readonly #credentials: RteCredentials;
  readonly #ports: SourcePorts;
  #token: Token | undefined;
  #isLoaded = false;

  constructor(baseUrl: BaseUrl, credentials: RteCredentials, ports: SourcePorts) {
    this.#baseUrl = baseUrl;
    this.#credentials = credentials;
    this.#ports = ports;
  }

  async get(signal: AbortSignal): Promise<string> {
    if (!this.#isLoaded) this.#token = await this.#load();
    this.#isLoaded = true;
    const leftMs = (this.#token?.expiresMs ?? 0) - this.#ports.clock.wall();
    // A token that outlives its longest life was made while the clock was wrong.
    if (this.#token !== undefined && leftMs > renewalMs && leftMs <= lifeMsMax) return this.#token.text;
    this.#token = await this.#ask(signal);
    await this.#save(this.#token);
    return this.#token.text;
  }

  /** It was refused: the next one is new. */
  drop(): void {
    this.#token = undefined;
  }

  async #ask(signal: AbortSignal): Promise<Token> {
    const { clientId, clientSecret } = this.#credentials;
    const nowMs = this.#ports.clock.wall();
    const answer = await getJson(
      this.#ports.http,
      {
        method: 'POST',
        url: this.#baseUrl.to('/token/oauth/'),
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: 'grant_type=client_credentials',
        reach: this.#baseUrl.secretReach,
        credentialOption: 'rteClientSecret',
        addressOption: 'rteBaseUrl',
        nowMs,
      },
      signal,
    );
    const text = textAt(answer, 'access_token');
    const lifeMs = numberAt(answer, 'expires_in') * 1000;
    if (!/^[!-~]+$/.test(text)) throw invalid('access_token', 'a token');
    if (lifeMs <= 0) throw invalid('expires_in', 'the seconds that it is valid');
    return { clientId, text, expiresMs: nowMs + Math.min(lifeMs, lifeMsMax) };
  }

  async #load(): Promise<Token | undefined> {
    try {
      const kept: unknown = JSON.parse((await this.#ports.secrets.load(keptName)) ?? 'null');
      if (kept === null || objectAt(kept, '')['clientId'] !== this.#credentials.clientId) return undefined;
      return {
        clientId: this.#credentials.clientId,
        text: textAt(kept, 'text'),
        expiresMs: numberAt(kept, 'expiresMs'),
      };
    } catch {
      // A damaged file costs a login.
      return undefined;
    }
  }

  async #save(token: Token): Promise<void> {
    try {
      await this.#ports.secrets.save(keptName, JSON.stringify(token));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#ports.logger.warn(
        { source: this.#ports.id, code: error.code },
        `the token of RTE is not kept over a restart: ${describeError(error)}`,
      );
    }
  }
}

function invalid(where: string, expected: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the setting rteBaseUrl',
    facts: { where, expected },
  });
}
