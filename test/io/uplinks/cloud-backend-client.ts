import { connectAsync, type MqttClient } from 'mqtt';
import type { CloudBackend } from '../../../modbus-sim/services/cloud-backend.ts';

export interface BackendClientOptions {
  readonly backend: CloudBackend;
  /** `mqtt://127.0.0.1:1883` */
  readonly brokerUrl: string;
  /** UTC epoch ms, simulated. */
  readonly nowMs: () => number;
  /** Called after each message that came. */
  readonly onMessage?: (topic: string) => void;
}

/** The backend behind a broker, with a session that the broker keeps for it. */
export class CloudBackendClient {
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  /** It listens. Throws what the library says when the broker does not take it. */
  static async connect({
    backend,
    brokerUrl,
    nowMs,
    onMessage,
  }: BackendClientOptions): Promise<CloudBackendClient> {
    const client = await connectAsync(brokerUrl, {
      clientId: 'stub-backend',
      clean: false,
      reconnectPeriod: 0,
    });
    // A broker that goes away is its business.
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => {
      const gateway = topic.split('/')[2] ?? '';
      for (const message of backend.handle(payload.toString(), nowMs()).messages)
        client.publish(`egw/v1/${gateway}/down`, JSON.stringify(message), { qos: 1 });
      onMessage?.(topic);
    });
    await client.subscribeAsync('egw/v1/+/up/+', { qos: 1 });
    return new CloudBackendClient(client);
  }

  async say(gateway: string, message: object): Promise<void> {
    await this.#client.publishAsync(`egw/v1/${gateway}/down`, JSON.stringify(message), { qos: 1 });
  }

  /** Gone without a word. */
  vanish(): void {
    this.#client.stream.destroy();
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
