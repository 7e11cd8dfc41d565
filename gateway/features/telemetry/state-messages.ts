import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import type { Clock } from '../../core/clock.ts';
import type { Identity } from '../../core/identity.ts';
import type { TaskDefinition } from '../../engine/task.ts';

export interface StateMessagePorts {
  readonly clock: Clock;
  readonly identity: Identity;
  /** How the gateway is now, without secrets and without what changes all the time. Must not wait. */
  readonly state: () => JsonValue;
  readonly isOnline: () => boolean;
  /** So often it is said though nothing has changed. */
  readonly everyMs: number;
  /** Called when there is another one. */
  readonly changed: () => void;
}

/** A message with the state, and its number among them. */
export interface StateMessage {
  readonly number: number;
  readonly body: Uint8Array;
}

/** Also the shortest time between two. */
const periodMs = 10_000;

/** The state of the gateway as its backends are told it: when it changes, and every few minutes. */
export class StateMessages {
  readonly #ports: StateMessagePorts;
  #newest: StateMessage | undefined;
  #text = '';
  #madeMs = -Infinity;

  constructor(ports: StateMessagePorts) {
    this.#ports = ports;
  }

  /** undefined before the first. */
  get newest(): StateMessage | undefined {
    return this.#newest;
  }

  task(): TaskDefinition {
    return {
      name: 'tell:state',
      group: 'telemetry',
      priority: 'publish',
      periodMs,
      offsetMs: 900,
      deadlineMs: 30_000,
      run: async () => await this.#look(),
    };
  }

  async #look(): Promise<void> {
    const { clock, identity, state, isOnline, everyMs, changed } = this.#ports;
    if (!isOnline()) return;
    const value = state();
    const text = canonicalJson(value);
    const nowMs = clock.monotonic();
    if (text === this.#text && nowMs < this.#madeMs + everyMs) return;
    const message = { v: 1, kind: 'state', gateway: identity.gatewayId, atMs: clock.wall(), state: value };
    const signed = await identity.signMessage('gw-state-1', message);
    this.#text = text;
    this.#madeMs = nowMs;
    this.#newest = { number: (this.#newest?.number ?? 0) + 1, body: Buffer.from(JSON.stringify(signed)) };
    changed();
  }
}
