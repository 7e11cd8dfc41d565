import type { Clock } from '../../core/clock.ts';
import { errorCodeOf } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type {
  TelemetryDraft,
  TelemetryPlace,
  TelemetryStart,
  TelemetryStatus,
} from '../../storage/telemetry-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface SealerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<
    'openTelemetry' | 'noteTelemetryEvent' | 'draftTelemetry' | 'sealTelemetry' | 'telemetryStatus'
  >;
  readonly identity: Identity;
  readonly bootId: string;
  readonly version: string;
  /** 16 hex digits, random. */
  readonly newEpoch: () => string;
  /** Whether anybody is there to send to. */
  readonly isOnline: () => boolean;
  /** Called when there is more to send. */
  readonly sealed: () => void;
}

/** What was sealed last. */
export interface SealedPlace extends TelemetryPlace {
  /** The first record of that batch. */
  readonly from: number;
}

const periodMs = 2_000;
/** Of one batch: so much is lost together, and so much is told at once when nobody listens. */
const spanMsMax = 60_000;
const readingsMax = 2_000;
/** A run ends after so long though there is more: the next one goes on. */
const runMsMax = 20_000;
/** The clock was set, and has not only been corrected a little. */
const stepMsMin = 2_000;

export const sealTaskName = 'seal:telemetry';

/**
 * Makes batches of what is committed, and signs them: each commit at once while somebody is there to hear of it, a
 * minute together while nobody is.
 */
export class TelemetrySealer {
  readonly #ports: SealerPorts;
  #place: SealedPlace | undefined;
  #isRestartNoted = false;
  #sealedMs = -Infinity;
  #aheadMs: number | undefined;
  #readings = 0;

  constructor(ports: SealerPorts) {
    this.#ports = ports;
  }

  /** undefined until the chain is open. */
  get place(): SealedPlace | undefined {
    return this.#place;
  }

  /** That were ever sealed, but those that gave way before they were sent everywhere. */
  get readings(): number {
    return this.#readings;
  }

  /** Counts anew. Errors: those of the store. */
  async count(): Promise<TelemetryStatus> {
    const status = await this.#ports.store.call('telemetryStatus');
    this.#readings = status.readingsSealed - status.readingsDropped;
    return status;
  }

  task(): TaskDefinition {
    return {
      name: sealTaskName,
      group: 'telemetry',
      priority: 'publish',
      periodMs,
      offsetMs: 300,
      deadlineMs: runMsMax + 40_000,
      backoff: { firstMs: 2_000, maxMs: 60_000 },
      run: async ({ signal }) => await this.#run(signal),
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, isOnline } = this.#ports;
    await this.#openChain();
    await this.#noteStep();
    const startedMs = clock.monotonic();
    if (!isOnline() && startedMs < this.#sealedMs + spanMsMax) return;
    this.#sealedMs = startedMs;
    for (let isMore = true; isMore && !signal.aborted && clock.monotonic() < startedMs + runMsMax;)
      isMore = await this.#sealNext();
  }

  async #openChain(): Promise<void> {
    const { clock, store, bootId, version } = this.#ports;
    if (this.#place === undefined) {
      const place = await store.call('openTelemetry', this.#start());
      await this.count();
      this.#place = { ...place, from: place.sequence };
    }
    if (this.#isRestartNoted) return;
    await store.call('noteTelemetryEvent', { kind: 'restart', atMs: clock.wall(), bootId, version });
    this.#isRestartNoted = true;
  }

  #start(): TelemetryStart {
    const { clock, identity, newEpoch } = this.#ports;
    return {
      gateway: identity.gatewayId,
      publicKey: Buffer.from(identity.publicKey).toString('base64url'),
      algorithm: identity.algorithm,
      newEpoch: newEpoch(),
      atMs: clock.wall(),
    };
  }

  /** The gateway's clock against the one that never steps. */
  async #noteStep(): Promise<void> {
    const { clock, store } = this.#ports;
    const atMs = clock.wall();
    const aheadMs = atMs - clock.monotonic();
    const stepMs = Math.round(aheadMs - (this.#aheadMs ?? aheadMs));
    if (Math.abs(stepMs) >= stepMsMin)
      await store.call('noteTelemetryEvent', { kind: 'clock_step', atMs, stepMs });
    this.#aheadMs = aheadMs;
  }

  /** Answers whether there is more. */
  async #sealNext(): Promise<boolean> {
    const { store, clock, identity, logger, sealed } = this.#ports;
    const draft = await store.call('draftTelemetry', { readingsMax, spanMsMax });
    if (draft === undefined) return false;
    const { to, head } = draft;
    const signature = await this.#sign(identity, draft);
    try {
      await store.call('sealTelemetry', { to, head, signature, atMs: clock.wall() });
    } catch (error) {
      // The database was opened anew since: what is to be sealed is drafted again.
      if (errorCodeOf(error) !== 'input_invalid') throw error;
      logger.info({ to, error }, 'a batch of telemetry was drafted again');
      return true;
    }
    this.#place = { epoch: draft.epoch, sequence: to, head, from: draft.from };
    this.#readings += draft.count;
    sealed();
    return draft.remaining;
  }

  async #sign(identity: Identity, { epoch, to, count, head }: TelemetryDraft): Promise<string> {
    return await identity.sign('gw-telemetry-1', [
      identity.gatewayId,
      epoch,
      String(to),
      String(count),
      head,
    ]);
  }
}
