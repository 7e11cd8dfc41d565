import { limits } from '../../core/limits.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { SaidText } from '../../core/said-text.ts';
import { brokerFields, keepaliveField } from '../broker-options.ts';
import { openMqttSession, type MqttMessage, type MqttSession } from '../mqtt/mqtt-session.ts';
import { tlsOptions } from '../tls-options.ts';
import { defaultClientId } from './client-id.ts';
import { discoveryMessage, type Component, type DiscoveryOptions } from './home-assistant.ts';
import { mqttTopics } from './mqtt-topics.ts';
import type { RefusedRow, SinkBatch, SinkDefinition, SinkPorts, SinkRow } from './sink.ts';

const options = {
  ...brokerFields,
  clientId: {
    type: 'text',
    description:
      'Our name at the broker, which nobody else may have there; made of the site’s and the sink’s names unless said.',
    isOptional: true,
    max: 64,
  },
  keepaliveS: keepaliveField,
  baseTopic: {
    type: 'text',
    description: 'The beginning of every topic; site, device and quantity follow.',
    default: 'egw',
    pattern: '^[^$/+#\\s][^+#\\s]*$',
    max: 100,
  },
  format: {
    type: 'choice',
    description: 'json: value, unit, time and quality; plain: the value alone, None where there is none.',
    values: ['json', 'plain'],
    default: 'json',
  },
  isRetained: {
    type: 'boolean',
    description: 'Whether the broker keeps the newest value for whoever comes later.',
    default: true,
  },
  discovery: {
    type: 'boolean',
    description: 'Whether Home Assistant is told of every device.',
    default: true,
  },
  discoveryPrefix: {
    type: 'text',
    description: 'Where Home Assistant listens for that.',
    default: 'homeassistant',
    pattern: '^[^$/+#\\s][^+#\\s]*$',
    max: 100,
  },
  expireAfterS: {
    type: 'integer',
    description:
      'Seconds after which Home Assistant shows a value no more that did not come again; 0 for never.',
    default: 900,
    min: 0,
    max: 864_000,
  },
} as const satisfies OptionFields;

/**
 * The newest value of each series; what is from before (`isLive: false`) is taken and not sent, since a topic has no
 * history. The broker says `online` or `offline` for us at `<base>/<site>/status`.
 */
export const mqtt: SinkDefinition = {
  id: 'mqtt',
  title: 'MQTT broker, with discovery by Home Assistant',
  source: 'OASIS MQTT 3.1.1; home-assistant.io/integrations/mqtt, "MQTT Discovery"',
  options,
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: async (values, ports, signal) => {
    const publisher = new Publisher(values, ports);
    await publisher.open(signal);
    return publisher;
  },
};

class Publisher {
  readonly #values: OptionValues;
  readonly #ports: SinkPorts;
  readonly #discovery: DiscoveryOptions;
  readonly #isRetained: boolean;
  /** What is known of each device, and whether Home Assistant was told all of it in this session. */
  readonly #devices = new Map<string, Map<string, Component>>();
  readonly #announced = new Set<string>();
  /** What came last for each topic, so that nothing older follows. */
  readonly #sentMs = new Map<string, number>();
  #session: MqttSession | undefined;

  constructor(values: OptionValues, ports: SinkPorts) {
    this.#values = values;
    this.#ports = ports;
    this.#isRetained = values['isRetained'] !== false;
    this.#discovery = {
      prefix: String(values['discoveryPrefix'] ?? 'homeassistant'),
      site: ports.site.name,
      topics: mqttTopics(String(values['baseTopic'] ?? 'egw'), ports.site.name),
      isJson: values['format'] !== 'plain',
      expireAfterSeconds: Number(values['expireAfterS'] ?? 0),
    };
  }

  async open(signal: AbortSignal): Promise<void> {
    const session = await openMqttSession(this.#sessionOptions(), this.#ports.network, signal);
    try {
      this.#announced.clear();
      const { prefix, topics } = this.#discovery;
      if (this.#values['discovery'] !== false)
        // Home Assistant has started anew: it is told again with the next readings.
        await session.subscribe(
          `${prefix}/status`,
          (_topic, payload) => {
            if (Buffer.from(payload).toString() === 'online') this.#announced.clear();
          },
          signal,
        );
      await session.publish({ topic: topics.status, payload: 'online', retain: true }, signal);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#session = session;
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    if (!batch.isLive) return [];
    if (this.#session?.isOpen !== true) await this.open(signal);
    const states = newestStates(batch, (one) => this.#stateOf(one));
    const due = states.filter(({ topic, atMs }) => atMs >= (this.#sentMs.get(topic) ?? atMs));
    try {
      await this.#publishAll([...this.#announcements(batch), ...due], signal);
    } catch (error) {
      this.#announced.clear();
      throw error;
    }
    for (const { topic, atMs } of due) this.#sentMs.set(topic, atMs);
    return [];
  }

  async close(): Promise<void> {
    // Saying it ourselves is sooner than the broker does, and a goodbye keeps it from doing so.
    await this.#session?.close({ topic: this.#discovery.topics.status, payload: 'offline', retain: true });
  }

  /** A few at a time: a broker has only so much room for what is on its way. */
  async #publishAll(messages: readonly MqttMessage[], signal: AbortSignal): Promise<void> {
    const left = messages.values();
    const publishOneByOne = async (): Promise<void> => {
      for (const message of left) await this.#session?.publish(message, signal);
    };
    await Promise.all(Array.from({ length: limits.mqttInFlightMax }, publishOneByOne));
  }

  /** Of the devices that have something new, or of which Home Assistant was not told yet. */
  #announcements({ rows, texts }: SinkBatch): readonly MqttMessage[] {
    for (const { device, quantity, unit } of rows) this.#know(device, { quantity, unit });
    for (const { device, quantity } of texts) this.#know(device, { quantity, unit: undefined });
    if (this.#values['discovery'] === false) return [];
    const due = [...this.#devices].filter(([device]) => !this.#announced.has(device));
    for (const [device] of due) this.#announced.add(device);
    return due.map(([device, components]) => ({
      ...discoveryMessage(device, [...components.values()], this.#discovery),
      retain: true,
    }));
  }

  #know(device: string, component: Component): void {
    const components = this.#devices.get(device) ?? new Map<string, Component>();
    this.#devices.set(device, components);
    if (components.get(component.quantity)?.unit === component.unit && components.has(component.quantity))
      return;
    components.set(component.quantity, component);
    this.#announced.delete(device);
  }

  #stateOf(one: SinkRow | SaidText): State {
    const { device, quantity, atMs } = one;
    const { topics, isJson } = this.#discovery;
    const payload = isJson ? jsonState(one) : plainState(one);
    return { topic: topics.state(device, quantity), payload, atMs, retain: this.#isRetained };
  }

  #sessionOptions(): Parameters<typeof openMqttSession>[0] {
    const { host, port, user, password, clientId, keepaliveS } = this.#values;
    const tls = tlsOptions(String(host), this.#values);
    const { topics } = this.#discovery;
    return {
      host: String(host),
      port: Number(port),
      ...(tls !== undefined && { tls }),
      clientId: typeof clientId === 'string' && clientId !== '' ? clientId : defaultClientId(this.#ports),
      ...(typeof user === 'string' && user !== '' && { user }),
      ...(typeof password === 'string' && password !== '' && { password }),
      will: { topic: topics.status, payload: 'offline', retain: true },
      keepaliveSeconds: Number(keepaliveS ?? 30),
      refusedCode: 'sink_refused',
    };
  }
}

interface State extends MqttMessage {
  readonly atMs: number;
}

/** One a topic: the newest, and of two of the same time the one that came later. */
function newestStates(batch: SinkBatch, stateOf: (one: SinkRow | SaidText) => State): readonly State[] {
  const states = new Map<string, State>();
  for (const one of [...batch.rows, ...batch.texts]) {
    const state = stateOf(one);
    if (state.atMs >= (states.get(state.topic)?.atMs ?? state.atMs)) states.set(state.topic, state);
  }
  return [...states.values()];
}

function jsonState(one: SinkRow | SaidText): string {
  const at = new Date(one.atMs).toISOString();
  if ('text' in one) return JSON.stringify({ text: one.text, at });
  const { value, unit, quality } = one;
  return JSON.stringify({ value, unit, at, quality });
}

/** `None` is what Home Assistant reads as unknown; nothing at all would make the broker forget the topic. */
function plainState(one: SinkRow | SaidText): string {
  if ('text' in one) return one.text === '' ? 'None' : one.text;
  return one.value === null ? 'None' : String(one.value);
}
