import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { answerJson, type SourceRequest } from './http-answers.ts';
import { textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';
import { tasmotaAnswer } from './tasmota-answer.ts';

/** Its web server serves one at a time, slowly: see the manual, “Commands with web requests”. */
const timeoutMs = 12_000;
/** `Status 0` of a device with many sensors has some kilobytes. */
const bytesMax = 65_536;

const options = {
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

/** Plugs, relays and meters with the Tasmota firmware, over HTTP: one `Status 0` a reading. */
export const tasmota: SourceDefinition = {
  id: 'tasmota',
  title: 'Tasmota plugs, relays and meters',
  source: 'tasmota.github.io/docs: Commands, JSON Status Responses, Power Monitoring; read 2026-01',
  options,
  pace: { periodMs: 10_000, periodMsMin: 5_000, timeoutMs },
  lane: (values) => `http:${baseOf(values).host}`,
  open: (values, ports) => new TasmotaReader(values, ports),
};

function baseOf(values: OptionValues): BaseUrl {
  return new BaseUrl('url', textOption(values, 'url'));
}

/** Firmware before 9 takes the password in the query only. */
type Login = 'none' | 'basic' | 'query';

class TasmotaReader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #base: BaseUrl;
  readonly #user: string;
  readonly #password: string | undefined;
  #login: Login;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#ports = ports;
    this.#base = baseOf(values);
    this.#user = textOption(values, 'user');
    this.#password = values['password'] as string | undefined;
    this.#login = this.#password === undefined ? 'none' : 'basic';
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    try {
      return await this.#readBy(this.#login, signal);
    } catch (error) {
      const isRefused = error instanceof GatewayError && error.code === 'source_refused';
      if (!isRefused || this.#login === 'none') throw error;
      const other = this.#login === 'basic' ? 'query' : 'basic';
      const answer = await this.#readBy(other, signal);
      this.#login = other;
      return answer;
    }
  }

  async #readBy(login: Login, signal: AbortSignal): Promise<SourceAnswer> {
    const request = this.#request(login);
    return tasmotaAnswer(said(await this.#ports.http.request(request, signal), request));
  }

  #request(login: Login): SourceRequest {
    const password = this.#password ?? '';
    const query = login === 'query' ? { user: this.#user, password } : {};
    const basic = Buffer.from(`${this.#user}:${password}`).toString('base64');
    return {
      url: this.#base.to('/cm', { cmnd: 'Status 0', ...query }),
      headers: { accept: 'application/json', ...(login === 'basic' && { authorization: `Basic ${basic}` }) },
      reach: 'home',
      bytesMax,
      credentialOption: 'password',
      addressOption: 'url',
      nowMs: this.#ports.clock.wall(),
    };
  }
}

/**
 * What the answer's JSON says. Until 8.2 the firmware refuses with status 200, and in its user mode, or when it wants
 * a Referer of its own, it answers any command with its page.
 */
function said(answer: HttpAnswer, request: SourceRequest): unknown {
  const json = jsonOf(answer, request);
  if (typeof json !== 'object' || json === null || !('WARNING' in json)) return json;
  const isRefusal = /password/i.test(String(json.WARNING));
  return answerJson({ ...answer, status: isRefusal ? 401 : 400 }, request);
}

function jsonOf(answer: HttpAnswer, request: SourceRequest): unknown {
  try {
    return answerJson(answer, request);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'answer_invalid') throw error;
    throw new GatewayError(error.code, error.message, {
      hint: 'check the setting url, and on the device’s console that WebServer is 2 and SetOption128 is 1',
      facts: error.facts,
    });
  }
}
