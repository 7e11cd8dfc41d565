import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { RegisterRange } from '../../io/transports/transport.ts';
import type { DeviceQuestions } from '../device-questions.ts';
import type { ProxySettings } from './proxy-section.ts';

export interface ReadProxyPorts {
  readonly clock: Clock;
  readonly questions: DeviceQuestions;
  /** In the order of the configuration. */
  deviceIds(): readonly string[];
}

type Quota = Pick<ProxySettings, 'maxAgeMs' | 'requestsPerSecondMax' | 'units'>;

interface Answer {
  readonly range: RegisterRange;
  readonly words: Uint16Array;
  readonly atMs: number;
}

/** Answers that are kept of one device. */
const answersMax = 64;
/** Other masters give up after about a second or two; a late answer is still kept for their next try. */
const waitMsMax = 3_000;

/**
 * Reads devices for other masters: from memory while that is young enough, else from the device, with a quota,
 * after everything that is more urgent. The same question of several masters is asked once.
 */
export class ReadProxy {
  readonly #ports: ReadProxyPorts;
  readonly #settings: Quota;
  /** By device, oldest first. */
  readonly #answers = new Map<string, Answer[]>();
  readonly #asked = new Map<string, Promise<Uint16Array>>();
  #tokens: number;
  #filledMs: number;

  constructor(ports: ReadProxyPorts, settings: Quota) {
    this.#ports = ports;
    this.#settings = settings;
    this.#tokens = settings.requestsPerSecondMax;
    this.#filledMs = ports.clock.monotonic();
  }

  /**
   * Errors: `device_unknown` when the unit is none of ours, `rate_limited`, `queue_full`, those of
   * `DeviceQuestions`.
   */
  async read(unit: number, range: RegisterRange): Promise<Uint16Array> {
    const device = this.#deviceOf(unit);
    const kept = this.#kept(device, range);
    if (kept !== undefined) return kept;
    const key = `${device} ${range.table} ${range.address} ${range.count}`;
    const asked = this.#asked.get(key) ?? this.#ask(device, range, key);
    return await asked;
  }

  #deviceOf(unit: number): string {
    const { units } = this.#settings;
    const device = units.size > 0 ? units.get(unit) : this.#ports.deviceIds()[unit - 1];
    if (device !== undefined) return device;
    throw new GatewayError('device_unknown', `no device is served as unit ${unit}`, {
      hint: 'see modbusProxy.units in the configuration',
    });
  }

  #kept(device: string, range: RegisterRange): Uint16Array | undefined {
    const fromMs = this.#ports.clock.monotonic() - this.#settings.maxAgeMs;
    const answer = this.#answers
      .get(device)
      ?.findLast(({ atMs, range: known }) => atMs >= fromMs && covers(known, range));
    const at = range.address - (answer?.range.address ?? 0);
    return answer?.words.subarray(at, at + range.count);
  }

  async #ask(device: string, range: RegisterRange, key: string): Promise<Uint16Array> {
    this.#takeToken();
    const read = this.#ports.questions.reader({
      device,
      verb: 'proxy',
      limitMs: waitMsMax,
      signal: new AbortController().signal,
    });
    const asked = read(range);
    this.#asked.set(key, asked);
    try {
      const words = await asked;
      this.#keep(device, { range, words, atMs: this.#ports.clock.monotonic() });
      return words;
    } finally {
      this.#asked.delete(key);
    }
  }

  /** A bucket of one second's requests. */
  #takeToken(): void {
    const { requestsPerSecondMax } = this.#settings;
    const nowMs = this.#ports.clock.monotonic();
    const gained = ((nowMs - this.#filledMs) / 1_000) * requestsPerSecondMax;
    this.#tokens = Math.min(requestsPerSecondMax, this.#tokens + gained);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) {
      throw new GatewayError(
        'rate_limited',
        `more than ${requestsPerSecondMax} requests a second for devices`,
        {
          hint: 'raise modbusProxy.maxAge, or ask less often',
        },
      );
    }
    this.#tokens -= 1;
  }

  #keep(device: string, answer: Answer): void {
    const others = (this.#answers.get(device) ?? []).filter(({ range }) => !covers(answer.range, range));
    this.#answers.set(device, [...others, answer].slice(-answersMax));
    dropSurplus(this.#answers);
  }
}

/** Devices come and go, and their answers with them: the oldest device's go first. */
function dropSurplus(answers: Map<string, Answer[]>): void {
  const [first] = answers.keys();
  if (answers.size > limits.devicesMax && first !== undefined) answers.delete(first);
}

function covers(outer: RegisterRange, inner: RegisterRange): boolean {
  const at = inner.address - outer.address;
  return outer.table === inner.table && at >= 0 && at + inner.count <= outer.count;
}
