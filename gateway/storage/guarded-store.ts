import { join } from 'node:path';
import { errorCodeOf, GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { Ballast } from './ballast.ts';
import { callStore } from './call-store.ts';
import { CarriedCalls } from './carried-calls.ts';
import type { DatabaseOptions } from './database-options.ts';
import { DatabaseService } from './database-service.ts';
import { assertTakesFiles } from './disk-space.ts';
import { mediumFailure, sqliteFailure } from './sqlite-failure.ts';
import { makeStandIn, type StandIn } from './stand-in.ts';
import type { DatabaseRoom, StorageMode, StorageState, StoreCalls } from './store-calls.ts';

type FailureMode = Exclude<StorageMode, 'ok'>;

type Opener = (options: DatabaseOptions) => DatabaseService;

/** What may take all of the ballast, and goes before readings. */
const urgentNames: ReadonlySet<keyof StoreCalls> = new Set([
  'recordControl',
  'internSeries',
  'addAuditLine',
  'noteGap',
  'putSetting',
  'addToken',
  'removeToken',
  'addClientKey',
  'removeClientKey',
  'noteSecurityEvent',
  'noteTelemetryEvent',
  'beginCloudCommand',
  'endCloudCommand',
  'settleCloudCommands',
  'moveJob',
  'beginJobRun',
  'endJobRun',
  'settleJobRuns',
  'putPhases',
  'noteAlerts',
  'acknowledgeAlert',
  'beginDelivery',
  'endDelivery',
  'settleDeliveries',
  'putTempoDays',
  'putMetered',
  'addServerOrder',
  'updateServerOrder',
  'putMembers',
  'addDerogation',
  'removeDerogation',
]);
/** Notes of which there may be many, and without which everything goes on: they are dropped while nothing is written. */
const droppedNames: ReadonlySet<keyof StoreCalls> = new Set([
  'noteSecurityEvent',
  'noteClientKeyUse',
  'saveJobOutput',
]);
/** Those that come by themselves, again and again: they find out whether the medium can be written again. */
const tryingNames: ReadonlySet<keyof StoreCalls> = new Set(['appendReadings', 'keepRoom']);
/** Steps of making room within one call; then it fails, and comes again. */
const reliefStepsMax = 8;

/**
 * The calls of the database on a medium that may be full, failing or not writable. What needs room gets it, or
 * fails with `storage_failed` and the fact `mode`. What must go on (what devices are told, their series, audit
 * lines, gaps, what happened to telemetry, how commands of the cloud ended) is carried in memory meanwhile. While the database's own place cannot be used at all, a copy of it
 * is read. It goes back by itself, and first puts down what was carried.
 *
 *     ok ──a write fails──► full, read_only, failing ──a write succeeds──► ok
 */
export class GuardedStore {
  readonly #options: DatabaseOptions;
  readonly #openService: Opener;
  readonly #carried = new CarriedCalls();
  #service: DatabaseService;
  #standIn: StandIn | undefined;
  #mode: StorageMode = 'ok';
  #reason: string | null = null;
  #lastRoom: DatabaseRoom | null = null;

  /** Errors: `database_newer`, `database_unreadable`, and `storage_failed` when not even a copy can be made. */
  constructor(options: DatabaseOptions, openService: Opener = (given) => new DatabaseService(given)) {
    this.#options = options;
    this.#openService = openService;
    this.#service = this.#open();
  }

  /** Errors: those of the call. */
  call<Name extends keyof StoreCalls>(
    name: Name,
    parameters: Parameters<StoreCalls[Name]>,
  ): ReturnType<StoreCalls[Name]> {
    if (tryingNames.has(name)) this.#goBack();
    try {
      return this.#marked(name, this.#attempt(name, parameters));
    } catch (error) {
      const mode = this.#failed(error);
      if (mode === undefined) throw error;
      if (this.#fallBack()) return this.call(name, parameters);
      if (name === 'keepRoom') return this.#state() as ReturnType<StoreCalls[Name]>;
      if (this.#carried.takes(name)) {
        return this.#carried.take(name, parameters, this.#service) as ReturnType<StoreCalls[Name]>;
      }
      if (droppedNames.has(name)) return undefined as ReturnType<StoreCalls[Name]>;
      throw withMode(error, mode);
    }
  }

  /** Errors: `storage_failed` when what was written could not be settled; it is on disk all the same. */
  close(): void {
    try {
      this.#service.close();
    } catch (error) {
      if (this.#mode === 'ok') throw error;
    } finally {
      this.#standIn?.remove();
      this.#standIn = undefined;
    }
  }

  #open(): DatabaseService {
    try {
      const service = this.#openWithRoom();
      try {
        service.assertWritable();
      } catch (error) {
        if (this.#failed(error) === undefined && errorCodeOf(error) !== 'storage_failed') throw error;
      }
      return service;
    } catch (error) {
      if (this.#failed(error) === undefined) throw error;
      return this.#openStandIn();
    }
  }

  /** A full disk has no room for what a database needs to be open. */
  #openWithRoom(): DatabaseService {
    try {
      return this.#openService(this.#options);
    } catch (error) {
      const { directory } = this.#options;
      if (mediumFailure(error) !== 'full' || !new Ballast(directory).release(true)) throw error;
      return this.#openService(this.#options);
    }
  }

  /** A copy; what cannot be opened there, or is too big, gives way to an empty database. */
  #openStandIn(): DatabaseService {
    const { directory, temporaryDirectories: places } = this.#options;
    const open = (standIn: StandIn): DatabaseService => {
      this.#standIn = standIn;
      const { directory: copied } = standIn;
      return this.#openService({ ...this.#options, directory: copied, ballastBytesMax: 0, isStandIn: true });
    };
    try {
      const standIn = makeStandIn({ directory, places });
      try {
        return open(standIn);
      } catch (error) {
        standIn.remove();
        if (!standIn.isCopy || errorCodeOf(error) === 'database_newer') throw error;
        return open(makeStandIn({ places }));
      }
    } catch (error) {
      this.#standIn = undefined;
      throw sqliteFailure(error, directory);
    }
  }

  /** The call, again and again while room can be made for it. */
  #attempt<Name extends keyof StoreCalls>(
    name: Name,
    parameters: Parameters<StoreCalls[Name]>,
  ): ReturnType<StoreCalls[Name]> {
    for (let steps = 0; ; steps += 1) {
      try {
        return callStore(this.#service, name, parameters);
      } catch (error) {
        const isFull = this.#standIn === undefined && this.#modeOf(error) === 'full';
        if (!isFull || steps >= reliefStepsMax || !this.#relieve(name)) throw error;
      }
    }
  }

  #relieve(name: keyof StoreCalls): boolean {
    try {
      return this.#service.relieve(urgentNames.has(name));
    } catch (error) {
      if (mediumFailure(error) === undefined) throw error;
      return false;
    }
  }

  /** A failing write on a medium that refuses a new file says more than its own code. */
  #modeOf(error: unknown): FailureMode | undefined {
    const mode = mediumFailure(error);
    if (mode !== 'failing') return mode;
    try {
      assertTakesFiles(this.#options.directory);
      return mode;
    } catch (refusal) {
      return mediumFailure(refusal) ?? mode;
    }
  }

  /** Takes note of what a failure says of the medium. */
  #failed(error: unknown): FailureMode | undefined {
    const mode = this.#modeOf(error);
    if (mode === undefined || mode === this.#mode) return mode;
    this.#mode = mode;
    this.#reason = error instanceof Error ? error.message : String(error);
    return mode;
  }

  /** Whether another database had to be opened, because this one cannot even be read. */
  #fallBack(): boolean {
    if (this.#standIn !== undefined || this.#mode !== 'read_only') return false;
    try {
      this.#service.listSeries();
      return false;
    } catch (error) {
      if (mediumFailure(error) === undefined) return false;
    }
    this.#service = this.#openStandIn();
    return true;
  }

  /** Tries whether all can be written again, and puts down what was carried. */
  #goBack(): void {
    const { size } = this.#carried;
    const isAway = this.#mode === 'read_only' || this.#mode === 'failing';
    if (this.#standIn === undefined && size === 0 && !isAway) return;
    try {
      assertTakesFiles(this.#options.directory);
      this.#return();
      if (isAway || size > 0) this.#well();
    } catch (error) {
      if (this.#failed(error) === undefined && errorCodeOf(error) !== 'storage_failed') throw error;
    }
  }

  #return(): void {
    const service = this.#standIn === undefined ? this.#service : this.#openService(this.#options);
    try {
      service.assertWritable();
      this.#carried.replay(service);
    } catch (error) {
      if (service !== this.#service) service.close();
      throw error;
    }
    if (this.#standIn === undefined) return;
    const [copy, standIn] = [this.#service, this.#standIn];
    this.#service = service;
    this.#standIn = undefined;
    try {
      copy.close();
    } catch {
      // It was only read.
    } finally {
      standIn.remove();
    }
  }

  #well(): void {
    this.#mode = 'ok';
    this.#reason = null;
  }

  #state(): StorageState {
    return { mode: this.#mode, reason: this.#reason, room: this.#lastRoom, remaining: false };
  }

  /** What the database cannot know of itself is put into its answers. */
  #marked<Name extends keyof StoreCalls>(
    name: Name,
    result: ReturnType<StoreCalls[Name]>,
  ): ReturnType<StoreCalls[Name]> {
    if (name === 'appendReadings') this.#well();
    if (name === 'databaseStatus') {
      const path = join(this.#options.directory, 'egw.db');
      return { ...(result as object), path, mode: this.#mode } as typeof result;
    }
    if (name !== 'keepRoom') return result;
    const { room, remaining } = result as StorageState;
    this.#lastRoom = this.#standIn === undefined ? room : null;
    if (this.#mode === 'full' && room !== null && hasRoom(room)) this.#well();
    return { ...this.#state(), remaining } as typeof result;
  }
}

function hasRoom({ quotaBytes, usedBytes, freeBytes }: DatabaseRoom): boolean {
  const leftBytes = Math.min(quotaBytes - usedBytes, freeBytes ?? Infinity);
  return leftBytes > 2 * Math.min(limits.urgentBytesReserve, quotaBytes / 20);
}

function withMode(error: unknown, mode: FailureMode): GatewayError {
  const { message, facts } = error instanceof GatewayError ? error : { message: String(error), facts: {} };
  return new GatewayError('storage_failed', message, {
    hint: hints[mode],
    cause: error,
    facts: { ...facts, mode },
  });
}

const hints: Readonly<Record<FailureMode, string>> = {
  full: 'readings are kept in memory meanwhile; make room on the disk, or raise storage.quotaMb',
  read_only: 'readings are kept in memory meanwhile; make the data directory writable, or replace its medium',
  failing:
    'readings are kept in memory meanwhile; it is tried again; check the disk, and replace it if it repeats',
};
