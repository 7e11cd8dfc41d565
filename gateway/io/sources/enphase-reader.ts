import { describeError, GatewayError } from '../../core/errors.ts';
import type { HttpTls } from '../../core/http.ts';
import type { BaseUrl } from '../base-url.ts';
import { readProduction } from './enphase-production.ts';
import { getJson, getText, type SourceRequest } from './http-answers.ts';
import { tokenExpiryMs } from './token-expiry.ts';
import type { SourceAnswer, SourcePorts, SourceReader, SourceText } from './source.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const infoPeriodMs = dayMs;
const infoRetryMs = hourMs;
const expiryWarningMs = 30 * dayMs;

export interface EnphaseOptions {
  readonly url: BaseUrl;
  readonly token: string | undefined;
  readonly tls: HttpTls | undefined;
}

/** What `/info` says about the device, and the names that it is kept under. */
const infoTags = [
  ['sn', 'serial'],
  ['pn', 'part_number'],
  ['software', 'firmware'],
] as const;

/** Asks an Envoy for what it measures, and once a day for who it is. */
export class EnphaseReader implements SourceReader {
  readonly #options: EnphaseOptions;
  readonly #ports: SourcePorts;
  readonly #expiryMs: number | undefined;
  #info: readonly SourceText[] = [];
  #infoDueMs = -Infinity;
  #isWarned = false;

  constructor(options: EnphaseOptions, ports: SourcePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#expiryMs = options.token === undefined ? undefined : tokenExpiryMs(options.token);
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    this.#warnOfExpiry();
    const { values, texts } = await this.#readProduction(signal);
    await this.#refreshInfo(signal);
    const expires =
      this.#expiryMs === undefined ? [] : [{ quantity: 'token_expires', text: iso(this.#expiryMs) }];
    return { values, texts: [...texts, ...this.#info, ...expires] };
  }

  async #readProduction(signal: AbortSignal): Promise<SourceAnswer> {
    const { token } = this.#options;
    const request: SourceRequest = {
      ...this.#request('/production.json'),
      credentialOption: 'token',
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    };
    try {
      return readProduction(await getJson(this.#ports.http, request, signal));
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** It needs no token, so it gets none. A device without it is well. */
  async #refreshInfo(signal: AbortSignal): Promise<void> {
    const nowMs = this.#ports.clock.monotonic();
    if (nowMs < this.#infoDueMs) return;
    try {
      this.#info = readInfo(await getText(this.#ports.http, this.#request('/info'), signal));
      this.#infoDueMs = nowMs + infoPeriodMs;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#infoDueMs = nowMs + infoRetryMs;
      this.#ports.logger.debug(
        { source: this.#ports.id, code: error.code },
        `the Envoy does not say who it is: ${describeError(error)}`,
      );
    }
  }

  #request(path: string): SourceRequest {
    const { url, tls } = this.#options;
    return {
      url: url.to(path),
      reach: 'home',
      addressOption: 'url',
      nowMs: this.#ports.clock.wall(),
      ...(tls !== undefined && { tls }),
    };
  }

  #warnOfExpiry(): void {
    if (this.#expiryMs === undefined || this.#isWarned) return;
    if (this.#expiryMs - this.#ports.clock.wall() > expiryWarningMs) return;
    this.#isWarned = true;
    this.#ports.logger.warn(
      { source: this.#ports.id, expires: iso(this.#expiryMs) },
      `the token of the Envoy is valid until ${iso(this.#expiryMs)} only: make a new one at entrez.enphaseenergy.com`,
    );
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof GatewayError)) return error;
    if (error.code === 'source_refused') {
      const since =
        this.#expiryMs === undefined ? '' : ` (the one that is set is valid until ${iso(this.#expiryMs)})`;
      return withHint(
        error,
        `set token to a new one for this Envoy’s serial number, from entrez.enphaseenergy.com${since}`,
      );
    }
    if (error.code === 'certificate_invalid')
      return withHint(
        error,
        'an Envoy signs its own certificate: set certificateFingerprint to its SHA-256, or acceptAnyCertificate to true',
      );
    return error;
  }
}

/** The tags that are there; the XML of an Envoy has no attributes and no nesting in them. */
function readInfo(xml: string): readonly SourceText[] {
  return infoTags.flatMap(([tag, quantity]) => {
    const text = new RegExp(`<${tag}>\\s*([\\w.+-]{1,60})\\s*</${tag}>`).exec(xml)?.[1];
    return text === undefined ? [] : [{ quantity, text }];
  });
}

function withHint(error: GatewayError, hint: string): GatewayError {
  return new GatewayError(error.code, error.message, { hint, facts: error.facts, cause: error.cause });
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
