import type { TasmotaService } from './tasmota-service.ts';

/** A message as the plug gives it to its broker. */
export interface TasmotaMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface TasmotaMqttOptions {
  /** `tasmota_1A2B3C` */
  readonly topic: string;
  /** FullTopic; `%prefix%/%topic%/` unless said. */
  readonly fullTopic?: string;
}

/** Of which message each part of the status is, after tasmota.github.io/docs/Commands. */
const statusNumbers: readonly (readonly [part: string, number: string])[] = [
  ['Status', ''],
  ['StatusFWR', '2'],
  ['StatusNET', '5'],
  ['StatusTIM', '7'],
  ['StatusSNS', '10'],
  ['StatusSTS', '11'],
];

/**
 * How a plug speaks MQTT, after tasmota.github.io/docs/MQTT: its last will, its telemetry, and what it answers to
 * commands, which is `stat/…/STATUS<n>`, a message a part, or `stat/…/RESULT`. No clock, no broker.
 */
export class TasmotaMqtt {
  readonly #plug: TasmotaService;
  readonly #options: TasmotaMqttOptions;

  constructor(plug: TasmotaService, options: TasmotaMqttOptions) {
    this.#plug = plug;
    this.#options = options;
  }

  get will(): TasmotaMessage {
    return { topic: this.#topic('tele', 'LWT'), payload: 'Offline', retain: true };
  }

  get birth(): TasmotaMessage {
    return { ...this.will, payload: 'Online' };
  }

  /** What it listens to. */
  get filter(): string {
    return this.#topic('cmnd', '#');
  }

  /** To be said every TelePeriod. */
  telemetry(nowMs: number): readonly TasmotaMessage[] {
    return [['STATE', '11', 'StatusSTS'] as const, ['SENSOR', '10', 'StatusSNS'] as const].map(
      ([name, number, part]) => {
        const status = this.#plug.command(`Status ${number}`, nowMs) as Record<string, unknown>;
        return { topic: this.#topic('tele', name), payload: JSON.stringify(status[part]), retain: false };
      },
    );
  }

  /** What it says when that came to it. */
  answer(topic: string, payload: string, nowMs: number): readonly TasmotaMessage[] {
    const name = topic.split('/').at(-1) ?? '';
    const said = this.#plug.command(`${name} ${payload}`, nowMs) as Record<string, unknown>;
    if (name.toUpperCase() !== 'STATUS') return [this.#stat('RESULT', said)];
    const parts = statusNumbers.filter(([part]) => said[part] !== undefined);
    if (parts.length === 0) return [this.#stat('RESULT', said)];
    return parts.map(([part, number]) => this.#stat(`STATUS${number}`, { [part]: said[part] }));
  }

  #stat(name: string, said: unknown): TasmotaMessage {
    return { topic: this.#topic('stat', name), payload: JSON.stringify(said), retain: false };
  }

  #topic(prefix: string, name: string): string {
    const { topic, fullTopic = '%prefix%/%topic%/' } = this.#options;
    return fullTopic.replace('%prefix%', prefix).replace('%topic%', topic) + name;
  }
}
