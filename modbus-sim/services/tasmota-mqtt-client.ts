import { connectAsync, type MqttClient } from 'mqtt';
import type { TasmotaMqtt } from './tasmota-mqtt.ts';

export interface TasmotaMqttClientOptions {
  readonly plug: TasmotaMqtt;
  /** `mqtt://127.0.0.1:1883` */
  readonly brokerUrl: string;
  readonly user?: string;
  readonly password?: string;
  /** UTC epoch ms, simulated. */
  readonly nowMs: () => number;
}

/** A simulated plug at a real broker. */
export class TasmotaMqttClient {
  readonly #client: MqttClient;
  readonly #options: TasmotaMqttClientOptions;

  private constructor(client: MqttClient, options: TasmotaMqttClientOptions) {
    this.#client = client;
    this.#options = options;
    // A broker that goes away is its business; it does not come again by itself.
    client.on('error', () => undefined);
  }

  /** It is online, and listens. Throws what the library says when the broker does not take it. */
  static async connect(options: TasmotaMqttClientOptions): Promise<TasmotaMqttClient> {
    const { plug, brokerUrl, user, password, nowMs } = options;
    const { topic, payload, retain } = plug.will;
    const client = await connectAsync(brokerUrl, {
      reconnectPeriod: 0,
      will: { topic, payload: Buffer.from(payload), qos: 1, retain },
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
    });
    client.on('message', (to, said) => {
      for (const { topic: from, payload: answer } of plug.answer(to, said.toString(), nowMs()))
        client.publish(from, answer);
    });
    await client.subscribeAsync(plug.filter);
    const { birth } = plug;
    await client.publishAsync(birth.topic, birth.payload, { qos: 1, retain: birth.retain });
    return new TasmotaMqttClient(client, options);
  }

  /** As at the end of each TelePeriod; resolves when the broker has it. */
  async sayTelemetry(): Promise<void> {
    const { plug, nowMs } = this.#options;
    for (const { topic, payload } of plug.telemetry(nowMs()))
      await this.#client.publishAsync(topic, payload, { qos: 1 });
  }

  /** Gone without a word: its broker says its will. */
  vanish(): void {
    this.#client.stream.destroy();
  }

  /** With a goodbye, after which the broker says nothing. */
  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
