import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { brokerFields, keepaliveField } from '../broker-options.ts';
import { openMqttSession, type MqttSession, type MqttSessionOptions } from '../mqtt/mqtt-session.ts';
import { clientCertificateFields, tlsOptions } from '../tls-options.ts';
import type { Uplink, UplinkDefinition, UplinkMessage, UplinkPorts } from './uplink.ts';

const options = {
  ...brokerFields,
  ...clientCertificateFields,
  protocol: {
    type: 'choice',
    description: 'The version of MQTT that is spoken.',
    values: ['3.1.1', '5'],
    default: '3.1.1',
  },
  clientId: {
    type: 'text',
    description: 'Our name at the broker, which nobody else may have there; the gateway’s id unless said.',
    isOptional: true,
    max: 64,
  },
  keepaliveS: keepaliveField,
} as const satisfies OptionFields;

/** Messages are handed to a broker, and the backend says its own whenever it wants to. */
export const mqtt: UplinkDefinition = {
  id: 'mqtt',
  title: 'Backend behind an MQTT broker',
  source: 'docs/cloud-protocol.md, "Ways"; OASIS MQTT 3.1.1 and 5',
  options,
  // What the brokers of the large clouds let through: 128 KB.
  bodyBytesMax: 120_000,
  timeoutMs: 30_000,
  open: async (values, ports, signal) => await openAtBroker(values, ports, signal),
};

async function openAtBroker(values: OptionValues, ports: UplinkPorts, signal: AbortSignal): Promise<Uplink> {
  const base = `egw/v1/${ports.identity.gatewayId}`;
  const session = await openMqttSession(sessionOptions(values, ports, base), ports.network, signal);
  try {
    await session.subscribe(
      `${base}/down`,
      (_topic, payload, isRetained) => {
        // What is retained was said to somebody before us, and would be said again each time.
        if (!isRetained) ports.receive(payload);
      },
      signal,
    );
    await session.publish({ topic: `${base}/status`, payload: 'online', retain: true }, signal);
  } catch (error) {
    await session.close();
    throw error;
  }
  return new AtBroker(session, base);
}

class AtBroker implements Uplink {
  readonly #session: MqttSession;
  readonly #base: string;

  constructor(session: MqttSession, base: string) {
    this.#session = session;
    this.#base = base;
  }

  get isOpen(): boolean {
    return this.#session.isOpen;
  }

  async send({ kind, body }: UplinkMessage, signal: AbortSignal): Promise<void> {
    await this.#session.publish({ topic: `${this.#base}/up/${kind}`, payload: body }, signal);
  }

  async close(): Promise<void> {
    // Saying it ourselves is sooner than the broker does, and a goodbye keeps it from doing so.
    await this.#session.close({ topic: `${this.#base}/status`, payload: 'offline', retain: true });
  }
}

function sessionOptions(values: OptionValues, ports: UplinkPorts, base: string): MqttSessionOptions {
  const { host, port, user, password, clientId, keepaliveS, protocol } = values;
  const tls = tlsOptions(String(host), values);
  const { gatewayId } = ports.identity;
  return {
    host: String(host),
    port: Number(port),
    ...(tls !== undefined && { tls }),
    ...(protocol === '5' && { protocol }),
    clientId: typeof clientId === 'string' && clientId !== '' ? clientId : `egw${gatewayId}`,
    ...(typeof user === 'string' && user !== '' && { user }),
    ...(typeof password === 'string' && password !== '' && { password }),
    will: { topic: `${base}/status`, payload: 'offline', retain: true },
    keepaliveSeconds: Number(keepaliveS ?? 30),
    refusedCode: 'uplink_refused',
    onTooLarge: () =>
      ports.logger.warn({ uplink: ports.id }, `uplink ${ports.id}: a message of the broker was too large`),
  };
}
