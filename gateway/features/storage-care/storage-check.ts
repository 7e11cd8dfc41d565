import type { Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { CheckCursor, SalvageNote } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface StorageCheckPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'checkStep' | 'salvageNote' | 'acknowledgeSalvage' | 'getSetting' | 'putSetting'>;
}

/** A whole check: everything that is stored was read and compared with its checks. */
export interface WholeCheck {
  /** When it ended, UTC epoch ms. */
  readonly atMs: number;
  readonly rows: number;
  /** What was found damaged, and where; null for nothing. */
  readonly damage: string | null;
}

/** How far a check has come. */
interface Progress {
  cursor: CheckCursor | null;
  rows: number;
}

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded' | 'failing';
  readonly message: string;
  readonly hint: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A salvaging is told for so long, or until somebody acknowledges it. */
const toldMs = 7 * dayMs;
const settingName = 'storage.checked';

/** Has all that is stored read and compared once a day, in small steps, and tells what was damaged and salvaged. */
export class StorageCheck {
  readonly #ports: StorageCheckPorts;
  /** Of the daily check, which goes on over several runs. */
  readonly #daily: Progress = { cursor: null, rows: 0 };
  #last: WholeCheck | null | undefined;
  #salvage: SalvageNote | null = null;
  #isUnreadable = false;

  constructor(ports: StorageCheckPorts) {
    this.#ports = ports;
  }

  tasks(): readonly TaskDefinition[] {
    const common = { group: 'storage-care', deadlineMs: 60_000 };
    return [
      {
        ...common,
        name: 'check:storage',
        priority: 'housekeeping',
        periodMs: hourMs,
        offsetMs: 45 * 60_000,
        run: async ({ signal }) => {
          if (this.#daily.cursor === null && !(await this.#isDue())) return;
          while (!signal.aborted && (await this.#step(this.#daily)).result === undefined);
        },
      },
      {
        ...common,
        name: 'watch-damage:storage',
        priority: 'housekeeping',
        periodMs: 60_000,
        offsetMs: 5_000,
        run: async () => await this.#look(),
      },
    ];
  }

  /** The last whole check, null before the first. Errors: those of the store. */
  async last(): Promise<WholeCheck | null> {
    if (this.#last === undefined) {
      const text = await this.#ports.store.call('getSetting', settingName);
      this.#last = text === undefined ? null : (JSON.parse(text) as WholeCheck);
    }
    return this.#last;
  }

  /** The salvaging that nobody has acknowledged. Errors: those of the store. */
  async salvage(): Promise<SalvageNote | null> {
    return await this.#ports.store.call('salvageNote');
  }

  /** Checks everything now. Errors: `database_unreadable` says what is damaged; those of the store. */
  async now(signal: AbortSignal): Promise<WholeCheck> {
    const progress: Progress = { cursor: null, rows: 0 };
    for (;;) {
      signal.throwIfAborted();
      const { result } = await this.#step(progress).catch((error: unknown) => {
        if (!(error instanceof GatewayError) || error.code !== 'database_unreadable') throw error;
        throw damaged(error.message, error);
      });
      if (typeof result?.damage === 'string') throw damaged(result.damage);
      if (result !== undefined) return result;
    }
  }

  async acknowledge(): Promise<void> {
    await this.#ports.store.call('acknowledgeSalvage');
    this.#salvage = null;
  }

  /** Must not wait. */
  notes(): readonly Note[] {
    const notes: Note[] = [];
    if (this.#isUnreadable) {
      notes.push({
        subject: 'storage:damage',
        status: 'failing',
        message: 'the database is damaged and could not be salvaged, or is damaged again',
        hint: 'the card is failing: copy the data directory to a new one; readings wait in memory meanwhile',
      });
    }
    const salvage = this.#salvage;
    if (salvage !== null && this.#ports.clock.wall() - salvage.atMs < toldMs) {
      notes.push({
        subject: 'storage:salvaged',
        status: 'degraded',
        message: describe(salvage),
        hint: 'the card may be failing: make a backup; egw db acknowledge ends this message',
      });
    }
    return notes;
  }

  async #isDue(): Promise<boolean> {
    const last = await this.last();
    return last === null || Math.abs(this.#ports.clock.wall() - last.atMs) >= dayMs;
  }

  async #step(progress: Progress): Promise<{ readonly result: WholeCheck | undefined }> {
    if (progress.cursor === null) progress.rows = 0;
    const { cursor, rows, damage } = await this.#ports.store.call('checkStep', progress.cursor);
    progress.cursor = cursor;
    progress.rows += rows;
    if (cursor !== null) return { result: undefined };
    const result = { atMs: Math.round(this.#ports.clock.wall()), rows: progress.rows, damage };
    if (damage !== null) this.#ports.logger.error({ damage }, 'what is stored is damaged');
    this.#last = result;
    await this.#ports.store.call('putSetting', settingName, JSON.stringify(result));
    return { result };
  }

  /** After damage the next call of anybody salvages; this tells of it within the minute. */
  async #look(): Promise<void> {
    try {
      const salvage = await this.salvage();
      if (salvage !== null && salvage.atMs !== this.#salvage?.atMs)
        this.#ports.logger.error(
          { ...salvage, tables: salvage.tables.join(' ') },
          'a damaged database was salvaged',
        );
      this.#salvage = salvage;
      this.#isUnreadable = false;
    } catch (error) {
      if (errorCodeOf(error) !== 'database_unreadable') throw error;
      this.#isUnreadable = true;
    }
  }
}

function damaged(what: string, cause?: unknown): GatewayError {
  return new GatewayError('database_unreadable', what, {
    hint: 'what is intact is salvaged into a new file now, and the old one is kept: see egw db status',
    ...(cause !== undefined && { cause }),
  });
}

function describe({ atMs, missingReadings, keptRows, droppedRows, keptAs }: SalvageNote): string {
  const missing =
    missingReadings === null
      ? 'it is not known how many readings are missing'
      : `${missingReadings} readings are missing`;
  const when = new Date(atMs).toISOString();
  return `the database was damaged and salvaged at ${when}: ${keptRows} rows kept, ${droppedRows} dropped, ${missing}; the old file is ${keptAs}`;
}
