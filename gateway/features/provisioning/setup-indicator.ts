import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import type { StatusLight } from '../../core/status-light.ts';
import type { Joining } from './joining-desk.ts';
import { lightPattern, type LightFacts } from './setup-light.ts';

export interface SetupIndicatorPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** `undefined`: there is none. */
  readonly light: StatusLight | undefined;
  facts(): Pick<LightFacts, 'door' | 'hasSession'> & { readonly joining: Joining | undefined };
}

const identifyMs = 10_000;
const failedMs = 5_000;

/** Keeps the light as things stand. */
export class SetupIndicator {
  readonly #ports: SetupIndicatorPorts;
  #identifyUntilMs = Number.NEGATIVE_INFINITY;
  #failedUntilMs = Number.NEGATIVE_INFINITY;
  /** The attempt whose failure was shown. */
  #failedAttempt = 0;
  #cancel: Cancel | undefined;

  constructor(ports: SetupIndicatorPorts) {
    this.#ports = ports;
  }

  /** Whether there is anything to be seen. */
  identify(): boolean {
    const { clock, light } = this.#ports;
    if (light === undefined) return false;
    this.#identifyUntilMs = clock.monotonic() + identifyMs;
    this.look();
    return light.problem() === undefined;
  }

  /** To be called after each change. */
  look(): void {
    const { clock, light } = this.#ports;
    if (light === undefined) return;
    const nowMs = clock.monotonic();
    const { joining, ...others } = this.#ports.facts();
    if (joining?.stage === 'failed' && joining.attempt !== this.#failedAttempt) {
      this.#failedAttempt = joining.attempt;
      this.#failedUntilMs = nowMs + failedMs;
    }
    light.show(
      lightPattern({
        ...others,
        joining: joining?.stage,
        isIdentifying: this.#identifyUntilMs > nowMs,
        hasJustFailed: this.#failedUntilMs > nowMs,
      }),
    );
    this.#arm(nowMs);
  }

  close(): void {
    this.#cancel?.();
    this.#ports.light?.show('off');
  }

  #arm(nowMs: number): void {
    this.#cancel?.();
    const ends = [this.#identifyUntilMs, this.#failedUntilMs].filter((endMs) => endMs > nowMs);
    this.#cancel =
      ends.length === 0 ? undefined : this.#ports.alarm.at(monotonicMs(Math.min(...ends)), () => this.look());
  }
}
