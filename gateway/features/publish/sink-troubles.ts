import type { Clock } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RefusedRow, SinkRow } from '../../io/sinks/sink.ts';
import type { SinkMark } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { SinkFailure } from './open-sink.ts';

/** Fits the lifecycle's health notes. */
export interface SinkNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

interface TroublePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'addAuditLine'>;
}

/** What happens again within that time is told once. */
const toldMs = 24 * 3_600_000;

/** What a sink does not get: said once, in the log, to the audit and as health. */
export class SinkTroubles {
  readonly #id: string;
  readonly #ports: TroublePorts;
  #refusal: string | undefined;
  #refusedMs = -Infinity;
  #lostMs = -Infinity;

  constructor(id: string, ports: TroublePorts) {
    this.#id = id;
    this.#ports = ports;
  }

  /** Must not wait. */
  notes(failure: SinkFailure | undefined, { refused, lost }: SinkMark): readonly SinkNote[] {
    const nowMs = this.#ports.clock.monotonic();
    const notes: SinkNote[] = [];
    const note = (what: string, message: string, hint: string): void => {
      notes.push({ subject: `sink:${this.#id}${what}`, status: 'degraded', message, hint });
    };
    if (failure !== undefined)
      note(
        '',
        `sink ${this.#id} takes nothing: ${failure.error.message}`,
        failure.error.hint ?? 'readings wait for it in the database; it is tried again by itself',
      );
    if (this.#refusal !== undefined && nowMs - this.#refusedMs < toldMs)
      note(
        ':refused',
        `sink ${this.#id} has refused ${refused} readings, such as ${this.#refusal}`,
        'the others go on; they are in the database all the same',
      );
    if (nowMs - this.#lostMs < toldMs)
      note(
        ':lost',
        `${lost} readings were deleted before sink ${this.#id} could take them`,
        'keep raw readings for longer than a sink may be away: storage.retention.rawDays',
      );
    return notes;
  }

  async refused(rows: readonly SinkRow[], refused: readonly RefusedRow[]): Promise<void> {
    const [first] = refused;
    if (first === undefined) return;
    const row = rows[first.index];
    const name = row === undefined ? `row ${first.index}` : `${row.device} ${row.quantity}`;
    const isNew = this.#refusedMs + toldMs <= this.#ports.clock.monotonic();
    this.#refusal = `${name}: ${first.reason.slice(0, 200)}`;
    this.#refusedMs = this.#ports.clock.monotonic();
    if (isNew) await this.#note('sink.refused', `${refused.length} readings, such as ${this.#refusal}`);
  }

  async lost(readings: number): Promise<void> {
    const isNew = this.#lostMs + toldMs <= this.#ports.clock.monotonic();
    this.#lostMs = this.#ports.clock.monotonic();
    if (isNew)
      await this.#note('sink.lost', `${readings} readings or more were deleted before they were sent`);
  }

  /** What cannot be put down must not keep the readings from being sent. */
  async #note(action: string, detail: string): Promise<void> {
    const { clock, logger, store } = this.#ports;
    logger.warn({ sink: this.#id, action }, `sink ${this.#id}: ${detail}`);
    const line = { atMs: clock.wall(), principal: 'gateway', action, outcome: 'ok' };
    try {
      await store.call('addAuditLine', { ...line, detail: `${this.#id}: ${detail}` });
    } catch (error) {
      logger.warn({ sink: this.#id, error }, `it could not be noted: ${describeError(error)}`);
    }
  }
}
