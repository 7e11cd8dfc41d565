import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { brokerFields } from '../broker-options.ts';
import {
  openMqttSession,
  type MqttListener,
  type MqttSession,
  type MqttSessionOptions,
} from '../mqtt/mqtt-session.ts';
import { tlsOptions } from '../tls-options.ts';
import { numberOption, textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';
import { tasmotaAnswer } from './tasmota-answer.ts';
import { TasmotaInbox, type TasmotaTelemetry } from './tasmota-inbox.ts';
import { tasmotaTopics, type TasmotaTopics } from './tasmota-mqtt-topics.ts';

const timeoutMs = 12_000;
const keepaliveSeconds = 30;
const lateHint =
  'check the settings topic and fullTopic, and that the broker lets this user publish under cmnd and read under stat';

const options = {
  ...brokerFields,
  topic: {
    type: 'text',
    description: 'The device’s Topic, as its MQTT settings show it: tasmota_1A2B3C.',
    pattern: '^[^$/+#\\s\\x00-\\x1f][^+#\\s\\x00-\\x1f]*$',
    min: 1,
    max: 100,
  },
  fullTopic: {
    type: 'text',
    description: 'The device’s Full Topic, with %prefix% and %topic% as they stand there.',
    default: '%prefix%/%topic%/',
    pattern: '^[^$+#\\s\\x00-\\x1f][^+#\\s\\x00-\\x1f]*$',
    max: 200,
  },
  clientId: {
    type: 'text',
    description:
      'Our name at the broker, which nobody else may have there; made anew at each start unless said.',
    isOptional: true,
    max: 64,
  },
} as const satisfies OptionFields;

/** Plugs, relays and meters with the Tasmota firmware that speak to a broker: what they say, and `Status 0` when they do not. */
export const tasmotaMqtt: SourceDefinition = {
  id: 'tasmota-mqtt',
  title: 'Tasmota plugs, relays and meters, by way of an MQTT broker',
  source: 'tasmota.github.io/docs: MQTT, Commands, JSON Status Responses; read 2026-01',
  options,
  pace: { periodMs: 10_000, periodMsMin: 5_000, timeoutMs },
  lateHint,
  // One device that says nothing holds up no other of the same broker.
  lane: (values) => `mqtt:${textOption(values, 'host')}:${numberOption(values, 'port')}/${topicOf(values)}`,
  open: (values, ports) => new TasmotaMqttReader(values, ports),
};

function topicOf(values: OptionValues): string {
  return textOption(values, 'topic').replace(/\/+$/, '');
}

class TasmotaMqttReader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #session: MqttSessionOptions;
  readonly #topics: TasmotaTopics;
  readonly #inbox: TasmotaInbox;
  #opened: MqttSession | undefined;
  #droppedTold = 0;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#ports = ports;
    this.#topics = tasmotaTopics(textOption(values, 'fullTopic'), topicOf(values));
    this.#inbox = new TasmotaInbox(ports.clock);
    this.#session = { ...sessionOptions(values), onTooLarge: () => this.#inbox.drop() };
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const session = await this.#open(signal);
    const answer = this.#inbox.takeTold() ?? (await this.#ask(session, signal));
    return this.#withDropped(answer);
  }

  close(): void {
    this.#opened?.close().catch(() => undefined);
  }

  /** The last session while it lasts. When it has ended the fleet decides when to come again. */
  async #open(signal: AbortSignal): Promise<MqttSession> {
    if (this.#opened?.isOpen === true) return this.#opened;
    this.#inbox.clear();
    const session = await openMqttSession(this.#session, this.#ports.network, signal);
    try {
      await this.#listen(session, signal);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#opened = session;
    return session;
  }

  async #listen(session: MqttSession, signal: AbortSignal): Promise<void> {
    const listeners: readonly (readonly [string, MqttListener])[] = [
      [this.#topics('tele', 'LWT'), (_topic, payload) => this.#inbox.takeWill(textOf(payload))],
      [this.#topics('tele', 'SENSOR'), this.#telemetryListener('SENSOR')],
      [this.#topics('tele', 'STATE'), this.#telemetryListener('STATE')],
      [
        this.#topics('stat', '+'),
        (topic, payload, isRetained) => {
          if (!isRetained && /\/STATUS\d*$/.test(topic)) this.#inbox.takeStatus(textOf(payload));
        },
      ],
    ];
    // What is lost on the way comes again with the next; and nothing that is dropped waits for our word.
    for (const [filter, listener] of listeners) await session.subscribe(filter, listener, signal, 0);
  }

  /** What the broker has kept was measured some unknown time ago. */
  #telemetryListener(name: TasmotaTelemetry): MqttListener {
    return (_topic, payload, isRetained) => {
      if (!isRetained) this.#inbox.takeTelemetry(name, textOf(payload));
    };
  }

  async #ask(session: MqttSession, signal: AbortSignal): Promise<SourceAnswer> {
    const status = this.#inbox.awaitStatus();
    if (!this.#inbox.isOffline)
      await session.publish({ topic: this.#topics('cmnd', 'STATUS'), payload: '0' }, signal);
    const answer = tasmotaAnswer(await session.whileOpen(inTime(status, signal)));
    // What it said by itself meanwhile is older than this.
    this.#inbox.takeTold();
    return answer;
  }

  #withDropped({ values, texts }: SourceAnswer): SourceAnswer {
    const { dropped } = this.#inbox;
    if (dropped > this.#droppedTold)
      this.#ports.logger.warn(
        { source: this.#ports.id, dropped },
        `messages under ${this.#topics('tele', '')} were not Tasmota’s, and were dropped`,
      );
    this.#droppedTold = dropped;
    return dropped === 0
      ? { values, texts }
      : { values: [...values, { quantity: 'dropped_messages', value: dropped }], texts };
  }
}

function sessionOptions(values: OptionValues): MqttSessionOptions {
  const { user, password, clientId } = values;
  const host = textOption(values, 'host');
  const tls = tlsOptions(host, values);
  return {
    host,
    port: numberOption(values, 'port'),
    ...(tls !== undefined && { tls }),
    // 23 letters and digits are what every broker of 3.1.1 must take; of two with the same name one would be thrown out.
    clientId: isText(clientId) ? clientId : `egw${randomBytes(10).toString('hex')}`,
    ...(isText(user) && { user }),
    ...(isText(password) && { password }),
    keepaliveSeconds,
    refusedCode: 'source_refused',
  };
}

function isText(value: OptionValues[string]): value is string {
  return typeof value === 'string' && value !== '';
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

async function inTime<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const giveUp = (): void =>
    late.reject(
      new GatewayError('source_unavailable', 'the device did not answer over the broker', {
        hint: lateHint,
      }),
    );
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
