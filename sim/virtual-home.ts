import type { TaskEvent } from '../gateway/engine/scheduler.ts';
import { createGateway, type Gateway } from '../gateway/app.ts';
import { monotonicMs } from '../gateway/core/clock.ts';
import { seededRandom, type Random } from '../gateway/core/random.ts';
import type { ReadingBatch } from '../gateway/core/reading.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import type { Database, StoreCalls } from '../gateway/storage/store-calls.ts';
import { FaultPlan, type FaultWindow } from '../modbus-sim/fault-plan.ts';
import { randomFaultPlan, type RandomFaultOptions } from '../modbus-sim/random-fault-plan.ts';
import {
  createSimulatedHome,
  simulatedDeviceIds,
  type SimulatedDeviceId,
} from '../modbus-sim/simulated-home-devices.ts';
import { ApiVisitor } from './api-visitor.ts';
import { clockMoments, type ClockFault, type ClockMoment } from './clock-faults.ts';
import { EventLog } from './event-log.ts';
import { StoredCheck, type Violation } from './invariants.ts';
import { Ledger } from './ledger.ts';
import { PollWatch } from './poll-watch.ts';
import { withPlantedBug, type PlantedBug } from './planted-bug.ts';
import { ReadingWatch } from './reading-watch.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { usualAnswerTimes } from './simulated-wire.ts';
import { virtualConfig, type VirtualDevice } from './virtual-config.ts';
import { virtualParts } from './virtual-parts.ts';
import { virtualTransport, virtualWires, type VirtualFraming } from './virtual-site.ts';

export interface VirtualRunOptions {
  readonly seed: number;
  /** A fraction is rounded to whole hours. */
  readonly days: number;
  /** Where the database goes; best on tmpfs. Removed by whoever made it. */
  readonly directory: string;
  /** UTC epoch ms; a fixed day in spring unless said. */
  readonly startMs?: number;
  readonly periodMs?: number;
  /** By device; random ones from the seed unless said. */
  readonly faults?: Readonly<Record<string, readonly FaultWindow[]>>;
  /** Of the random ones: what happens in every home unless said. */
  readonly faultKinds?: RandomFaultOptions['kinds'];
  /** None unless said. Without faults of devices every poll is checked to be neither missed nor doubled. */
  readonly clockFaults?: readonly ClockFault[];
  /** Restarts of the gateway a day, on average. */
  readonly restartsPerDay?: number;
  /** All devices behind one connection, as units 1, 2, 3. */
  readonly isShared?: boolean;
  /** Default: Modbus TCP. RTU is at 9600 bit/s. */
  readonly framing?: VirtualFraming;
  readonly plantedBug?: PlantedBug;
}

export interface VirtualRunResult {
  readonly hash: string;
  readonly events: number;
  readonly readings: number;
  readonly checks: number;
  readonly restarts: number;
  readonly violations: readonly Violation[];
  /** Beats that each device's task made and missed by its own fault or not at all. */
  readonly polls: Readonly<Record<SimulatedDeviceId, number>>;
  /** Real milliseconds that the checks of the stored data took: not the firmware's. */
  readonly checkMs: number;
}

const zone = 'Europe/Paris';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 2026-03-27: the spring change of the clocks falls into the third day. */
const defaultStartMs = Date.UTC(2026, 2, 27);
const violationsMax = 20;
const drivers: Readonly<Record<SimulatedDeviceId, string>> = {
  'inverter-1': 'sungrow-hybrid',
  'inverter-2': 'huawei-sun2000',
  'meter-1': 'eastron-sdm630',
};
const lineBaudRate = 9_600;

/** The whole firmware in virtual time against the simulated home; everything from one seed. */
export async function runVirtualHome(options: VirtualRunOptions): Promise<VirtualRunResult> {
  const run = new VirtualRun(options);
  return await run.live();
}

class VirtualRun {
  readonly #options: VirtualRunOptions;
  readonly #startMs: number;
  readonly #periodMs: number;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #log = new EventLog();
  readonly #ledger = new Ledger();
  readonly #watch: ReadingWatch;
  readonly #pollWatch: PollWatch | undefined;
  readonly #devices: readonly VirtualDevice[];
  readonly #wires: ReturnType<typeof virtualWires>;
  readonly #visitor: ApiVisitor;
  readonly #violations: Violation[] = [];
  readonly #polls: Record<SimulatedDeviceId, number> = { 'inverter-1': 0, 'inverter-2': 0, 'meter-1': 0 };
  #boots = 0;
  #checks = 0;
  #checkMs = 0;
  #checkedMs: number;

  constructor(options: VirtualRunOptions) {
    this.#options = options;
    this.#startMs = options.startMs ?? defaultStartMs;
    this.#checkedMs = this.#startMs;
    this.#periodMs = options.periodMs ?? 10_000;
    this.#clock = new SimulatedClock(this.#startMs);
    this.#random = seededRandom(options.seed);
    const plan = faultPlanOf(options, this.#startMs);
    const { framing = 'tcp', isShared = false } = options;
    const { home, devices } = createSimulatedHome({
      seed: options.seed,
      startMs: this.#startMs - hourMs,
      faultPlan: plan,
      isShared,
      framing,
      ...(framing !== 'tcp' && { baudRate: lineBaudRate }),
    });
    this.#devices = simulatedDeviceIds.map((id, index) => ({
      id,
      driver: drivers[id],
      transport: virtualTransport(framing, isShared ? 0 : index),
      unit: devices[id].unitId,
      periodMs: this.#periodMs,
    }));
    const slaves = new Set(simulatedDeviceIds.map((id) => devices[id].slave));
    this.#wires = virtualWires(
      [...slaves].map((slave) => ({ framing, slave })),
      {
        clock: this.#clock,
        random: seededRandom(options.seed),
        answerTimes: usualAnswerTimes,
        distort: options.plantedBug === 'wrong-decode' ? flipLastBit : (bytes) => bytes,
      },
    );
    this.#visitor = new ApiVisitor(this.#clock, (violation) => this.#report(violation));
    this.#watch = new ReadingWatch({
      plan,
      home,
      periodMs: this.#periodMs,
      graceMs: options.clockFaults === undefined ? 0 : this.#periodMs / 2,
      report: (violation) => this.#report(violation),
    });
    if (options.clockFaults !== undefined && options.faults !== undefined)
      this.#pollWatch = new PollWatch(this.#periodMs, (message) => this.#violate('liveness', message));
  }

  async live(): Promise<VirtualRunResult> {
    const moments = this.#drawMoments();
    let database = await this.#open();
    let gateway = await this.#boot(database);
    const hours = Math.round(this.#options.days * 24);
    for (let hour = 1; hour <= hours; hour += 1) {
      const untilMs = hour * hourMs;
      for (let moment = moments[0]; moment !== undefined && moment.atMs < untilMs; moment = moments[0]) {
        moments.shift();
        await this.#clock.advanceTo(moment.atMs);
        if (!moment.isBoot) {
          moment.happen(this.#clock);
          this.#watch.restarted();
          continue;
        }
        await this.#stop(gateway);
        await this.#clock.advance(Math.floor(this.#random.next() * 300_000));
        moment.happen(this.#clock);
        database = await this.#open();
        gateway = await this.#boot(database);
      }
      if (hour === 3 && this.#options.plantedBug === 'late-poll') {
        gateway.scheduler.reschedule('harvest:meter-1', monotonicMs(this.#clock.monotonic() + 90_000));
      }
      await this.#clock.advanceTo(untilMs);
      this.#look(gateway);
      await this.#visitor.visit(gateway);
      // Up to an hour ago: the last minutes may still be on their way. Faults of the clock keep more of them so.
      if (hour % 24 === 0 && this.#options.clockFaults === undefined)
        await this.#settle(database, untilMs - hourMs);
    }
    await this.#stop(gateway);
    await this.#settle(await this.#open(), hours * hourMs);
    return {
      hash: this.#log.digest(),
      events: this.#log.events,
      readings: this.#ledger.count,
      checks: this.#checks + this.#watch.checks + (this.#pollWatch?.checks ?? 0),
      restarts: this.#boots - 1,
      violations: this.#violations,
      polls: this.#polls,
      checkMs: this.#checkMs,
    };
  }

  /** Restarts, and what happens to the clock, in order. */
  #drawMoments(): ClockMoment[] {
    const restarts = this.#drawRestarts().map((atMs) => ({ atMs, isBoot: true, happen: () => undefined }));
    const faults = clockMoments(this.#options.clockFaults ?? []);
    return [...restarts, ...faults].sort((a, b) => a.atMs - b.atMs);
  }

  #drawRestarts(): number[] {
    const count = Math.round(
      (this.#options.restartsPerDay ?? 0.5) * this.#options.days * 2 * this.#random.next(),
    );
    const times = Array.from({ length: count }, () =>
      Math.floor(this.#random.next() * this.#options.days * dayMs),
    );
    return times.sort((a, b) => a - b);
  }

  async #open(): Promise<Database> {
    const real = await openInProcessDatabase({
      directory: this.#options.directory,
      zone,
      nowMs: this.#clock.wall(),
    });
    const database = withPlantedBug(real, this.#options.plantedBug);
    return {
      call: async (name, ...parameters) => {
        const answer = await database.call(name, ...parameters);
        if (name === 'appendReadings') {
          const [, batch, timeline] = parameters as Parameters<StoreCalls['appendReadings']>;
          this.#acknowledged(batch, timeline === undefined ? undefined : this.#clock.startedMs);
        }
        return answer;
      },
      close: async () => await database.close(),
    };
  }

  #acknowledged(batch: ReadingBatch, aheadMs: number | undefined): void {
    this.#ledger.add(batch, aheadMs);
    for (const column of [batch.series, batch.atMs, batch.value, batch.quality]) this.#log.addBytes(column);
  }

  async #boot(database: Database): Promise<Gateway> {
    this.#boots += 1;
    this.#log.add(`boot ${this.#boots} ${this.#clock.wall()}`);
    this.#watch.restarted();
    this.#pollWatch?.restarted();
    const gateway = await createGateway({
      ...virtualParts(this.#clock, {
        config: virtualConfig(this.#devices, zone),
        random: this.#random,
        ...this.#wires,
        database,
        bootId: `virtual-${this.#boots}`,
      }),
      trace: (event) => this.#trace(event),
    });
    gateway.feed.subscribe((event) => {
      if (event.type === 'readings') this.#watch.see(event.values, gateway, this.#clock.truth());
      else this.#log.add(JSON.stringify(event));
    });
    const { pairingCode } = await gateway.start();
    await this.#visitor.pair(gateway, pairingCode);
    return gateway;
  }

  #trace(event: TaskEvent): void {
    this.#log.add(`${event.kind} ${event.task} ${event.atMs} ${event.outcome ?? ''}`);
    this.#pollWatch?.see(event);
    if (event.kind !== 'end' || !event.task.startsWith('harvest:')) return;
    const device = simulatedDeviceIds.find((id) => event.task === `harvest:${id}`);
    if (device !== undefined) this.#polls[device] += 1;
  }

  async #stop(gateway: Gateway): Promise<void> {
    const stopping = gateway.stop();
    // What ends a drain is time.
    await this.#clock.advance(5_000);
    const { readingsLost } = await stopping;
    if (readingsLost > 0) this.#violate('stored', `${readingsLost} readings were lost at a stop`);
  }

  /** Every hour. */
  #look(gateway: Gateway): void {
    this.#watch.checkFreshness(this.#clock.truth(), gateway);
    for (const breach of gateway.scheduler.livenessBreaches()) {
      this.#violate('liveness', `${breach.task} is ${breach.kind} by ${breach.overdueMs} ms`);
    }
    for (const task of gateway.scheduler.tasks()) {
      const isStarved =
        task.periodMs !== undefined && task.dueInMs < -2 * task.periodMs && task.state !== 'held';
      if (isStarved) this.#violate('liveness', `${task.name} starves: due ${-task.dueInMs} ms ago`);
    }
  }

  /** Compares what is stored with what was acknowledged, up to a time since the start. */
  async #settle(database: Database, untilMs: number): Promise<void> {
    const startMs = performance.now();
    const span = { fromMs: this.#checkedMs, toMs: this.#startMs + untilMs + this.#clock.sleptMs, zone };
    const check = new StoredCheck(database, span, (violation) => this.#report(violation));
    this.#checks += await check.run(this.#ledger);
    this.#checkedMs = span.toMs;
    this.#checkMs += performance.now() - startMs;
  }

  #violate(rule: Violation['rule'], message: string): void {
    this.#report({ atMs: this.#clock.truth(), rule, message });
  }

  #report(violation: Violation): void {
    if (this.#violations.length < violationsMax) this.#violations.push(violation);
  }
}

function faultPlanOf(options: VirtualRunOptions, startMs: number): FaultPlan {
  const { seed, days, faults, faultKinds } = options;
  if (faults !== undefined) return new FaultPlan(seed, faults);
  const span = { startMs, endMs: startMs + days * dayMs };
  return randomFaultPlan(seed, simulatedDeviceIds, { ...span, ...(faultKinds && { kinds: faultKinds }) });
}

/** A plausible answer, and a wrong one: what a wrong word order or address would give. */
function flipLastBit(bytes: Uint8Array): Uint8Array {
  const wrong = Uint8Array.from(bytes);
  const last = wrong.length - 3;
  wrong[last] = (wrong[last] ?? 0) ^ 0x10;
  return wrong;
}
