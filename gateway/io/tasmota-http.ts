import type { HttpAnswer, HttpRequest } from '../core/http.ts';
import type { OptionFields, OptionValues } from '../core/option-field.ts';
import { BaseUrl } from './base-url.ts';

/** Settings of a device with the Tasmota firmware that is asked over HTTP. */
export const tasmotaFields = {
  url: {
    type: 'text',
    description: 'Address of the device: http://192.168.1.60.',
    max: 500,
  },
  user: {
    type: 'text',
    description: 'Name to log in with; the firmware knows only this one unless it was built with another.',
    default: 'admin',
    min: 1,
    max: 64,
    pattern: '^[^:]+$',
  },
  password: {
    type: 'text',
    description: 'The device’s WebPassword, where it has one.',
    isOptional: true,
    isSecret: true,
    min: 1,
    max: 64,
  },
} as const satisfies OptionFields;

/** What to check when such a device answers with a page. */
export const tasmotaPageHint =
  'check the setting url, and on the device’s console that WebServer is 2 and SetOption128 is 1';

/** `Status 0` of a device with many sensors has some kilobytes. */
const bytesMax = 65_536;

/** Firmware before 9 takes the password in the query only. */
type Login = 'none' | 'basic' | 'query';

export interface TasmotaExchange {
  readonly request: HttpRequest;
  /**
   * Its status is what was meant: 401 for a refusal of the password, 400 for another warning, also where the firmware
   * says so with 200.
   */
  readonly answer: HttpAnswer;
}

/**
 * The console of a device with the Tasmota firmware, over HTTP. tasmota.github.io/docs: Commands, “with web requests”.
 */
export class TasmotaHttp {
  /** Host and port. */
  readonly host: string;
  readonly #base: BaseUrl;
  readonly #user: string;
  readonly #password: string | undefined;
  #login: Login;

  /** Errors: `config_invalid`. */
  constructor(values: OptionValues) {
    this.#base = tasmotaBase(values);
    this.host = this.#base.host;
    this.#user = String(values['user']);
    this.#password = values['password'] as string | undefined;
    this.#login = this.#password === undefined ? 'none' : 'basic';
  }

  /**
   * Gives it one command, and once more where it did not take the password in the form in which it was given. Errors: those
   * of whoever sends.
   */
  async ask(command: string, send: (request: HttpRequest) => Promise<HttpAnswer>): Promise<TasmotaExchange> {
    const first = await this.#askBy(this.#login, command, send);
    if (this.#login === 'none' || !isRefused(first)) return first;
    const other = this.#login === 'basic' ? 'query' : 'basic';
    const second = await this.#askBy(other, command, send);
    if (!isRefused(second)) this.#login = other;
    return second;
  }

  async #askBy(
    login: Login,
    command: string,
    send: (request: HttpRequest) => Promise<HttpAnswer>,
  ): Promise<TasmotaExchange> {
    const password = this.#password ?? '';
    const query = login === 'query' ? { user: this.#user, password } : {};
    const basic = Buffer.from(`${this.#user}:${password}`).toString('base64');
    const request: HttpRequest = {
      url: this.#base.to('/cm', { cmnd: command, ...query }),
      headers: { accept: 'application/json', ...(login === 'basic' && { authorization: `Basic ${basic}` }) },
      reach: 'home',
      bytesMax,
    };
    return { request, answer: asMeant(await send(request)) };
  }
}

/** Where it is. Errors: `config_invalid`. */
export function tasmotaBase(values: OptionValues): BaseUrl {
  return new BaseUrl('url', String(values['url']));
}

function isRefused({ answer }: TasmotaExchange): boolean {
  return answer.status === 401 || answer.status === 403;
}

/** Until 8.2 the firmware refuses with status 200. */
function asMeant(answer: HttpAnswer): HttpAnswer {
  if (answer.status < 200 || answer.status >= 300) return answer;
  const warning = warningIn(answer);
  if (warning === undefined) return answer;
  return { ...answer, status: /password/i.test(warning) ? 401 : 400 };
}

function warningIn({ body }: HttpAnswer): string | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof json !== 'object' || json === null || !('WARNING' in json)) return undefined;
    return String(json.WARNING);
  } catch {
    return undefined;
  }
}
