import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { tasmotaBase, tasmotaFields, TasmotaHttp, tasmotaPageHint } from '../tasmota-http.ts';
import { answerJson, type SourceRequest } from './http-answers.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';
import { tasmotaAnswer } from './tasmota-answer.ts';

/** Its web server serves one at a time, slowly: see the manual, “Commands with web requests”. */
const timeoutMs = 12_000;

/** Plugs, relays and meters with the Tasmota firmware, over HTTP: one `Status 0` a reading. */
export const tasmota: SourceDefinition = {
  id: 'tasmota',
  title: 'Tasmota plugs, relays and meters',
  source: 'tasmota.github.io/docs: Commands, JSON Status Responses, Power Monitoring; read 2026-01',
  options: tasmotaFields,
  pace: { periodMs: 10_000, periodMsMin: 5_000, timeoutMs },
  lane: (values) => `http:${tasmotaBase(values).host}`,
  open: (values, ports) => new TasmotaReader(values, ports),
};

class TasmotaReader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #device: TasmotaHttp;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#ports = ports;
    this.#device = new TasmotaHttp(values);
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const { http, clock } = this.#ports;
    const { answer, request } = await this.#device.ask(
      'Status 0',
      async (asked) => await http.request(asked, signal),
    );
    return tasmotaAnswer(
      jsonOf(answer, {
        ...request,
        credentialOption: 'password',
        addressOption: 'url',
        nowMs: clock.wall(),
      }),
    );
  }
}

/** In its user mode, or when it wants a Referer of its own, the firmware answers any command with its page. */
function jsonOf(answer: HttpAnswer, request: SourceRequest): unknown {
  try {
    return answerJson(answer, request);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'answer_invalid') throw error;
    throw new GatewayError(error.code, error.message, { hint: tasmotaPageHint, facts: error.facts });
  }
}
