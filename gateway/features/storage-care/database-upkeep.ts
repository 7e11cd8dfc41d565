import type { Clock } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type {
  BackupReport,
  KeptFile,
  RebuildReport,
  RewriteCopy,
  RewritePlan,
  UpkeepCalls,
} from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface UpkeepPorts {
  readonly clock: Clock;
  readonly store: StorePort<keyof UpkeepCalls | 'rollUp' | 'countEnergy' | 'databaseStatus'>;
}

/** As configured. */
export interface BackupSettings {
  /** Absolute, or seen from the data directory. */
  readonly directory?: string;
  readonly keep: number;
  /** Absent: only when somebody asks. */
  readonly everyDays?: number;
}

/** A health line: no backup could be made by itself. */
export interface BackupNote {
  readonly subject: 'backup';
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

export interface VacuumReport {
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

export interface RotationReport {
  readonly archive: KeptFile;
  /** Of the database that the gateway goes on with. */
  readonly fileBytes: number;
}

export interface RebuildSummary {
  /** Windows that were noted for being computed anew; others that are made of them are as well. */
  readonly windows: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** More than this many steps and no end means that something else undoes them. */
const stepsMax = 10_000;

/**
 * What is done to the whole database, one thing at a time, while readings go on being committed. Errors: those of
 * `UpkeepCalls`; `storage_busy` while another thing is under way.
 */
export class DatabaseUpkeep {
  readonly #ports: UpkeepPorts;
  readonly #settings: BackupSettings;
  #underWay: string | undefined;
  #backupFailure: string | undefined;

  constructor(ports: UpkeepPorts, settings: BackupSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /** A copy of the database, checked; named by the time when it has no name. */
  async backup(name?: string): Promise<BackupReport> {
    return await this.#alone('a backup is being written', async () => await this.#writeBackup(name));
  }

  async backups(): Promise<readonly KeptFile[]> {
    return await this.#ports.store.call('listBackups', this.#settings.directory);
  }

  /** null when there is none, or when the folder cannot be read now. */
  async lastBackupMs(): Promise<number | null> {
    try {
      const [newest] = await this.backups();
      return newest?.writtenMs ?? null;
    } catch (error) {
      if (errorCodeOf(error) === 'storage_failed') return null;
      throw error;
    }
  }

  async archives(): Promise<readonly KeptFile[]> {
    return await this.#ports.store.call('listArchives');
  }

  /** Gives free pages back to the file system. */
  async vacuum(): Promise<VacuumReport> {
    return await this.#alone('the database is being vacuumed', async () => {
      const beforeBytes = await this.#fileBytes();
      await this.#rewrite('vacuum');
      return { beforeBytes, afterBytes: await this.#fileBytes() };
    });
  }

  /** Makes an archive of the database, and goes on in a new one with what is recent and what is kept for ever. */
  async rotate(): Promise<RotationReport> {
    return await this.#alone('the database is being rotated', async () => {
      await this.#computeAll();
      const { keepAs } = await this.#rewrite('rotate');
      const archive = (await this.archives()).find(({ path }) => keepAs !== null && path.endsWith(keepAs));
      if (archive === undefined) {
        throw new GatewayError('storage_failed', `the archive ${String(keepAs)} is not where it was put`);
      }
      return { archive, fileBytes: await this.#fileBytes() };
    });
  }

  /** Computes the windows of a range anew from what they are made of. */
  async rebuild(fromMs: number, toMs: number): Promise<RebuildSummary> {
    return await this.#alone('windows are being computed anew', async () => {
      let windows = 0;
      for (let next: number | undefined = fromMs; next !== undefined;) {
        const step: RebuildReport = await this.#ports.store.call('rebuildWindows', next, toMs);
        windows += step.windows;
        next = step.nextFromMs;
        await this.#computeAll();
      }
      return { windows };
    });
  }

  /** Backups by themselves, where they are configured. */
  tasks(): readonly TaskDefinition[] {
    const { everyDays } = this.#settings;
    if (everyDays === undefined) return [];
    return [
      {
        name: 'back-up:database',
        group: 'storage-care',
        priority: 'housekeeping',
        periodMs: hourMs,
        offsetMs: 45_000,
        deadlineMs: hourMs,
        run: async () => await this.#backupWhenDue(everyDays * dayMs),
      },
    ];
  }

  notes(): readonly BackupNote[] {
    if (this.#backupFailure === undefined) return [];
    return [
      {
        subject: 'backup',
        status: 'degraded',
        message: `the last backup was not made: ${this.#backupFailure}`,
        hint: 'egw db backup tries it now',
      },
    ];
  }

  /** Those that people asked for count as well; after its clock was set back, a gateway does not wait for years. */
  async #backupWhenDue(periodMs: number): Promise<void> {
    try {
      const [newest] = await this.backups();
      const ageMs = newest === undefined ? Infinity : Math.abs(this.#ports.clock.wall() - newest.writtenMs);
      if (ageMs < periodMs) this.#backupFailure = undefined;
      else if (this.#underWay === undefined) await this.backup();
    } catch (error) {
      this.#backupFailure = describeError(error);
      throw error;
    }
  }

  async #writeBackup(name: string | undefined): Promise<BackupReport> {
    const { directory, keep } = this.#settings;
    const report = await this.#ports.store.call('writeBackup', {
      nowMs: this.#ports.clock.wall(),
      keep,
      ...(directory !== undefined && { directory }),
      ...(name !== undefined && { name }),
    });
    this.#backupFailure = undefined;
    return report;
  }

  async #rewrite(kind: RewritePlan['kind']): Promise<RewritePlan> {
    const { clock, store } = this.#ports;
    const plan = await store.call('beginRewrite', kind, clock.wall());
    try {
      await this.#finish(plan, await store.call('copyForRewrite', plan));
    } catch (error) {
      // That it cannot be given up either says less; then opening the database anew gives it up.
      await store.call('cancelRewrite').catch(() => undefined);
      throw error;
    }
    return plan;
  }

  async #finish(plan: RewritePlan, copy: RewriteCopy): Promise<void> {
    const { clock, store } = this.#ports;
    for (let step = 0; step < stepsMax; step += 1) {
      if (!(await store.call('finishRewrite', plan, copy, clock.wall())).remaining) return;
    }
    throw new GatewayError('storage_busy', 'too much is written to the database to copy it now', {
      hint: 'say it again later',
    });
  }

  /** What is noted for being computed, so that nothing old is held for its sake. */
  async #computeAll(): Promise<void> {
    const { clock, store } = this.#ports;
    for (const call of ['rollUp', 'countEnergy'] as const) {
      for (let step = 0; step < stepsMax; step += 1) {
        if (!(await store.call(call, clock.wall())).remaining) break;
      }
    }
  }

  async #fileBytes(): Promise<number> {
    return (await this.#ports.store.call('databaseStatus')).fileBytes;
  }

  async #alone<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay !== undefined) {
      throw new GatewayError('storage_busy', `${this.#underWay} already`, { hint: 'wait until it is done' });
    }
    this.#underWay = what;
    try {
      return await work();
    } finally {
      this.#underWay = undefined;
    }
  }
}
