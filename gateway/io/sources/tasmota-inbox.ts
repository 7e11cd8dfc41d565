import type { Clock, MonotonicMs } from '../../core/clock.ts';
import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import { isMap } from '../../core/is-map.ts';
import type { SourceAnswer } from './source.ts';
import { tasmotaAnswer } from './tasmota-answer.ts';

/** What a device says by itself, and which part of `Status 0` that is. */
const telemetry = { SENSOR: 'StatusSNS', STATE: 'StatusSTS' } as const;

export type TasmotaTelemetry = keyof typeof telemetry;

interface Told {
  readonly answer: SourceAnswer;
  readonly at: MonotonicMs;
}

interface Question {
  readonly parts: Record<string, unknown>;
  readonly answered: PromiseWithResolvers<unknown>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What comes from one device over MQTT, until it is read: what it says by itself, what it answers in many messages, and
 * what the broker says of it. Anybody may publish there: what is not Tasmota's is dropped and counted.
 */
export class TasmotaInbox {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #told = new Map<TasmotaTelemetry, Told>();
  #question: Question | undefined;
  #isOffline = false;
  #dropped = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether the broker said last that it is gone. */
  get isOffline(): boolean {
    return this.#isOffline;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** A message that is of no use. */
  drop(): void {
    this.#dropped += 1;
  }

  /** Of the last will: `Online` and `Offline` by itself, whoever has changed that says at least the latter so. */
  takeWill(payload: string): void {
    this.#isOffline = payload.trim().toLowerCase() === 'offline';
    if (this.#isOffline) this.#question?.answered.reject(offline());
  }

  takeTelemetry(name: TasmotaTelemetry, payload: string): void {
    const body = fieldsOf(payload);
    // Each message of its own has the device's time, right or wrong.
    const answer = typeof body?.['Time'] === 'string' ? answerOf({ [telemetry[name]]: body }) : undefined;
    if (answer === undefined) {
      this.drop();
      return;
    }
    this.#isOffline = false;
    this.#told.set(name, { answer, at: this.#clock.monotonic() });
  }

  /** A part of the answer to `Status 0`; when nobody has asked it is somebody else's. */
  takeStatus(payload: string): void {
    if (this.#question === undefined) return;
    const body = fieldsOf(payload);
    const parts = Object.entries(body ?? {}).filter(([name]) => /^Status[A-Z]{0,3}$/.test(name));
    if (parts.length === 0) {
      this.drop();
      return;
    }
    this.#isOffline = false;
    const { parts: known, answered } = this.#question;
    Object.assign(known, Object.fromEntries(parts));
    // Its parts come one by one, these among the last (xdrv_02 and CmndStatus of the firmware).
    if (known['StatusSNS'] !== undefined && known['StatusSTS'] !== undefined) answered.resolve(known);
  }

  /** From now on: all parts of `Status 0` in one, as over HTTP. Errors: `source_unavailable` when it goes offline. */
  awaitStatus(): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>();
    answered.promise.catch(() => undefined);
    if (this.#isOffline) answered.reject(offline());
    this.#question = { parts: {}, answered };
    return answered.promise;
  }

  /** What it said by itself since the last call, with its age; undefined when nothing did. */
  takeTold(): SourceAnswer | undefined {
    const told = [...this.#told.values()];
    this.#told.clear();
    if (told.length === 0) return undefined;
    const now = this.#clock.monotonic();
    const values = told.flatMap(({ answer, at }) =>
      answer.values.map((value) => ({ ...value, ageMs: now - at })),
    );
    return { values: once(values), texts: once(told.flatMap(({ answer }) => answer.texts)) };
  }

  /** The broker tells anew of everything that still holds. */
  clear(): void {
    this.#told.clear();
    this.#question = undefined;
    this.#isOffline = false;
  }
}

function offline(): GatewayError {
  return new GatewayError('source_unavailable', 'the broker says that the device is offline', {
    hint: 'check its power and its Wi-Fi; it is read again when it is back',
  });
}

function fieldsOf(payload: string): Fields | undefined {
  try {
    const body: unknown = JSON.parse(payload);
    return isMap(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function answerOf(status: Fields): SourceAnswer | undefined {
  try {
    return tasmotaAnswer(status);
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** A name comes once a part. */
function once<Said extends { readonly quantity: string; readonly part?: string }>(
  said: readonly Said[],
): readonly Said[] {
  return [...new Map(said.map((one) => [`${one.part ?? ''} ${one.quantity}`, one])).values()];
}
