import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { askOnce, unclear } from '../ask-once.ts';
import { saidByService } from '../said-by-service.ts';
import { tasmotaFields, TasmotaHttp, tasmotaPageHint } from '../tasmota-http.ts';
import { refused, unavailable } from './refused.ts';
import type { PowerSwitch, SwitchDefinition, SwitchPorts, SwitchPosition } from './switch.ts';

const options = {
  ...tasmotaFields,
  relay: {
    type: 'integer',
    description: 'Which of its relays, from 1.',
    default: 1,
    min: 1,
    max: 32,
  },
} as const satisfies OptionFields;

/** A relay of a plug with the Tasmota firmware. It cuts the mains: for machines that may lose them, or that are shut down before. */
export const tasmotaRelay: SwitchDefinition = {
  id: 'tasmota-relay',
  title: 'Relay of a Tasmota plug',
  source: 'tasmota.github.io/docs: Commands, “Power”; read 2026-01',
  options,
  timeoutMs: 12_000,
  positions: () => ['on', 'off'],
  isRepeatSafe: true,
  open: (values, ports) => new TasmotaRelay(values, ports),
};

const hintOfRelay = 'check the setting relay: the device says which it has to the command Status';

class TasmotaRelay implements PowerSwitch {
  readonly #http: HttpClient;
  readonly #device: TasmotaHttp;
  readonly #relay: number;
  readonly #secrets: readonly string[];

  constructor(values: OptionValues, { http }: SwitchPorts) {
    this.#http = http;
    this.#device = new TasmotaHttp(values);
    this.#relay = Number(values['relay']);
    this.#secrets = typeof values['password'] === 'string' ? [values['password']] : [];
  }

  async turn(position: SwitchPosition, signal: AbortSignal): Promise<void> {
    const seen = await this.#power(position === 'on' ? 'On' : 'Off', signal);
    if (seen === position) return;
    throw unavailable(
      `the relay ${this.#relay} of ${this.#device.host} was told ${position}, and says that it is ${seen}`,
      'check on its console PowerOnState (4 keeps it on), PulseTime and Interlock',
      // It has heard the command: another one would come to the same.
      { host: this.#device.host, relay: this.#relay, isUnclear: true },
    );
  }

  async position(signal: AbortSignal): Promise<SwitchPosition> {
    return await this.#power('', signal);
  }

  async close(): Promise<void> {
    // Nothing is held open between two commands.
  }

  /** What it says that the relay is after a command; without one, as it is. */
  async #power(value: 'On' | 'Off' | '', signal: AbortSignal): Promise<SwitchPosition> {
    const command = `Power${this.#relay} ${value}`.trim();
    const send = async (request: HttpRequest): Promise<HttpAnswer> =>
      await askOnce(this.#http, request, signal);
    const { answer } = await this.#device.ask(command, send);
    const { status } = answer;
    if (status < 200 || status >= 300) throw this.#failure(answer);
    const position = this.#positionIn(answer);
    if (typeof position === 'string') return position;
    // What is no answer to a question has switched nothing.
    throw value === '' ? position : unclear(position);
  }

  /** By the key of its own relay: with another, something else was switched. */
  #positionIn({ body }: HttpAnswer): SwitchPosition | GatewayError {
    const json = fieldsOf(body);
    const { host } = this.#device;
    if (json === undefined)
      return new GatewayError('answer_invalid', `${host} does not answer as Tasmota does`, {
        hint: tasmotaPageHint,
        facts: { host, where: 'body' },
      });
    const keys = this.#relay === 1 ? ['POWER', 'POWER1'] : [`POWER${this.#relay}`];
    const said = keys.map((key) => json[key]).find((state) => state !== undefined);
    if (said === undefined)
      return refused(`${host} knows no relay ${this.#relay}`, hintOfRelay, { host, relay: this.#relay });
    const position = positionOf(said);
    if (position !== undefined) return position;
    return refused(
      `${host} calls the state of its relay ${this.#relay} ${saidByService(JSON.stringify(said), this.#secrets)}, neither ON nor OFF`,
      'give the states their names on its console: StateText1 OFF and StateText2 ON',
      { host, relay: this.#relay },
    );
  }

  #failure(answer: HttpAnswer): GatewayError {
    const { status, body } = answer;
    const { host } = this.#device;
    const text = new TextDecoder().decode(body);
    const said = /^\s*</.test(text) ? '' : saidByService(text, this.#secrets);
    const what = `${host} answered ${status}${said === '' ? '' : ` (${said})`}`;
    const facts = { status, host };
    if (status === 401 || status === 403)
      return refused(what, 'check the setting password: it is the device’s WebPassword', facts);
    if (status === 408 || status === 429 || status >= 500)
      return unavailable(what, 'it serves one at a time; it is told again', facts);
    return refused(what, tasmotaPageHint, facts);
  }
}

function fieldsOf(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof json === 'object' && json !== null
      ? (json as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function positionOf(said: unknown): SwitchPosition | undefined {
  const word = typeof said === 'string' ? said.toLowerCase() : '';
  return word === 'on' || word === 'off' ? word : undefined;
}
