import { CloudBackend } from '../modbus-sim/services/cloud-backend.ts';
import type { GatewayShelf } from '../modbus-sim/services/gateway-shelf.ts';
import {
  jsonAnswer,
  type ServiceAnswer,
  type ServiceRequest,
  type SimulatedService,
} from '../modbus-sim/services/service.ts';
import type { TelemetryBatch } from '../modbus-sim/services/telemetry-batch.ts';
import type { BackendFault, BackendTrouble } from './backend-fault.ts';

export interface BackendOptions {
  readonly seed: number;
  readonly faults: readonly BackendFault[];
  /** Batches that were taken, whether they were there or not. */
  readonly hear: (batches: readonly TelemetryBatch[]) => void;
}

interface Telemetry {
  readonly kind: string;
  readonly gateway: string;
  readonly batches?: readonly TelemetryBatch[];
}

const narrowBytes = 16_384;
/** Records that are not in the backup. */
const forgottenRecords = 8;

/** The stub backend behind HTTP, for one gateway that it outlives, with faults by the true time. */
export class VirtualBackend implements SimulatedService {
  readonly id = 'backend';
  readonly faults: readonly BackendFault[];
  readonly #stub: CloudBackend;
  readonly #hear: BackendOptions['hear'];
  readonly #bodies = new Map<string, string>();
  readonly #changed: string[] = [];
  #gateway = '';
  #ended = 0;

  constructor({ seed, faults, hear }: BackendOptions) {
    this.faults = faults;
    this.#stub = new CloudBackend(seed);
    this.#hear = hear;
  }

  /** Under which it says what it has. */
  get ackKey(): string {
    return this.#stub.ackKey;
  }

  /** What it has. */
  get shelf(): GatewayShelf {
    return this.#stub.shelfOf(this.#gateway);
  }

  /** Everything that was wrong with what came: by itself, or against what came before. */
  get problems(): readonly string[] {
    return [...this.#stub.problems, ...this.#changed];
  }

  troubleAt(nowMs: number): BackendTrouble | undefined {
    return this.faults.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)?.trouble;
  }

  handle({ body }: ServiceRequest, nowMs: number): ServiceAnswer {
    this.#endFaults(nowMs);
    this.#behave(this.troubleAt(nowMs)?.kind);
    const message = JSON.parse(body) as Telemetry;
    this.#gateway = message.gateway;
    const { status, messages, detail } = this.#stub.handle(body, nowMs);
    if (status !== 200) return jsonAnswer(status, { title: 'refused', status, detail });
    if (message.kind === 'telemetry') this.#took(message.batches ?? []);
    return jsonAnswer(200, { messages });
  }

  #behave(trouble: BackendTrouble['kind'] | undefined): void {
    const { manners } = this.#stub;
    manners.isAcknowledging = trouble !== 'mute';
    manners.isSyncing = trouble !== 'unsynced';
    manners.bytesMax = trouble === 'narrow' ? narrowBytes : Number.POSITIVE_INFINITY;
    manners.copies = trouble === 'repeats' ? 2 : 1;
  }

  /** What happens at the end of a fault is seen by the next message. */
  #endFaults(nowMs: number): void {
    for (; (this.faults[this.#ended]?.endMs ?? Infinity) <= nowMs; this.#ended += 1) {
      const kind = this.faults[this.#ended]?.trouble.kind;
      if (kind === 'unsynced') this.#stub.crash();
      if (kind !== 'restored') continue;
      const newest = this.shelf.batches.at(-1)?.to ?? 0;
      this.shelf.forgetAfter(Math.max(0, newest - forgottenRecords));
    }
  }

  /** What comes again must be what it was. */
  #took(batches: readonly TelemetryBatch[]): void {
    for (const { epoch, from, to, before, head, signature } of batches) {
      const name = `batch ${epoch} ${from}`;
      const text = `${to} ${before} ${head} ${signature}`;
      if ((this.#bodies.get(name) ?? text) !== text) this.#changed.push(`${name} came again as another`);
      this.#bodies.set(name, text);
    }
    this.#hear(batches);
  }
}
