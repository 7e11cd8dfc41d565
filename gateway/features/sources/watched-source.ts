import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { Lane } from '../../engine/lane.ts';
import { StateMachine } from '../../engine/state-machine.ts';
import type { SourceDefinition, SourceReader } from '../../io/sources/source.ts';
import { sourceMachine, type SourceInput, type SourceState } from './source-machine.ts';
import { isSilent, isSlowFailure, retryDelayMs } from './source-pace.ts';
import type { SourceLedger } from './source-ledger.ts';

/** How a source is configured. */
export interface SourceSetting {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly periodMs: number;
  readonly enabled: boolean;
  readonly options: Parameters<SourceDefinition['open']>[0];
  /** Names of the secrets that it lacks. */
  readonly missingSecrets: readonly string[];
}

export interface WatchPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: Pick<LiveFeed, 'publish'>;
}

interface SourceParts {
  readonly setting: SourceSetting;
  readonly definition: SourceDefinition;
  readonly reader: SourceReader;
  readonly lane: Lane;
  readonly ledger: SourceLedger;
}

/** What is known of one source: its state, its counts, and when it may be asked again. Tells when the state changes. */
export class WatchedSource {
  readonly setting: SourceSetting;
  readonly definition: SourceDefinition;
  readonly reader: SourceReader;
  readonly lane: Lane;
  readonly ledger: SourceLedger;
  readonly #ports: WatchPorts;
  readonly #machine: StateMachine<SourceState, SourceInput>;
  #sinceMs: number;
  #notBefore: MonotonicMs;
  /** When something came, or since when it is waited for. */
  #dataAt: MonotonicMs;
  #readAtMs: number | undefined;
  #error: GatewayError | undefined;
  #slowFailures = 0;
  #answers = 0;
  #failures = 0;
  #waiting: ((error?: GatewayError) => void)[] = [];

  constructor(parts: SourceParts, ports: WatchPorts) {
    this.setting = parts.setting;
    this.definition = parts.definition;
    this.reader = parts.reader;
    this.lane = parts.lane;
    this.ledger = parts.ledger;
    this.#ports = ports;
    this.#sinceMs = ports.clock.wall();
    this.#notBefore = ports.clock.monotonic();
    this.#dataAt = ports.clock.monotonic();
    this.#machine = new StateMachine(sourceMachine, 'unseen', ({ to }) => this.#tell(to));
  }

  get id(): string {
    return this.setting.id;
  }

  get state(): SourceState {
    return this.#machine.state;
  }

  /** When its state changed last, UTC epoch ms. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** When it answered last, UTC epoch ms. */
  get readAtMs(): number | undefined {
    return this.#readAtMs;
  }

  /** What went wrong last; undefined while all is well. */
  get error(): GatewayError | undefined {
    return this.#error;
  }

  get answers(): number {
    return this.#answers;
  }

  get failures(): number {
    return this.#failures;
  }

  get silentMs(): number {
    return this.#ports.clock.monotonic() - this.#dataAt;
  }

  /** How long it must be left alone still, in ms. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#ports.clock.monotonic());
  }

  /** As the last run left it. */
  async restore(): Promise<void> {
    const waitMs = await this.ledger.load();
    this.#notBefore = monotonicMs(this.#ports.clock.monotonic() + waitMs);
  }

  /** What it was left alone for is settled: it may be asked at once, also after a restart. */
  async release(): Promise<void> {
    this.#slowFailures = 0;
    this.#notBefore = this.#ports.clock.monotonic();
    await this.ledger.waitFor(0);
  }

  /** From here on it counts as asked. */
  async asked(): Promise<void> {
    await this.#leaveAlone(this.definition.pace.periodMsMin, true);
  }

  /** True when it was not up before. */
  answered(hasData: boolean): boolean {
    this.#readAtMs = this.#ports.clock.wall();
    if (hasData) this.#dataAt = this.#ports.clock.monotonic();
    this.#answers += 1;
    this.#slowFailures = 0;
    this.#error = undefined;
    return this.#machine.send('answered');
  }

  async failed(error: GatewayError): Promise<void> {
    this.#error = error;
    this.#failures += 1;
    this.#slowFailures = isSlowFailure(error.code) ? this.#slowFailures + 1 : 0;
    this.#machine.send(isSilent(this.silentMs, this.setting.periodMs) ? 'failed_long' : 'failed');
    const { retryAfterMs } = error.facts;
    const { pace } = this.definition;
    const delayMs = retryDelayMs(
      { ...pace, periodMs: this.setting.periodMs },
      {
        code: error.code,
        inRow: Math.max(1, this.#slowFailures),
        retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
      },
    );
    await this.#leaveAlone(delayMs, delayMs > pace.periodMsMin);
  }

  /** Resolves when the run that is to come has ended, however it did. Errors: `stopping`. */
  async nextEnd(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.push((error) => (error === undefined ? resolve(undefined) : reject(error)));
    await promise.finally(() => signal.removeEventListener('abort', abort));
  }

  ended(error?: GatewayError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tell of waiting) tell(error);
  }

  close(): void {
    this.ended(new GatewayError('stopping', 'the gateway stops'));
    this.reader.close?.();
  }

  /** @param isNews whether it is longer than what is kept already */
  async #leaveAlone(waitMs: number, isNews: boolean): Promise<void> {
    this.#notBefore = monotonicMs(this.#ports.clock.monotonic() + waitMs);
    // What may be asked every few seconds is not worth a write each time.
    if (isNews && waitMs >= keptWaitMsMin) await this.ledger.waitFor(waitMs);
  }

  #tell(to: SourceState): void {
    this.#sinceMs = this.#ports.clock.wall();
    const { id } = this;
    this.#ports.feed.publish({ type: 'source', id, state: to, since: this.#sinceMs });
    if (to === 'up') this.#ports.logger.info({ source: id, to }, `source ${id} answers`);
    else {
      const facts = { source: id, to, code: this.#error?.code, ...this.#error?.facts };
      this.#ports.logger.warn(facts, `source ${id} is ${to}: ${this.#error?.message ?? 'no answer'}`);
    }
  }
}

/** A shorter wait does not outlive a restart. */
const keptWaitMsMin = 60_000;
