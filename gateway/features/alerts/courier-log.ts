import type { MonotonicMs } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';

/** Why somebody was not reached. */
export interface DeliveryFailure {
  readonly message: string;
  readonly hint: string | undefined;
}

interface Failing extends DeliveryFailure {
  readonly sinceMs: MonotonicMs;
  readonly isFinal: boolean;
}

/** What is tried again for so long is worth a word. */
const failingMsMax = 10 * 60_000;

/** Who was not reached with a notifier the last time, and since when. */
export class CourierLog {
  readonly #notifier: string;
  readonly #logger: Logger;
  readonly #failing = new Map<string, Failing>();

  constructor(notifier: string, logger: Logger) {
    this.#notifier = notifier;
    this.#logger = logger;
  }

  reached(recipient: string): void {
    if (!this.#failing.delete(recipient)) return;
    this.#logger.info({ notifier: this.#notifier }, `notifier ${this.#notifier} reaches people again`);
  }

  /** More than memory holds, while nothing can be written down. */
  lost(): void {
    this.#logger.error({ notifier: this.#notifier }, `notifier ${this.#notifier}: a message is lost, unsent`);
  }

  /** Told once when it begins, and when it is given up. */
  failed(
    recipient: string,
    error: unknown,
    at: { readonly nowMs: MonotonicMs; readonly isFinal: boolean },
  ): void {
    const before = this.#failing.get(recipient);
    const { isFinal } = at;
    if (before === undefined || (isFinal && !before.isFinal)) {
      const what = isFinal ? 'a message was given up' : 'a message could not be sent, and is tried again';
      const code = errorCodeOf(error) ?? 'unexpected';
      this.#logger.warn({ notifier: this.#notifier, code, error }, `notifier ${this.#notifier}: ${what}`);
    }
    const failure = failureOf(error);
    this.#failing.set(recipient, { ...failure, sinceMs: before?.sinceMs ?? at.nowMs, isFinal });
  }

  /** What is worth telling people of, by recipient. */
  troubles(nowMs: MonotonicMs): ReadonlyMap<string, DeliveryFailure> {
    const isWorthIt = ({ isFinal, sinceMs }: Failing): boolean => isFinal || nowMs - sinceMs > failingMsMax;
    return new Map([...this.#failing].filter(([, failing]) => isWorthIt(failing)));
  }
}

function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof GatewayError) return { message: error.message, hint: error.hint };
  return { message: describeError(error), hint: undefined };
}
