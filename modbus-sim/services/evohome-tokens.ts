import { SeededRandom } from '../random.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';

const attemptWindowMs = 600_000;

/** base64 of the public pair that all open clients use. */
const applicationId =
  'NGEyMzEwODktZDJiNi00MWJkLWE1ZWItMTZhMGE0MjJiOTk5OjFhMTVjZGI4LTQyZGUtNDA3Yi1hZGQwLTA1OWY5MmM1MzBjYg==';

export interface EvohomeTokenOptions {
  readonly seed: number;
  readonly username: string;
  readonly password: string;
  /** Of an access token. */
  readonly tokenLifeS: number;
  /** Tried logins in ten minutes. */
  readonly loginsMax: number;
}

/** `POST /Auth/OAuth/Token`: five logins in ten minutes and no more; each refresh token is taken once. */
export class EvohomeTokens {
  readonly #options: EvohomeTokenOptions;
  readonly #random: SeededRandom;
  readonly #endsMs = new Map<string, number>();
  readonly #refreshTokens = new Set<string>();
  #attemptsMs: readonly number[] = [];
  /** Password grants that were given. */
  logins = 0;

  constructor(options: EvohomeTokenOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed).fork('evohome tokens');
  }

  /** Ends all refresh tokens, as a change of the password does. */
  endRefreshTokens(): void {
    this.#refreshTokens.clear();
  }

  /** Ends all access tokens before their time. */
  endAccessTokens(): void {
    this.#endsMs.clear();
  }

  isLetIn({ headers }: ServiceRequest, nowMs: number): boolean {
    const token = /^bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    return token !== undefined && (this.#endsMs.get(token) ?? 0) > nowMs;
  }

  grant({ headers, body }: ServiceRequest, nowMs: number): ServiceAnswer {
    const form = new URLSearchParams(body);
    if (headers['authorization'] !== `Basic ${applicationId}`)
      return jsonAnswer(400, { error: 'invalid_client' });
    if (form.get('scope') !== 'EMEA-V1-Basic EMEA-V1-Anonymous')
      return jsonAnswer(400, { error: 'invalid_scope' });
    if (form.get('grant_type') === 'password') return this.#login(form, nowMs);
    if (form.get('grant_type') !== 'refresh_token')
      return jsonAnswer(400, { error: 'unsupported_grant_type' });
    const isKnown = this.#refreshTokens.delete(form.get('refresh_token') ?? '');
    return isKnown ? this.#newTokens(nowMs) : jsonAnswer(400, { error: 'invalid_grant' });
  }

  #login(form: URLSearchParams, nowMs: number): ServiceAnswer {
    const recentMs = this.#attemptsMs.filter((atMs) => nowMs - atMs < attemptWindowMs);
    if (recentMs.length >= this.#options.loginsMax)
      return jsonAnswer(429, { error: 'attempt_limit_exceeded' });
    this.#attemptsMs = [...recentMs, nowMs];
    const { username, password } = this.#options;
    if (form.get('Username') !== username || form.get('Password') !== password)
      return jsonAnswer(400, { error: 'invalid_grant' });
    this.logins += 1;
    return this.#newTokens(nowMs);
  }

  #newTokens(nowMs: number): ServiceAnswer {
    const accessToken = this.#newToken();
    const refreshToken = this.#newToken();
    for (const [token, endMs] of this.#endsMs) if (endMs <= nowMs) this.#endsMs.delete(token);
    this.#endsMs.set(accessToken, nowMs + this.#options.tokenLifeS * 1000);
    this.#refreshTokens.add(refreshToken);
    return jsonAnswer(200, {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: this.#options.tokenLifeS - 1,
      refresh_token: refreshToken,
      scope: 'EMEA-V1-Basic EMEA-V1-Anonymous',
    });
  }

  #newToken(): string {
    return Array.from({ length: 6 }, () => this.#random.uint32().toString(36)).join('');
  }
}
