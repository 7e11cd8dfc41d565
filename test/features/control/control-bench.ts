import { setImmediate as turn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { createLiveFeed, type LiveFeed } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { Lane } from '../../../gateway/engine/lane.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import { waitFor } from '../../../gateway/engine/time-limit.ts';
import {
  createControl,
  watchLeasesTaskName,
  type Control,
} from '../../../gateway/features/control/control.ts';
import type { ControlPorts } from '../../../gateway/features/control/control-ports.ts';
import type { DeviceAccess, DeviceUse } from '../../../gateway/features/device-access.ts';
import type { ControlDefinition } from '../../../gateway/io/drivers/control-definition.ts';
import type { RegisterAccess } from '../../../gateway/io/transports/transport.ts';
import type { openConnection } from '../../../gateway/storage/connection.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import { MarkStore } from '../../../gateway/storage/mark-store.ts';
import { runMigrations } from '../../../gateway/storage/run-migrations.ts';
import type { StoredIntent } from '../../../gateway/storage/store-calls.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { controlAt, FakeInverter, installersLimit, inverterControls } from './fake-inverter.ts';

const startWallMs = Date.UTC(2026, 5, 1);
/** The device and the store take this long to answer, so that virtual time passes in small steps. */
const stepMs = 1;

/** Where the gateway can die: around each register request and each call of the store. */
export type CrashPoint = (where: string) => boolean;

/** A home of one inverter whose gateway can die and start again; all in virtual time. */
export class ControlBench {
  readonly inverter = new FakeInverter();
  readonly violations: string[] = [];
  service: DatabaseService;
  controls: readonly ControlDefinition[] = inverterControls;
  deviceState = 'up';
  /** Makes every call of the store fail. */
  storeFailure: GatewayError | undefined;
  crashAt: CrashPoint = () => false;
  isCrashed = false;
  clock = new SimulatedClock(startWallMs);
  control!: Control;
  feed!: LiveFeed;
  scheduler!: Scheduler;
  /** The lane, to block it. */
  lane!: Lane;
  storeCalls = 0;
  #livedMs = 0;
  #starts = 0;

  readonly #directory: string | undefined;

  /** Without a directory the database is in memory. */
  constructor(directory?: string) {
    this.#directory = directory;
    this.service = this.#openService();
    this.inverter.nowMs = () => this.#livedMs + this.clock.monotonic();
    this.inverter.pass = async (ms, signal) =>
      await waitFor({ clock: this.clock, alarm: this.clock }, ms, signal);
    this.inverter.beforeWrite = (address, word) => this.#checkWrite(address, word);
  }

  get nowMs(): number {
    return this.inverter.nowMs();
  }

  /** A new process over the same database and the same device. */
  async start(): Promise<void> {
    this.#livedMs += this.clock.monotonic();
    this.clock = new SimulatedClock(startWallMs + this.#livedMs);
    this.#starts += 1;
    this.isCrashed = false;
    if (this.#directory !== undefined) {
      this.service.close();
      this.service = this.#openService();
    }
    const { clock } = this;
    const random = seededRandom(this.#starts);
    const scheduler = new Scheduler({ clock, alarm: clock, random, logger: silentLogger });
    this.scheduler = scheduler;
    this.feed = createLiveFeed();
    this.lane = new Lane('inverter');
    const control = createControl(
      {
        clock,
        alarm: clock,
        random,
        logger: silentLogger,
        feed: this.feed,
        store: { call: this.#storeCaller(clock) },
        access: this.#access(scheduler, this.lane),
        bootId: `boot-${this.#starts}`,
        wake: (atMs) => void scheduler.reschedule(watchLeasesTaskName, atMs),
      },
      {
        ids: () => ['inverter'],
        stateOf: (device) => (device === 'inverter' ? this.deviceState : undefined),
        controlsOf: (device) =>
          device === 'inverter' ? { controls: this.controls, wordOrder: 'big' } : undefined,
      },
    );
    this.control = control;
    const started = control.start();
    await this.clock.advance(5);
    await Promise.race([started, this.clock.advance(5)]);
    for (const task of control.tasks) scheduler.submit(task);
    scheduler.start();
  }

  /** The answer, or the error, once virtual time has brought it. */
  async ask<Result>(call: Promise<Result>, withinMs = 120_000): Promise<Result> {
    const outcome = { isSettled: false };
    const settle = (): void => {
      outcome.isSettled = true;
    };
    const settled = call.then(settle, settle);
    for (let passedMs = 0; !outcome.isSettled && !this.isCrashed && passedMs < withinMs; passedMs += 5) {
      await this.clock.advance(5);
    }
    if (this.isCrashed) throw new GatewayError('stopping', 'the gateway died');
    await Promise.race([settled, this.clock.advance(0)]);
    return await call;
  }

  async set(
    control: string,
    value: number,
    how: Partial<Parameters<Control['set']>[0]> = {},
  ): Promise<{ readonly value: number; readonly leaseLeftMs: number }> {
    const order = { device: 'inverter', control, value, source: 'user', principal: 'local' } as const;
    return await this.ask(this.control.set({ ...order, leaseMs: undefined, ...how }));
  }

  async release(control: string, source: 'user' | 'grid' | 'optimiser' = 'user'): Promise<boolean> {
    return await this.ask(this.control.release({ device: 'inverter', control }, source));
  }

  async allowControl(): Promise<void> {
    await this.ask(this.control.setMode('inverter', 'control', 'local'));
  }

  open(): readonly StoredIntent[] {
    return this.service.listControls().open;
  }

  stateOf(control: string): ReturnType<Control['describe']>['controls'][number] {
    const found = this.control.describe('inverter').controls.find((one) => one.control === control);
    if (found === undefined) throw new GatewayError('not_found', control);
    return found;
  }

  #openService(): DatabaseService {
    const options = { directory: this.#directory ?? '/nowhere', zone: 'UTC', nowMs: startWallMs };
    return this.#directory === undefined
      ? new DatabaseService(options, inMemory)
      : new DatabaseService(options);
  }

  /** Never answers once the gateway is dead. */
  async #unlessCrashed<Result>(where: string, step: () => Result | Promise<Result>): Promise<Result> {
    if (this.#diesAt(`before ${where}`)) return await forEver<Result>();
    const result = await step();
    if (this.#diesAt(`after ${where}`)) return await forEver<Result>();
    return result;
  }

  #diesAt(where: string): boolean {
    this.isCrashed ||= this.crashAt(where);
    return this.isCrashed;
  }

  #storeCaller(clock: SimulatedClock): ControlPorts['store']['call'] {
    return async (name, ...parameters) =>
      await this.#unlessCrashed(`store ${name}`, async () => {
        this.storeCalls += 1;
        await waitFor({ clock, alarm: clock }, stepMs, new AbortController().signal);
        if (this.storeFailure !== undefined) throw this.storeFailure;
        this.#checkConfirmed(parameters[0]);
        // As a worker's answer would: the clock lets all that follows from it go on before time does.
        await clock.pend(turn());
        return callStore(this.service, name, parameters);
      });
  }

  #access(scheduler: Scheduler, lane: Lane): DeviceAccess {
    let uses = 0;
    const { access } = this.inverter;
    const registers: RegisterAccess = {
      readRegisters: async (range, signal) =>
        await this.#unlessCrashed('read', async () => await access.readRegisters(range, signal)),
      writeRegisters: async (write, signal) =>
        await this.#unlessCrashed('write', async () => await access.writeRegisters(write, signal)),
    };
    return {
      use: async <Result>(
        _device: string,
        how: DeviceUse,
        work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Result>,
      ) => {
        const { promise, resolve, reject } = Promise.withResolvers<Result>();
        uses += 1;
        scheduler.submit({
          ...how,
          name: `${how.name}#${uses}`,
          group: 'use',
          lane,
          run: async ({ signal }) => await work(registers, signal).then(resolve, reject),
        });
        return await promise;
      },
    };
  }

  /** An intent that allows this very write is on disk already. */
  #checkWrite(address: number, word: number): void {
    const control = controlAt(address);
    const open = this.open().filter((intent) => intent.control === control);
    if (open.length === 0) this.violations.push(`register ${address} was written without an intent on disk`);
    const wanted = open.some(({ value }) => value === null || wordsFor(address, value).includes(word));
    if (open.length > 0 && !wanted) this.violations.push(`no intent on disk asks for ${word} in ${address}`);
  }

  /** What is called confirmed was read after its last write. */
  #checkConfirmed(record: unknown): void {
    const moves = (record as { moves?: { id: string; state: string }[] } | undefined)?.moves ?? [];
    for (const { id, state } of moves) {
      if (state !== 'applied' && state !== 'reverted') continue;
      const control = this.open().find((intent) => intent.id === id)?.control;
      const unread = [...this.inverter.unread].filter(
        (address) => controlAt(address) === control && (state === 'applied' || puttingBack.has(address)),
      );
      if (unread.length > 0)
        this.violations.push(`${String(control)} was ${state} without reading ${unread.join()}`);
    }
  }
}

/** Registers that say whether the device decides for itself. */
const puttingBack = new Set([10, 11, 20, 32, 40, 41]);

/** By hand: what a register may hold for a set point, or to be back. */
function wordsFor(address: number, value: number): readonly number[] {
  switch (address) {
    case 10:
      return [2, 0];
    case 11:
      return [-Math.round(value) & 0xffff, 0];
    case 20:
      return [Math.round(value / 10), 1_000];
    case 30:
      return [Math.round(value * 100)];
    case 40:
      return [Math.round(value), installersLimit[40]];
    case 41:
      return [1, installersLimit[41]];
    default:
      return Array.from({ length: 121 }, (_, word) => word);
  }
}

async function forEver<Result>(): Promise<Result> {
  return await new Promise<Result>(() => undefined);
}

const inMemory: typeof openConnection = (_path, epoch) => {
  const connection = new Sqlite(':memory:');
  runMigrations(connection);
  new MarkStore(connection).putNumber('epoch', epoch ?? 1);
  return connection;
};

/** Started, with a device that may be controlled. */
export async function readyBench(): Promise<ControlBench> {
  const bench = new ControlBench();
  await bench.start();
  await bench.allowControl();
  return bench;
}

/** Keeps the lane busy. */
export function blockLane(bench: ControlBench, forMs: number): void {
  bench.scheduler.submit({
    name: 'block:lane',
    group: 'test',
    priority: 'safety',
    lane: bench.lane,
    deadlineMs: forMs + 1,
    run: async () =>
      await new Promise<void>((resolve) => {
        bench.clock.at(monotonicMs(bench.clock.monotonic() + forMs), resolve);
      }),
  });
}
