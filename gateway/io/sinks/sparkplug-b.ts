import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { brokerFields, keepaliveField } from '../broker-options.ts';
import { openMqttSession, type MqttMessage, type MqttSession } from '../mqtt/mqtt-session.ts';
import { tlsOptions } from '../tls-options.ts';
import { defaultClientId } from './client-id.ts';
import type { RefusedRow, Sink, SinkBatch, SinkDefinition, SinkPorts } from './sink.ts';
import { rebirthMetric, SparkplugNode, type SparkplugMessage } from './sparkplug-node.ts';
import { loadSparkplugCodec, type SparkplugCodec } from './sparkplug-payload.ts';
import { HostState } from './sparkplug-host.ts';

const nameField = { type: 'text', min: 1, max: 100 } as const;
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
  group: { ...nameField, description: 'The group that this gateway belongs to.', default: 'egw' },
  edgeNode: {
    ...nameField,
    description: 'The name of this gateway in its group; the site’s unless said.',
    isOptional: true,
  },
  primaryHost: {
    ...nameField,
    description: 'The id of a host without which nothing is sent: readings wait here until it is online.',
    isOptional: true,
  },
} as const satisfies OptionFields;

/**
 * Everything that is stored, as an edge node with a device for each of ours. What was missed is sent as historical.
 * Messages have quality 0, as the specification asks for: that the broker has them is shown by its answer to a
 * subscription that follows them.
 */
export const sparkplugB: SinkDefinition = {
  id: 'sparkplug-b',
  title: 'MQTT broker, as an edge node of Sparkplug B',
  source: 'Eclipse Sparkplug 3.0.0, chapters 4 to 6; sparkplug_b.proto of Eclipse Tahu',
  options,
  rowsMax: 500,
  timeoutMs: 30_000,
  open: async (values, ports, signal) => {
    const node = new EdgeNode(values, ports, await loadSparkplugCodec());
    await node.inTurn(() => node.open(signal));
    return node;
  },
};

class EdgeNode implements Sink {
  readonly #values: OptionValues;
  readonly #ports: SinkPorts;
  readonly #codec: SparkplugCodec;
  readonly #node: SparkplugNode;
  readonly #host: HostState | undefined;
  #session: MqttSession | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(values: OptionValues, ports: SinkPorts, codec: SparkplugCodec) {
    const { group, edgeNode, primaryHost } = values;
    this.#values = values;
    this.#ports = ports;
    this.#codec = codec;
    this.#node = new SparkplugNode(String(group ?? 'egw'), textOf(edgeNode) ?? ports.site.name);
    const host = textOf(primaryHost);
    if (host !== undefined) this.#host = new HostState(host, () => void this.#leave());
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    return await this.inTurn(async () => {
      const session = this.#session?.isOpen === true ? this.#session : await this.open(signal);
      await this.#publish(session, this.#node.data(batch, this.#now()), signal);
      await this.#flush(session, signal);
      return [];
    });
  }

  async close(): Promise<void> {
    await this.#leave();
  }

  /** Messages of one have their numbers one after the other. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async open(signal: AbortSignal): Promise<MqttSession> {
    await this.#session?.close();
    const will = this.#encoded(this.#node.beginSession(this.#now()));
    const session = await openMqttSession(this.#sessionOptions(will), this.#ports.network, signal);
    try {
      await this.#flush(session, signal);
      await this.#host?.online(session, signal);
      this.#session = session;
      await this.#publish(session, this.#node.births(this.#now()), signal);
      await this.#flush(session, signal);
    } catch (error) {
      // What was never born does not die.
      await session.close(this.#session === session ? will : undefined);
      this.#session = undefined;
      throw error;
    }
    return session;
  }

  /** A host that has lost track asks for all births. Of what else it may order, nothing is ours to do. */
  #command(payload: Uint8Array): void {
    const metrics = this.#codec.decode(payload)?.metrics ?? [];
    if (!metrics.some(({ name, booleanValue }) => name === rebirthMetric && booleanValue === true)) return;
    this.inTurn(async () => {
      const session = this.#session;
      if (session?.isOpen === true) await this.#publish(session, this.#node.births(this.#now()), endless);
    }).catch((error: unknown) => {
      // The next write finds the session closed, and is born anew.
      this.#ports.logger.warn({ error: String(error) }, 'sparkplug: births could not be said');
    });
  }

  async #publish(
    session: MqttSession,
    messages: readonly SparkplugMessage[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const message of messages) await session.publish(this.#encoded(message), signal);
  }

  /** The broker answers in order: whoever has its answer knows that it has read all before. */
  async #flush(session: MqttSession, signal: AbortSignal): Promise<void> {
    await session.subscribe(this.#node.commandTopic, (_topic, payload) => this.#command(payload), signal);
  }

  /** Saying that we are gone ourselves, since a goodbye keeps the broker from doing so. */
  async #leave(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close(this.#encoded(this.#node.death(this.#now())));
  }

  #encoded({ topic, payload }: SparkplugMessage): MqttMessage {
    return { topic, payload: this.#codec.encode(payload), quality: 0 };
  }

  #now(): number {
    return this.#ports.clock.wall();
  }

  #sessionOptions(will: MqttMessage): Parameters<typeof openMqttSession>[0] {
    const { host, port, user, password, clientId, keepaliveS } = this.#values;
    const tls = tlsOptions(String(host), this.#values);
    const [userText, passwordText] = [textOf(user), textOf(password)];
    return {
      host: String(host),
      port: Number(port),
      ...(tls !== undefined && { tls }),
      clientId: textOf(clientId) ?? defaultClientId(this.#ports),
      ...(userText !== undefined && { user: userText }),
      ...(passwordText !== undefined && { password: passwordText }),
      will,
      keepaliveSeconds: Number(keepaliveS ?? 30),
      refusedCode: 'sink_refused',
    };
  }
}

/** Of births that a host asked for: the session's own end is end enough. */
const endless = new AbortController().signal;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
