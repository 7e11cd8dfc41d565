import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { BaseUrl } from '../base-url.ts';
import { EvohomeKept, type EvohomeGrant } from './evohome-kept.ts';
import { limitedBy, pauseOf } from './evohome-limits.ts';
import { numberAt, textAt } from './fields.ts';
import { answerJson, type SourceRequest } from './http-answers.ts';
import type { SourcePorts } from './source.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A token that ends sooner is renewed before it is used. */
const leftMsMin = 15_000;
/** A password that was refused is not tried again before: nobody has changed it. */
const refusedPauseMs = 30 * minuteMs;

/** The application that all open clients say they are: base64 of a public pair. */
const applicationId =
  'NGEyMzEwODktZDJiNi00MWJkLWE1ZWItMTZhMGE0MjJiOTk5OjFhMTVjZGI4LTQyZGUtNDA3Yi1hZGQwLTA1OWY5MmM1MzBjYg==';
const scope = 'EMEA-V1-Basic EMEA-V1-Anonymous';

export interface EvohomeAccount {
  readonly baseUrl: BaseUrl;
  readonly username: string;
  readonly password: string;
}

/**
 * The access token of one account. A login is the last resort: tokens are kept over restarts, renewed by their refresh
 * token, and only when that is refused does the password go over the wire, once, and never often.
 */
export class EvohomeTokens {
  readonly #account: EvohomeAccount;
  readonly #ports: SourcePorts;
  readonly #kept: EvohomeKept;
  #refusal: { readonly error: GatewayError; readonly untilMs: number } | undefined;

  constructor(account: EvohomeAccount, ports: SourcePorts) {
    this.#account = account;
    this.#ports = ports;
    this.#kept = new EvohomeKept(`${account.username} ${account.baseUrl.host}`, ports);
  }

  /**
   * A token that is not about to end. Errors: those of the client; `source_refused` (name or password), `rate_limited`
   * with `facts.retryAfterMs`, `source_unavailable`, `answer_invalid`.
   */
  async access(signal: AbortSignal): Promise<string> {
    const grant = await this.#kept.grant();
    const leftMs = (grant?.endMs ?? 0) - this.#ports.clock.wall();
    // One that lasts longer than any does is of a clock that was wrong.
    if (grant !== undefined && leftMs >= leftMsMin && leftMs <= dayMs) return grant.accessToken;
    return await this.#renew(grant, signal);
  }

  /** Another token than the one that was refused. Errors: as `access`. */
  async accessInsteadOf(refused: string, signal: AbortSignal): Promise<string> {
    const grant = await this.#kept.grant();
    if (grant !== undefined && grant.accessToken !== refused) return await this.access(signal);
    return await this.#renew(grant, signal);
  }

  async #renew(grant: EvohomeGrant | undefined, signal: AbortSignal): Promise<string> {
    const pausedMs = await this.#kept.pauseMs();
    if (pausedMs > 0) throw limitedBy('Evohome gave no token and is not asked for one now', pausedMs);
    if (grant !== undefined) {
      const form = { grant_type: 'refresh_token', scope, refresh_token: grant.refreshToken };
      const answer = await this.#ask(form, signal);
      if (answer.status !== 400) return await this.#keep(answer, form);
      await this.#kept.keepGrant(undefined);
    }
    return await this.#login(signal);
  }

  async #login(signal: AbortSignal): Promise<string> {
    const { clock } = this.#ports;
    const refusedMs = (this.#refusal?.untilMs ?? 0) - clock.monotonic();
    if (this.#refusal !== undefined && refusedMs > 0) throw this.#refusal.error;
    const waitMs = await this.#kept.loginWaitMs();
    if (waitMs > 0) throw limitedBy('Evohome was logged in to too often', waitMs);
    await this.#kept.countLogin();
    const { username, password } = this.#account;
    const form = { grant_type: 'password', scope, Username: username, Password: password };
    const answer = await this.#ask(form, signal);
    const error = refusedLogin(answer);
    if (error === undefined) return await this.#keep(answer, form);
    this.#refusal = { error, untilMs: clock.monotonic() + refusedPauseMs };
    throw error;
  }

  async #ask(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    const request = this.#request(form);
    const answer = await this.#ports.http.request(request, signal);
    const pauseMs = pauseOf(answer, request);
    if (pauseMs === undefined) return answer;
    await this.#kept.pauseFor(pauseMs);
    throw limitedBy('Evohome allows no more logins now', pauseMs);
  }

  #request(form: Readonly<Record<string, string>>): SourceRequest {
    return {
      method: 'POST',
      url: this.#account.baseUrl.to('/Auth/OAuth/Token'),
      headers: {
        accept: 'application/json',
        authorization: `Basic ${applicationId}`,
        'cache-control': 'no-cache, no-store',
        pragma: 'no-cache',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
      reach: this.#account.baseUrl.secretReach,
      credentialOption: 'password',
      addressOption: 'baseUrl',
      nowMs: this.#ports.clock.wall(),
    };
  }

  async #keep(answer: HttpAnswer, form: Readonly<Record<string, string>>): Promise<string> {
    const said = answerJson(answer, this.#request(form));
    const grant: EvohomeGrant = {
      accessToken: tokenAt(said, 'access_token'),
      refreshToken: tokenAt(said, 'refresh_token'),
      endMs: this.#ports.clock.wall() + lifeMs(numberAt(said, 'expires_in')),
    };
    await this.#kept.keepGrant(grant);
    this.#refusal = undefined;
    return grant.accessToken;
  }
}

/** It goes into a header. */
function tokenAt(said: unknown, name: string): string {
  const token = textAt(said, name);
  if (/^[!-~]+$/.test(token)) return token;
  throw new GatewayError('answer_invalid', `Evohome has given no token at ${name}`, {
    hint: 'it is asked again; if it repeats, tell us',
    facts: { where: name },
  });
}

function lifeMs(seconds: number): number {
  return Math.min(Math.max(seconds * 1000, 0), dayMs);
}

/** `invalid_grant` is a wrong name or password; undefined where an answer is no word about the login. */
function refusedLogin({ status, body }: HttpAnswer): GatewayError | undefined {
  const text = status === 400 ? new TextDecoder().decode(body) : '';
  const reason = /"error"\s*:\s*"((?:invalid|unauthorized|unsupported)_[a-z_]{1,30})"/.exec(text)?.[1];
  if (reason === undefined) return undefined;
  return new GatewayError('source_refused', `Evohome does not log us in: ${reason}`, {
    hint: 'check the settings username and password by logging in to the Total Connect Comfort app; then restart, or wait half an hour',
    facts: { status, reason, retryAfterMs: refusedPauseMs },
  });
}
