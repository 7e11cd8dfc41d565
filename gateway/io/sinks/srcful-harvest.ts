import type { JsonValue } from '../../core/canonical-json.ts';
import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { BaseUrl } from '../base-url.ts';
import { deviceInstants, type DeviceInstant } from './device-instants.ts';
import type { RefusedRow, Sink, SinkBatch, SinkDefinition, SinkPorts } from './sink.ts';
import { harvestForms, type HarvestFormName } from './srcful-payload.ts';

const options = {
  url: {
    type: 'text',
    description: 'Where the batches go, such as https://mainnet.srcful.dev/gw/data/.',
    pattern: '^https?://[^/?#@\\s]+(/[^?#@\\s]*)?$',
    max: 500,
  },
  form: {
    type: 'choice',
    description:
      'What a batch holds. egw_json: every quantity, under its name and in its unit; sunspec_json: Hz, W, DCW and SoC with powers of ten, of inverters only.',
    values: Object.keys(harvestForms),
    default: 'egw_json',
  },
  operation: {
    type: 'text',
    description: 'What the header says as opr.',
    default: 'production',
    max: 40,
    pattern: '^[\\w-]+$',
  },
} as const satisfies OptionFields;

/**
 * Signed batches as the ancestor posts them, one POST for each device: a JSON Web Token whose claims are what was read,
 * by milliseconds. A status of 2xx is the acknowledgement; what has none is sent again.
 */
export const srcfulHarvest: SinkDefinition = {
  id: 'srcful-harvest',
  title: 'Harvest endpoint of Sourceful, signed batches over HTTP',
  source: 'srcful-gateway 0.23.5, server/tasks/harvestTransport.py; RFC 7519',
  options,
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: (values, ports) => Promise.resolve().then(() => new Harvester(values, ports)),
};

class Harvester implements Sink {
  readonly #base: BaseUrl;
  /** At the end of the URL, where its owner has one. */
  readonly #slash: string;
  readonly #ports: SinkPorts;
  readonly #form: HarvestFormName;
  readonly #operation: string;

  constructor(values: OptionValues, ports: SinkPorts) {
    this.#base = new BaseUrl('url', String(values['url']));
    this.#slash = String(values['url']).endsWith('/') ? '/' : '';
    this.#ports = ports;
    this.#form = values['form'] === 'sunspec_json' ? 'sunspec_json' : 'egw_json';
    this.#operation = String(values['operation'] ?? options.operation.default);
    if (ports.identity.algorithm === 'none') throw unsigned();
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    for (const [device, instants] of deviceInstants(batch)) await this.#post(device, instants, signal);
    return [];
  }

  async close(): Promise<void> {
    // Nothing is held open between two batches.
  }

  /** In halves where it is too large for the receiver. */
  async #post(device: string, instants: readonly DeviceInstant[], signal: AbortSignal): Promise<void> {
    const said = instants.flatMap((instant): readonly [string, JsonValue][] => {
      const values = harvestForms[this.#form](instant);
      return values === undefined ? [] : [[String(instant.atMs), values]];
    });
    if (said.length === 0) return;
    const answer = await this.#send(await this.#token(device, Object.fromEntries(said)), signal);
    if (answer.status === 413 && instants.length > 1) {
      const half = Math.ceil(instants.length / 2);
      await this.#post(device, instants.slice(0, half), signal);
      await this.#post(device, instants.slice(half), signal);
      return;
    }
    if (answer.status < 200 || answer.status > 299) throw this.#failure(answer);
  }

  async #token(device: string, said: Readonly<Record<string, JsonValue>>): Promise<string> {
    const { identity, aboutDevice } = this.#ports;
    const { model = device, serialNumber = device } = aboutDevice(device);
    const header = {
      device: identity.serial,
      opr: this.#operation,
      model: model.toLowerCase(),
      dtype: this.#form,
      sn: serialNumber,
    };
    return await identity.token(said, { lifeMs: undefined, header });
  }

  async #send(body: string, signal: AbortSignal): Promise<HttpAnswer> {
    return await this.#ports.http.request(
      {
        method: 'POST',
        url: this.#base.to(this.#slash),
        headers: { 'content-type': 'application/jwt' },
        body,
        // What a home uses and when is read by nobody on the way.
        reach: this.#base.secretReach,
      },
      signal,
    );
  }

  /** What is refused as a whole is somebody's to look at: nothing of it is given up. */
  #failure({ status, headers }: HttpAnswer): GatewayError {
    const what = `the harvest endpoint ${this.#base.host} answered ${status}`;
    const waitMs = retryAfterMs(headers, this.#ports.clock.wall());
    const facts = { status, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
    if (status === 429) return new GatewayError('rate_limited', what, { facts });
    if (status === 408 || status === 425 || status >= 500)
      return new GatewayError('sink_unavailable', what, { facts, hint: 'it is tried again by itself' });
    return new GatewayError('sink_refused', what, {
      hint: 'check url, and that the endpoint knows the public key of this gateway (egw identity show)',
      facts,
    });
  }
}

function unsigned(): GatewayError {
  return new GatewayError('sink_refused', 'a harvest endpoint takes signed batches only', {
    hint: 'set identity.signer to ed25519 or atecc608',
  });
}
