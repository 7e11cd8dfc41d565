import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type {
  AuditLine,
  DatabaseRoom,
  StorageMode,
  StorageState,
  StoreCalls,
} from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface StorageWatchPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'keepRoom' | 'addAuditLine'>;
}

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'failing';
  readonly message: string;
  readonly hint: string;
}

type FailureMode = Exclude<StorageMode, 'ok'>;

const periodMs = 15_000;
const failureModes: readonly string[] = ['full', 'read_only', 'failing'] satisfies FailureMode[];

/**
 * Sees to it that there is room, and tells how the storage is: at once when a write fails, and each change once,
 * in the log and, as soon as that can be written, in the audit log.
 */
export class StorageWatch {
  readonly #ports: StorageWatchPorts;
  readonly #unaudited: AuditLine[] = [];
  #mode: StorageMode = 'ok';
  #reason = '';
  #room: DatabaseRoom | undefined;

  constructor(ports: StorageWatchPorts) {
    this.#ports = ports;
  }

  task(): TaskDefinition {
    return {
      name: 'keep-room:storage',
      group: 'storage-care',
      priority: 'store',
      periodMs,
      offsetMs: 3_500,
      delayMs: 100,
      deadlineMs: 60_000,
      run: async ({ signal }) => {
        let state: StorageState;
        do {
          state = await this.#ports.store.call('keepRoom', this.#nowMs());
          this.#see(state.mode, state.reason ?? '');
          this.#room = state.room ?? this.#room;
        } while (state.remaining && !signal.aborted);
        await this.#audit();
      },
    };
  }

  /** The same store, whose failures are seen at once. */
  watching<Names extends keyof StoreCalls>(store: StorePort<Names>): StorePort<Names> {
    return {
      call: async (name, ...parameters) => {
        try {
          return await store.call(name, ...parameters);
        } catch (error) {
          const mode = error instanceof GatewayError ? error.facts['mode'] : undefined;
          if (isFailureMode(mode)) this.#see(mode, (error as GatewayError).message);
          throw error;
        }
      },
    };
  }

  /** How much the database takes, as it was seen last; undefined before that. */
  get room(): DatabaseRoom | undefined {
    return this.#room;
  }

  /** What is the matter with the medium; must not wait. */
  notes(): readonly Note[] {
    if (this.#mode === 'ok') return [];
    const { message, hint } = texts[this.#mode];
    return [{ subject: 'storage:medium', status: 'failing', message: `${message}: ${this.#reason}`, hint }];
  }

  #see(mode: StorageMode, reason: string): void {
    if (mode === this.#mode) return;
    const { logger } = this.#ports;
    if (mode === 'ok') logger.info({ before: this.#mode }, 'the storage takes writes again');
    else logger.error({ mode, reason }, texts[mode].message);
    this.#mode = mode;
    this.#reason = reason;
    const line = { atMs: this.#nowMs(), principal: 'gateway', action: 'storage.mode' };
    if (this.#unaudited.length < limits.unauditedLinesMax) {
      this.#unaudited.push({
        ...line,
        outcome: mode === 'ok' ? 'ok' : 'storage_failed',
        detail: `${mode} ${reason}`.trim(),
      });
    }
  }

  async #audit(): Promise<void> {
    for (let line = this.#unaudited[0]; line !== undefined; line = this.#unaudited[0]) {
      await this.#ports.store.call('addAuditLine', line);
      this.#unaudited.shift();
    }
  }

  #nowMs(): number {
    return Math.round(this.#ports.clock.wall());
  }
}

function isFailureMode(mode: unknown): mode is FailureMode {
  return typeof mode === 'string' && failureModes.includes(mode);
}

const texts: Readonly<Record<FailureMode, { readonly message: string; readonly hint: string }>> = {
  full: {
    message: 'READINGS ARE NOT STORED: there is no room, and nothing that may give way',
    hint: 'make room on the disk, or raise storage.quotaMb; readings wait in memory, the oldest give way in the end',
  },
  read_only: {
    message: 'NOTHING IS STORED: the data directory cannot be written',
    hint: 'make it writable, or replace the card; until then all that is new is lost with the process',
  },
  failing: {
    message: 'READINGS ARE NOT STORED: the disk fails',
    hint: 'it is tried again by itself; check the disk, and replace the card if it repeats',
  },
};
