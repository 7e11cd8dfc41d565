import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpTls } from '../../core/http.ts';
import type { OptionValues } from '../../core/option-field.ts';
import type { HomewizardApi } from './homewizard-fields.ts';
import { answerJson, answerText, type SourceRequest } from './http-answers.ts';

/** No error quotes what stands in the setting: it may hold a secret that does not belong there. */
const notAnAddress = 'the setting host is no name, no address and no http:// or https:// address';

/** Scheme, host and port; a path after them is where the API begins, which we know. */
const placePattern =
  /^(?:(https?):\/\/)?((?:[^/?#@\s:[\]]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?)(?:\/[^?#@\s]*)?$/;

/** Where a HomeWizard is, and how it is asked there. */
export class HomewizardConnection {
  readonly #http: HttpClient;
  readonly #tls: HttpTls;
  readonly #scheme: string;
  readonly #place: string;
  #origins: Readonly<Record<HomewizardApi, string>>;

  /** Errors: `config_invalid`. */
  constructor(options: OptionValues, http: HttpClient) {
    this.#http = http;
    this.#tls = tlsOf(options);
    const { host, scheme = 'https' } = homewizardPlace(options);
    this.#scheme = scheme;
    this.#place = host;
    this.#origins = this.#originsAt(host);
  }

  /** From now on it is asked at this address; undefined: where its owner says, as always with a port of its own. */
  moveTo(address: string | undefined): void {
    const isFixed = address === undefined || /:\d+$/.test(this.#place);
    this.#origins = this.#originsAt(isFixed ? this.#place : address);
  }

  #originsAt(host: string): Readonly<Record<HomewizardApi, string>> {
    return { v1: `http://${host}`, v2: `${this.#scheme}://${host}` };
  }

  /** Errors: those of the client and of `answerJson`. A refusal of v1 means that its owner has not let anybody in. */
  async getV1(path: string, signal: AbortSignal): Promise<unknown> {
    const request = this.#v1Request(path);
    return answerJson(await this.#askV1(request, signal), request);
  }

  /** Errors: those of the client and of `answerText`. */
  async getV1Text(path: string, signal: AbortSignal): Promise<string> {
    const request = this.#v1Request(path);
    return answerText(await this.#askV1(request, signal), request);
  }

  /** Errors: those of the client and of `answerJson`. */
  async getV2(path: string, token: string, signal: AbortSignal): Promise<unknown> {
    const request = this.#v2Request(path, { authorization: `Bearer ${token}` });
    return answerJson(await this.#http.request(request, signal), request);
  }

  /**
   * Asks for a token of our own, which the device hands out for 30 s after its button was pressed; undefined when it
   * was not. Errors: those of the client and of `answerJson`.
   */
  async askForToken(name: string, signal: AbortSignal): Promise<unknown> {
    const request: SourceRequest = {
      ...this.#v2Request('/api/user', { 'content-type': 'application/json' }),
      method: 'POST',
      body: JSON.stringify({ name }),
    };
    const answer = await this.#http.request(request, signal);
    return answer.status === 403 ? undefined : answerJson(answer, request);
  }

  async #askV1(request: SourceRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#http.request(request, signal);
    if (isSwitchedOff(answer)) throw switchedOff(answer.status);
    return answer;
  }

  #v1Request(path: string): SourceRequest {
    return { url: `${this.#origins.v1}${path}`, reach: 'home', addressOption: 'host' };
  }

  #v2Request(path: string, headers: Readonly<Record<string, string>>): SourceRequest {
    return {
      url: `${this.#origins.v2}${path}`,
      headers: { 'x-api-version': '2', ...headers },
      reach: 'home',
      tls: this.#tls,
      addressOption: 'host',
      credentialOption: 'token',
    };
  }
}

/** Host and port of the setting, and its scheme where it has one. Errors: `config_invalid`. */
export function homewizardPlace({ host }: OptionValues): { readonly host: string; readonly scheme?: string } {
  const [, scheme, place] = placePattern.exec(String(host)) ?? [];
  const url = place === undefined ? null : URL.parse(`http://${place}`);
  if (place === undefined || url === null || url.hostname === '')
    throw new GatewayError('config_invalid', notAnAddress, {
      hint: 'give it as p1meter-aabbcc.local or 192.168.1.20',
      facts: { option: 'host' },
    });
  return { host: place, ...(scheme === undefined ? {} : { scheme }) };
}

function tlsOf(options: OptionValues): HttpTls {
  const fingerprint = options['certificateFingerprint'];
  if (typeof fingerprint === 'string') return { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() };
  const authorities = options['certificateAuthority'];
  const serverName = options['certificateName'];
  return {
    ...(typeof authorities === 'string' ? { authorities } : {}),
    ...(typeof serverName === 'string' ? { serverName } : {}),
    ...(options['acceptAnyCertificate'] === true ? { acceptAny: true } : {}),
  };
}

/** 403 now; older documentation shows 400. */
function isSwitchedOff({ status, body }: HttpAnswer): boolean {
  if (status === 401 || status === 403) return true;
  return status === 400 && /"id"\s*:\s*202\b/.test(new TextDecoder().decode(body));
}

function switchedOff(status: number): GatewayError {
  return new GatewayError('source_refused', `its local API is switched off (HTTP ${status})`, {
    hint: 'switch on "Local API" in the HomeWizard app (Settings, Meters), or set api to v2',
    facts: { status },
  });
}
