import type { Clock } from '../../core/clock.ts';
import { errorCodeOf } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import type { UplinkMessage } from '../../io/uplinks/uplink.ts';
import type { TelemetryBatch } from '../../storage/telemetry-calls.ts';
import type { ChainDeliveries, NextDelivery } from './chain-deliveries.ts';
import { isOfMessage } from './open-uplink.ts';
import { Pace } from './pace.ts';
import { telemetryMessage } from './telemetry-text.ts';
import type { TelemetryUplink } from './telemetry-uplink.ts';

export interface BatchSenderPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly identity: Identity;
  /** Whether its backend may ever say what it has. */
  readonly hasKey: () => boolean;
  /** Errors: those of the uplink. */
  readonly say: (message: UplinkMessage, signal: AbortSignal) => Promise<void>;
}

/** What was sent since the start. */
export interface SentSoFar {
  readonly readings: number;
  /** Batches that were refused, and are not sent again by themselves. */
  readonly refused: number;
  /** Of the last of them. */
  readonly refusal: string | undefined;
  /** When something was sent last, UTC epoch ms. */
  readonly sentMs: number | undefined;
}

/** Time whose share of what was missed may be sent together. */
const paceMs = 2_000;
const batchesMax = 64;
const bodyBytesMin = 4_096;
/** Around the batches of a message, and around the records of each. */
const frameBytes = 512;

/** Sends one backend batches, so many together as it takes. */
export class BatchSender {
  readonly #uplink: TelemetryUplink;
  readonly #ports: BatchSenderPorts;
  readonly #pace: Pace;
  #bytesMax: number;
  #sent: SentSoFar = { readings: 0, refused: 0, refusal: undefined, sentMs: undefined };

  constructor(uplink: TelemetryUplink, ports: BatchSenderPorts) {
    this.#uplink = uplink;
    this.#ports = ports;
    this.#pace = new Pace(uplink.backlogReadingsPerSecond, paceMs);
    this.#bytesMax = uplink.definition.bodyBytesMax;
  }

  get sent(): SentSoFar {
    return this.#sent;
  }

  /** Messages may be as large as they ever may. */
  forgive(): void {
    this.#bytesMax = this.#uplink.definition.bodyBytesMax;
  }

  /** Answers whether to go on at once. Errors: those of the uplink and of the store. */
  async sendNext(deliveries: ChainDeliveries, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#ports;
    const next = deliveries.next();
    if (next === undefined || (!next.isLive && !this.#pace.isOpen(clock.monotonic()))) return false;
    const bytesMax = this.#bytesMax - frameBytes;
    const batches = await deliveries.read(next, { batchesMax, bytesMax });
    if (batches.length > 0) await this.#sendBatches(fitting(batches, bytesMax), next, signal);
    return true;
  }

  async #sendBatches(
    batches: readonly TelemetryBatch[],
    next: NextDelivery,
    signal: AbortSignal,
  ): Promise<void> {
    for (const batch of batches) next.chain.book.offered(batch);
    try {
      await this.#ports.say(telemetryMessage(batches, this.#ports.identity), signal);
    } catch (error) {
      if (!isOfMessage(error)) throw error;
      await this.#refusedBatches(batches, next, { error, signal });
      return;
    }
    const { clock } = this.#ports;
    const nowMs = clock.monotonic();
    const readings = batches.reduce((sum, { count }) => sum + count, 0);
    for (const batch of batches) this.#noteSent(batch, next, nowMs);
    if (!next.isLive) this.#pace.spend(readings, nowMs);
    this.#sent = { ...this.#sent, readings: this.#sent.readings + readings, sentMs: clock.wall() };
  }

  /** Of whom no word can come none is waited for: what is new would wait, too. */
  #noteSent(batch: TelemetryBatch, { chain: { book } }: NextDelivery, nowMs: number): void {
    if (this.#ports.hasKey()) book.sent(batch, nowMs);
    else book.setAside([batch.from, batch.to]);
  }

  /** One that is not wanted must not keep the others back: half of them at a time, down to the one. */
  async #refusedBatches(
    batches: readonly TelemetryBatch[],
    next: NextDelivery,
    { error, signal }: { readonly error: Error; readonly signal: AbortSignal },
  ): Promise<void> {
    const [first] = batches;
    if (first === undefined) return;
    if (batches.length > 1) {
      const half = Math.ceil(batches.length / 2);
      if (errorCodeOf(error) === 'request_too_large')
        this.#bytesMax = Math.max(bodyBytesMin, Math.floor(this.#bytesMax / 2));
      await this.#sendBatches(batches.slice(0, half), next, signal);
      await this.#sendBatches(batches.slice(half), next, signal);
      return;
    }
    const { logger } = this.#ports;
    const { from, to } = first;
    next.chain.book.setAside([from, to]);
    const refusal = `records ${from} to ${to}: ${error.message}`;
    this.#sent = { ...this.#sent, refused: this.#sent.refused + 1, refusal };
    logger.warn({ uplink: this.#uplink.id, from, to, error }, `uplink ${this.#uplink.id} refuses a batch`);
  }
}

/** As many as one message may hold, and one at least. */
function fitting(batches: readonly TelemetryBatch[], bytesMax: number): readonly TelemetryBatch[] {
  let bytes = 0;
  const end = batches.findIndex(({ records }) => {
    bytes += records.length + frameBytes;
    return bytes > bytesMax;
  });
  return end < 0 ? batches : batches.slice(0, Math.max(1, end));
}
