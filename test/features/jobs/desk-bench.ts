import { setImmediate as turn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { JobOrder } from '../../../gateway/core/job-process.ts';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import type { PowerSignals, SignalKind, SignalReader } from '../../../gateway/core/power-signal.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import type { DeskOptions, DeskPorts } from '../../../gateway/features/jobs/desk-ports.ts';
import type { JobDefinition } from '../../../gateway/features/jobs/job-definition.ts';
import { Desk } from '../../../gateway/features/jobs/job-desk.ts';
import { planSteps } from '../../../gateway/features/jobs/plan/plan-work.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { openConnection } from '../../../gateway/storage/connection.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { MarkStore } from '../../../gateway/storage/mark-store.ts';
import { runMigrations } from '../../../gateway/storage/run-migrations.ts';
import type { StoredJob, StoredRun } from '../../../gateway/storage/job-calls.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { MortalLife } from '../../../sim/mortal-life.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { VirtualJobProcesses, type VirtualProgram } from '../../../sim/virtual-job-processes.ts';

export const benchStartMs = Date.UTC(2026, 5, 1);
/** Signals change that often. */
export const slotMs = 10 * 60_000;
/** The store takes this long to answer. */
const storeMs = 1;

/** How a call of the store fails: before it has done anything, or after it has done all. */
export type StoreFault = 'undone' | 'done' | undefined;

/** A gateway with jobs that can die and start again, over one database in memory; all in virtual time. */
export class DeskBench {
  readonly clock: SimulatedClock;
  readonly processes: VirtualJobProcesses;
  readonly service: DatabaseService;
  readonly events: LiveEvent[] = [];
  readonly options: DeskOptions;
  programOf: (order: JobOrder) => VirtualProgram = () => ({ runsMs: slotMs, exitCode: 0 });
  storeFault: (call: string) => StoreFault = () => undefined;
  /** Dies there: each call of the store is one moment before it, and one after. */
  diesAt: (moment: string) => boolean = () => false;
  signalsNow: () => PowerSignals = () => unknownSignals();
  plan: DeskPorts['plan'] = planSteps;
  revision = 0;
  isTimeKnown = true;
  logger: Logger = silentLogger;
  desk!: Desk;
  scheduler!: Scheduler;
  #life = new MortalLife();
  #starts = 0;
  #keys = 0;

  constructor(options: Partial<DeskOptions> = {}) {
    this.clock = new SimulatedClock(benchStartMs);
    this.options = { ...usualOptions, ...options };
    this.service = new DatabaseService({ directory: '/nowhere', zone: 'UTC', nowMs: benchStartMs }, inMemory);
    this.processes = new VirtualJobProcesses(
      { clock: this.clock, alarm: this.clock, nowMs: () => this.clock.truth() },
      (order) => this.programOf(order),
    );
  }

  get isDead(): boolean {
    return this.#life.isOver;
  }

  /** A new process over the same database. */
  start(): void {
    this.#starts += 1;
    this.#life = new MortalLife();
    const { clock } = this;
    const alarm = this.#life.alarm(clock);
    const feed = createLiveFeed();
    feed.subscribe((event) => this.events.push(event));
    const scheduler = new Scheduler({
      ...{ clock, alarm, logger: silentLogger },
      random: seededRandom(this.#starts),
    });
    this.scheduler = scheduler;
    const ports: DeskPorts = {
      ...{ clock, alarm, feed, logger: this.logger, processes: this.processes },
      isTimeKnown: () => this.isTimeKnown,
      store: this.#life.database(this.#database()),
      signals: this.#signals(),
      plan: (input) => this.plan(input),
      newKey: () => `key-${(this.#keys += 1)}`,
      submit: (task) => scheduler.submit(task),
      hasten: (task) => void scheduler.reschedule(task, clock.monotonic()),
      cancel: (task) => void scheduler.cancel(task),
    };
    this.desk = new Desk(ports, this.options);
    this.desk.start();
    scheduler.start();
  }

  /** As a kill, or a power cut: its processes end with it. */
  die(): void {
    this.#life.end();
    this.processes.cut();
  }

  /** In good order. */
  async stop(): Promise<void> {
    const drained = this.scheduler.drain(1_000);
    await this.ask(this.desk.stop());
    await this.ask(drained);
    this.#life.end();
  }

  /** The answer, or the error, once virtual time has brought it. */
  async ask<Result>(call: Promise<Result>, withinMs = 20_000): Promise<Result> {
    const outcome = { isSettled: false };
    const settle = (): void => {
      outcome.isSettled = true;
    };
    call.then(settle, settle);
    for (let passedMs = 0; !outcome.isSettled && passedMs < withinMs; passedMs += 5) {
      if (this.isDead) throw new GatewayError('stopping', 'the gateway died');
      await this.clock.advance(5);
    }
    return await call;
  }

  /** Takes a job; its id. */
  async add(
    given: Partial<JobDefinition> & { readonly inMs?: number; readonly originKey?: string },
  ): Promise<number> {
    const { inMs = 8 * slotMs, originKey = null, ...definition } = given;
    const added = await this.ask(
      this.desk.add({
        definition: { ...usualDefinition, ...definition },
        deadlineMs: this.clock.wall() + inMs,
        ...{ owner: 'local', originKey, warnings: [] },
      }),
    );
    return added.job.id;
  }

  job(id: number): StoredJob {
    const job = this.service.findJob(id);
    if (job === undefined) throw new GatewayError('not_found', `job ${id}`);
    return job;
  }

  runs(id: number): readonly StoredRun[] {
    return this.service.listJobRuns(id);
  }

  firstRun(id: number): StoredRun {
    const [run] = this.runs(id);
    if (run === undefined) throw new GatewayError('not_found', `job ${id} has not run`);
    return run;
  }

  #signals(): SignalReader {
    const revisionNow = (): number => this.revision;
    return {
      read: async () => await Promise.resolve(this.signalsNow()),
      get revision() {
        return revisionNow();
      },
    };
  }

  #database(): Database {
    return {
      call: async (name, ...parameters) => {
        await this.#unlessDead(`before ${name}`);
        await new Promise<void>((resolve) => {
          this.clock.at(monotonicMs(this.clock.monotonic() + storeMs), resolve);
        });
        // As a worker's answer would: the clock lets all that follows from it go on before time does.
        await this.clock.pend(turn());
        const fault = this.storeFault(name);
        const failure = new GatewayError('storage_failed', `${name} failed`);
        if (fault === 'undone') throw failure;
        const answer = callStore(this.service, name, parameters);
        await this.#unlessDead(`after ${name}`);
        if (fault === 'done') throw failure;
        return answer;
      },
      close: async () => await Promise.resolve(),
    };
  }

  async #unlessDead(moment: string): Promise<void> {
    if (!this.isDead && this.diesAt(moment)) this.die();
    if (this.isDead) await new Promise<never>(() => undefined);
  }
}

const usualOptions: DeskOptions = {
  zone: 'Europe/Paris',
  parallelMax: 2,
  powerWatts: 100,
  stopMs: 2_000,
  timeoutMs: undefined,
  user: undefined,
  group: undefined,
  environment: { PATH: '/usr/bin:/bin' },
  keptMs: 90 * 86_400_000,
  outputsMax: 200,
};

const usualDefinition: JobDefinition = {
  name: undefined,
  command: { argv: ['work'] },
  cwd: '/',
  environment: {},
  estimateMs: slotMs,
  powerWatts: undefined,
  when: [{ kind: 'surplus' }],
  isInterruptible: false,
  retries: 0,
  timeoutMs: undefined,
  user: undefined,
  group: undefined,
  limits: {},
  hasNetwork: true,
};

/** Nothing is known, but of what is given: one value for as many slots each, from the beginning on. */
export function unknownSignals(
  known: Partial<Record<SignalKind, readonly number[]>> = {},
  slotsEach = 1,
): PowerSignals {
  const signal = (kind: SignalKind): PowerSignals[SignalKind] => {
    const values = known[kind];
    const slots = (values ?? []).map((value, index) => ({
      startMs: benchStartMs + index * slotsEach * slotMs,
      endMs: benchStartMs + (index + 1) * slotsEach * slotMs,
      value,
      basis: 'known' as const,
    }));
    return { kind, slots, unknown: values === undefined ? 'nobody says it' : undefined };
  };
  return {
    carbon: signal('carbon'),
    price: signal('price'),
    surplus: signal('surplus'),
    red: signal('red'),
    own_export: signal('own_export'),
  };
}

const inMemory: typeof openConnection = (_path, epoch) => {
  const connection = new Sqlite(':memory:');
  runMigrations(connection);
  new MarkStore(connection).putNumber('epoch', epoch ?? 1);
  return connection;
};
