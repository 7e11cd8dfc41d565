import { describeError, GatewayError } from '../../core/errors.ts';
import type { SourcePorts } from './source.ts';
import type { TempoProvider, TempoProviderId } from './tempo-provider.ts';

const minuteMs = 60_000;
const failurePauseMs = 10 * minuteMs;
/** What only a person can mend, and RTE's portal within hours. */
const refusedPauseMs = 60 * minuteMs;

/** The providers in the order of preference, those that failed last. */
export class TempoProviders {
  readonly #providers: readonly TempoProvider[];
  readonly #ports: SourcePorts;
  readonly #pausedUntilMs = new Map<TempoProviderId, number>();
  readonly #complaints = new Map<TempoProviderId, string>();

  constructor(providers: readonly TempoProvider[], ports: SourcePorts) {
    this.#providers = providers;
    this.#ports = ports;
  }

  /** One that failed is asked again too soon only when nothing is known without it. */
  inOrder(isTodayKnown: boolean): readonly TempoProvider[] {
    const nowMs = this.#ports.clock.monotonic();
    const isPaused = ({ id }: TempoProvider): boolean => nowMs < (this.#pausedUntilMs.get(id) ?? -Infinity);
    const free = this.#providers.filter((provider) => !isPaused(provider));
    return isTodayKnown ? free : [...free, ...this.#providers.filter(isPaused)];
  }

  /** What it answers, or why it does not: logged when that changes. */
  async ask<Answer>({ id }: TempoProvider, question: () => Promise<Answer>): Promise<Answer | GatewayError> {
    try {
      const answer = await question();
      this.#complaints.delete(id);
      this.#pausedUntilMs.delete(id);
      return answer;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#blame(id, error);
      return error;
    }
  }

  #blame(id: TempoProviderId, error: GatewayError): void {
    const retryAfterMs = error.facts['retryAfterMs'];
    const pauseMs = error.retryable ? failurePauseMs : refusedPauseMs;
    this.#pausedUntilMs.set(
      id,
      this.#ports.clock.monotonic() + (typeof retryAfterMs === 'number' ? retryAfterMs : pauseMs),
    );
    if (this.#complaints.get(id) === error.code) return;
    this.#complaints.set(id, error.code);
    this.#ports.logger.warn(
      { source: this.#ports.id, provider: id, code: error.code },
      `${id} does not say the colours of Tempo: ${describeError(error)}`,
    );
  }
}
