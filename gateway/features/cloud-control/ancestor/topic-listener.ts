import { describeError } from '../../../core/errors.ts';
import type { TaskDefinition } from '../../../engine/task.ts';
import type { MqttListener, MqttMessage, MqttSession } from '../../../io/mqtt/mqtt-session.ts';
import type { AncestorReply } from './ancestor-messages.ts';

export interface TopicListenerPorts {
  /** Of the gateway. */
  readonly serial: string;
  /** Errors: those of openMqttSession. */
  readonly open: (
    signal: AbortSignal,
  ) => Promise<Pick<MqttSession, 'isOpen' | 'publish' | 'subscribe' | 'close'>>;
  readonly receive: (topic: string, message: Uint8Array) => void;
}

/** Replies that wait for a way; the oldest give way. */
const waitingMax = 64;

/** The earlier gateway's topics at a broker: commands come over one, and what is said to them goes over others. */
export class TopicListener {
  readonly #ports: TopicListenerPorts;
  readonly #waiting: MqttMessage[] = [];
  #session: Awaited<ReturnType<TopicListenerPorts['open']>> | undefined;
  #failure: string | undefined;

  constructor(ports: TopicListenerPorts) {
    this.#ports = ports;
  }

  /** Why there is no way; undefined when there is one, or nobody has tried. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Says it when there is a way. */
  say({ type, payload }: AncestorReply): void {
    const base = `control/${this.#ports.serial}/responses`;
    const { sn } = payload;
    // Signs that part a topic would lead it elsewhere.
    const isLevel = typeof sn === 'string' && sn !== '' && !/[/+#\p{Cc}]/u.test(sn);
    if (this.#waiting.length >= waitingMax) this.#waiting.shift();
    this.#waiting.push({
      topic: isLevel ? `${base}/${sn}` : base,
      payload: JSON.stringify({ type, payload }),
    });
  }

  task(): TaskDefinition {
    return {
      name: 'listen:srcful-topics',
      group: 'cloud',
      priority: 'control',
      periodMs: 1_000,
      deadlineMs: 30_000,
      backoff: { firstMs: 10_000, maxMs: 900_000 },
      run: async ({ signal }) => await this.run(signal),
    };
  }

  /** Sees to it that there is a session, and says what waits. Errors: those of the session. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#connect(signal);
      for (let message = this.#waiting[0]; message !== undefined; message = this.#waiting[0]) {
        await this.#session?.publish(message, signal);
        if (this.#waiting[0] === message) this.#waiting.shift();
      }
      this.#failure = undefined;
    } catch (error) {
      this.#failure = describeError(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    if (this.#session?.isOpen === true) return;
    await this.close();
    const { open, receive, serial } = this.#ports;
    const session = await open(signal);
    const listener: MqttListener = (topic, message, isRetained) => {
      // What is retained was said to somebody before us, and would be said again each time.
      if (!isRetained) receive(topic, message);
    };
    try {
      await session.subscribe(`control/${serial}/commands/+`, listener, signal);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#session = session;
  }
}
