import { GatewayError } from '../../core/errors.ts';
import type { MqttSession } from '../mqtt/mqtt-session.ts';
import { topicLevel } from './mqtt-topics.ts';

/** Whether a primary host says that it is there (Sparkplug B 3.0, 5.3): JSON, retained, the newest word counts. */
export class HostState {
  readonly #id: string;
  readonly #onOffline: () => void;
  #isOnline = false;
  #saidMs = 0;
  #came = Promise.withResolvers<undefined>();

  /** `onOffline` is called when it goes. */
  constructor(id: string, onOffline: () => void) {
    this.#id = id;
    this.#onOffline = onOffline;
  }

  /** Returns when it is online. Errors: those of the session; `sink_unavailable` when it says that it is not, or nothing. */
  async online(session: MqttSession, signal: AbortSignal): Promise<void> {
    this.#isOnline = false;
    this.#saidMs = 0;
    const came = Promise.withResolvers<undefined>();
    this.#came = came;
    const gaveUp = Promise.withResolvers<undefined>();
    const giveUp = (): void => gaveUp.resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await session.subscribe(
        `spBv1.0/STATE/${topicLevel(this.#id)}`,
        (_topic, payload) => this.#hear(payload),
        signal,
      );
      await session.whileOpen(Promise.race([came.promise, gaveUp.promise]));
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    this.#mustBeOnline();
  }

  #mustBeOnline(): void {
    if (this.#isOnline) return;
    throw new GatewayError('sink_unavailable', `the primary host ${this.#id} of Sparkplug B is not online`, {
      hint: 'start it, or take primaryHost out of the sink',
    });
  }

  #hear(payload: Uint8Array): void {
    const said = stateOf(payload);
    if (said === undefined || said.timestamp < this.#saidMs) return;
    const wasOnline = this.#isOnline;
    this.#saidMs = said.timestamp;
    this.#isOnline = said.online;
    this.#came.resolve(undefined);
    if (wasOnline && !said.online) this.#onOffline();
  }
}

function stateOf(payload: Uint8Array): { readonly online: boolean; readonly timestamp: number } | undefined {
  try {
    const { online, timestamp } = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, timestamp } : undefined;
  } catch {
    return undefined;
  }
}
