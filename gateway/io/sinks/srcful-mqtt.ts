import { limits } from '../../core/limits.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { GatewayError } from '../../core/errors.ts';
import { openMqttSession, type MqttMessage, type MqttSession } from '../mqtt/mqtt-session.ts';
import { tlsFields, tlsOptions } from '../tls-options.ts';
import { deviceInstants } from './device-instants.ts';
import type { RefusedRow, Sink, SinkBatch, SinkDefinition, SinkPorts } from './sink.ts';
import { srcfulKinds, srcfulObject } from './srcful-objects.ts';

const options = {
  host: {
    type: 'text',
    description: 'Name or address of the broker, such as mqtt.srcful.dev.',
    min: 1,
    max: 253,
  },
  port: { type: 'integer', description: 'Its port.', default: 8883, min: 1, max: 65_535 },
  ...tlsFields,
  tls: { ...tlsFields.tls, default: 'verify' },
  wallet: {
    type: 'text',
    description: 'The owner, as the broker knows him: the user name of the session.',
    min: 1,
    max: 200,
  },
  operation: {
    type: 'text',
    description: 'What the header of the password says as opr.',
    default: 'production',
    max: 40,
    pattern: '^[\\w-]+$',
  },
} as const satisfies OptionFields;

const passwordLifeMs = 24 * 3_600_000;
/** A session is opened anew with the next one so long before the end. */
const passwordLeftMsMin = 3_600_000;
const keepaliveSeconds = 60;

/**
 * The ancestor's telemetry: an object for the panels, the battery and the meter of each device, one message for each
 * instant, also of what was missed. They carry their time, and come at least once (QoS 1; the ancestor: 0).
 */
export const srcfulMqtt: SinkDefinition = {
  id: 'srcful-mqtt',
  title: 'MQTT broker of Sourceful: panels, battery and meter of each device',
  source: 'srcful-gateway 0.23.5, server/mqtt and its telemetry document; OASIS MQTT 3.1.1',
  options,
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: async (values, ports, signal) => {
    if (ports.identity.algorithm === 'none') throw unsigned();
    const publisher = new Publisher(values, ports);
    await publisher.open(signal);
    return publisher;
  },
};

class Publisher implements Sink {
  readonly #values: OptionValues;
  readonly #ports: SinkPorts;
  #session: MqttSession | undefined;
  #openedMs = 0;

  constructor(values: OptionValues, ports: SinkPorts) {
    this.#values = values;
    this.#ports = ports;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.close();
    const { network, clock } = this.#ports;
    this.#openedMs = clock.monotonic();
    this.#session = await openMqttSession(await this.#sessionOptions(), network, signal);
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    if (this.#session?.isOpen !== true || this.#isPasswordOld()) await this.open(signal);
    const left = this.#messages(batch).values();
    const publishOneByOne = async (): Promise<void> => {
      for (const message of left) await this.#session?.publish(message, signal);
    };
    // A few at a time: a broker has only so much room for what is on its way.
    await Promise.all(Array.from({ length: limits.mqttInFlightMax }, publishOneByOne));
    return [];
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  /** A broker may end a session whose password has run out. */
  #isPasswordOld(): boolean {
    return this.#ports.clock.monotonic() - this.#openedMs > passwordLifeMs - passwordLeftMsMin;
  }

  #messages(batch: SinkBatch): readonly MqttMessage[] {
    const { identity, aboutDevice } = this.#ports;
    return [...deviceInstants(batch)].flatMap(([device, instants]) => {
      const { serialNumber = device, maker } = aboutDevice(device);
      return instants.flatMap((instant) =>
        srcfulKinds.flatMap((kind): readonly MqttMessage[] => {
          const object = srcfulObject(kind, instant, maker);
          if (object === undefined) return [];
          const topic = `telemetry/${identity.serial}/${kind}/${topicLevel(serialNumber)}/json/v1`;
          return [{ topic, payload: JSON.stringify(object) }];
        }),
      );
    });
  }

  async #sessionOptions(): Promise<Parameters<typeof openMqttSession>[0]> {
    const { host, port, wallet, operation } = this.#values;
    const { identity } = this.#ports;
    const header = { opr: String(operation ?? options.operation.default), device: identity.serial };
    const tls = tlsOptions(String(host), this.#values);
    return {
      host: String(host),
      port: Number(port),
      ...(tls !== undefined && { tls }),
      clientId: identity.serial,
      user: String(wallet),
      password: await identity.token({}, { lifeMs: passwordLifeMs, header }),
      keepaliveSeconds,
      refusedCode: 'sink_refused',
    };
  }
}

/** Signs that part a topic are written as in a URL. */
function topicLevel(text: string): string {
  return text.replaceAll(/[/+#%$\p{Cc}]/gu, (sign) => encodeURIComponent(sign));
}

function unsigned(): GatewayError {
  return new GatewayError('sink_refused', 'the broker knows a gateway by what it signs', {
    hint: 'set identity.signer to ed25519 or atecc608',
  });
}
