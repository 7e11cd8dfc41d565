import type { NotifierConfig } from '../../gateway/config/config.ts';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { NotifierDefinition, NotifierMessage } from '../../gateway/io/notifiers/notifier.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import type { SimulatedClock } from '../../sim/simulated-clock.ts';

/** What became of one try, as the other side knows it. */
export interface TakenMessage {
  readonly notifier: string;
  readonly recipient: string;
  readonly reference: string;
  readonly kind: NotifierMessage['kind'];
  readonly rule: string;
  readonly atMs: number;
}

const recipients = ['ana', 'bob'];
const answerMs = 300;
/** Of the tries, while it is unwell. */
const troubles = ['takes', 'refuses', 'hangs', 'takes_unheard', 'breaks'] as const;
type Trouble = (typeof troubles)[number];

/** People who outlive the gateway, and reach them by two ways: one that shows once what comes twice, and one that does not. */
export class VirtualPeople {
  /** In the order in which they came, those too that came again. */
  readonly taken: TakenMessage[] = [];
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;
  readonly #isUnwell: boolean;
  /** The gateway of this life is dead: what it sends reaches nobody. */
  #life = 0;

  /** @param isUnwell whether tries fail in all ways that they can, one in three */
  constructor(clock: SimulatedClock, seed: number, isUnwell: boolean) {
    this.#clock = clock;
    this.#random = new SeededRandom(seed).fork('people');
    this.#isUnwell = isUnwell;
  }

  nextLife(): void {
    this.#life += 1;
  }

  kinds(): readonly NotifierDefinition[] {
    return [this.#kind('mail', true), this.#kind('sms', false)];
  }

  configs(): readonly NotifierConfig[] {
    return ['mail', 'sms'].map((kind) => ({
      id: kind,
      kind,
      enabled: true,
      options: {},
      missingSecrets: [],
    }));
  }

  #kind(id: string, isRepeatSafe: boolean): NotifierDefinition {
    const life = this.#life;
    return {
      ...{ id, title: id, source: 'this file', options: {}, timeoutMs: 10_000, isRepeatSafe },
      recipients: () => recipients,
      shownRecipient: (recipient) => recipient,
      open: () => ({
        send: async (message, recipient, signal) => {
          await this.#send({ id, life, message, recipient }, signal);
          return { receipt: message.reference };
        },
        close: async () => await Promise.resolve(),
      }),
    };
  }

  async #send(
    of: {
      readonly id: string;
      readonly life: number;
      readonly message: NotifierMessage;
      readonly recipient: string;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const trouble: Trouble =
      this.#isUnwell && this.#random.isLucky(1 / 3) ? this.#random.pick(troubles) : 'takes';
    await this.#pass(answerMs, signal);
    if (trouble === 'refuses') throw new GatewayError('notifier_unavailable', 'come again later');
    if (trouble === 'breaks') throw new GatewayError('connection_closed', 'it hung up');
    if (trouble === 'hangs') await this.#pass(Infinity, signal);
    const { message, recipient, id: notifier } = of;
    if (of.life === this.#life) {
      const { reference, kind, rule } = message;
      this.taken.push({ notifier, recipient, reference, kind, rule, atMs: this.#clock.truth() });
    }
    if (trouble === 'takes_unheard') await this.#pass(Infinity, signal, { isUnclear: true });
    await this.#pass(answerMs, signal, { isUnclear: true });
  }

  async #pass(forMs: number, signal: AbortSignal, facts: { isUnclear?: boolean } = {}): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const cancel =
        forMs === Infinity
          ? () => undefined
          : this.#clock.at(monotonicMs(this.#clock.monotonic() + forMs), resolve);
      const abort = (): void => {
        cancel();
        reject(new GatewayError('connection_timeout', 'no answer came in time', { facts }));
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }
}
