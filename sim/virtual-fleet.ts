import assert from 'node:assert';
import { createGateway, type Gateway } from '../gateway/app.ts';
import { seededRandom } from '../gateway/core/random.ts';
import type { Quality } from '../gateway/core/quality.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { DeviceQuirks } from '../modbus-sim/devices/device-quirks.ts';
import { FaultPlan, type FaultWindow } from '../modbus-sim/fault-plan.ts';
import { SimulatedHome } from '../modbus-sim/home.ts';
import { createSimulatedLine, type LinePlan } from '../modbus-sim/simulated-line.ts';
import { MeterTruth } from './meter-truth.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { usualAnswerTimes, type AnswerTimes } from './simulated-wire.ts';
import { virtualConfig } from './virtual-config.ts';
import { virtualParts } from './virtual-parts.ts';
import { virtualTransport, virtualWires, type VirtualFraming } from './virtual-site.ts';

/** One meter. All are of one kind, so that what differs between them is their faults. */
export interface FleetMeter {
  readonly id: string;
  readonly periodMs: number;
  readonly quirks?: DeviceQuirks;
}

export interface VirtualFleetOptions {
  readonly seed: number;
  /** UTC epoch milliseconds; a multiple of every period, so that all beats fall together. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Where the database goes; best on tmpfs. Removed by whoever made it. */
  readonly directory: string;
  readonly meters: readonly FleetMeter[];
  readonly framing: VirtualFraming;
  /** All meters on one line, as units 1, 2, 3 and on; otherwise each on a line of its own. */
  readonly isShared: boolean;
  readonly faults: Readonly<Record<string, readonly FaultWindow[]>>;
  readonly answerTimes?: AnswerTimes;
  /** Bits a second, so that bytes take their time; default: they take none. */
  readonly baudRate?: number;
}

export interface FleetValue {
  readonly value: number | null;
  readonly quality: Quality;
  /** What the simulated home's own value was at that time, and shortly before. */
  readonly truths: readonly number[];
}

/** What one poll has left in the database. */
export interface FleetPoll {
  readonly atMs: number;
  readonly values: Readonly<Record<string, FleetValue>>;
}

export interface FleetRun {
  readonly startMs: number;
  readonly endMs: number;
}

export interface FleetTiming {
  readonly periodMs: number;
  readonly ageBoundMs: number;
  readonly busyMs: number;
  readonly requestTimeoutMs: number;
  readonly probeMs: number;
}

export interface FleetMeterResult {
  /** From the database, in order of time. */
  readonly polls: readonly FleetPoll[];
  /** Of its task; those without a poll have failed. */
  readonly runs: readonly FleetRun[];
  readonly atLoad: FleetTiming;
  readonly atEnd: FleetTiming;
  readonly lastError: string | undefined;
  readonly failures: number;
}

export type VirtualFleetResult = Readonly<Record<string, FleetMeterResult>>;

const zone = 'Europe/Paris';
const hourMs = 3_600_000;
const rowsMax = 1_000_000;

/** The whole firmware in virtual time against meters that stand as the options say. Times are UTC epoch ms. */
export async function runVirtualFleet(options: VirtualFleetOptions): Promise<VirtualFleetResult> {
  const fleet = new VirtualFleet(options);
  return await fleet.live();
}

class VirtualFleet {
  readonly #options: VirtualFleetOptions;
  readonly #clock: SimulatedClock;
  readonly #runs = new Map<string, FleetRun[]>();
  readonly #startedMs = new Map<string, number>();

  constructor(options: VirtualFleetOptions) {
    this.#options = options;
    this.#clock = new SimulatedClock(options.startMs);
  }

  async live(): Promise<VirtualFleetResult> {
    const gateway = await this.#boot(await this.#open());
    const atLoad = timings(gateway);
    await this.#clock.advanceTo(this.#options.durationMs);
    const atEnd = timings(gateway);
    const states = new Map(gateway.devices().map(({ device }) => [device.id, device]));
    const stopping = gateway.stop();
    await this.#clock.advance(5_000);
    await stopping;
    const polls = await this.#stored();
    const results = this.#options.meters.map(({ id }): [string, FleetMeterResult] => {
      const [load, end] = [atLoad.get(id), atEnd.get(id)];
      assert(load !== undefined && end !== undefined, `the gateway reads ${id}`);
      const state = states.get(id);
      return [
        id,
        {
          polls: polls.get(id) ?? [],
          runs: this.#runs.get(id) ?? [],
          atLoad: load,
          atEnd: end,
          lastError: state?.lastError?.code,
          failures: state?.failures ?? 0,
        },
      ];
    });
    return Object.fromEntries(results);
  }

  async #open(): Promise<Database> {
    const { directory } = this.#options;
    return await openInProcessDatabase({ directory, zone, nowMs: this.#clock.wall() });
  }

  async #boot(database: Database): Promise<Gateway> {
    const { seed, framing, isShared, meters, answerTimes = usualAnswerTimes } = this.#options;
    const devices = meters.map(({ id, periodMs }, index) => ({
      id,
      driver: 'eastron-sdm630',
      transport: virtualTransport(framing, isShared ? 0 : index),
      unit: isShared ? index + 1 : 1,
      periodMs,
    }));
    const random = seededRandom(seed);
    const wire = { clock: this.#clock, random, answerTimes, distort: (bytes: Uint8Array) => bytes };
    const gateway = await createGateway({
      ...virtualParts(this.#clock, {
        config: virtualConfig(devices, zone),
        random: seededRandom(seed + 1),
        ...virtualWires(this.#lines(), wire),
        database,
        bootId: 'virtual-fleet',
      }),
      trace: ({ kind, task }) => {
        if (task.startsWith('harvest:')) this.#trace(kind, task.slice('harvest:'.length));
      },
    });
    await gateway.start();
    return gateway;
  }

  #lines(): Parameters<typeof virtualWires>[0] {
    const { seed, startMs, framing, isShared, meters, faults, baudRate } = this.#options;
    const home = new SimulatedHome({ seed, startMs: startMs - hourMs });
    const plan = new FaultPlan(seed, faults);
    const units = meters.map(({ id, quirks = {} }, index) => ({
      id,
      kind: 'sdm630' as const,
      unitId: isShared ? index + 1 : 1,
      count: index,
      quirks,
    }));
    const line = { framing, ...(baudRate !== undefined && { baudRate }) };
    const plans: LinePlan[] = isShared
      ? [{ ...line, units }]
      : units.map((unit) => ({ ...line, units: [unit] }));
    return plans.map((each) => ({ framing, slave: createSimulatedLine(each, home, plan) }));
  }

  #trace(kind: 'start' | 'end', id: string): void {
    const nowMs = this.#clock.wall();
    if (kind === 'start') {
      this.#startedMs.set(id, nowMs);
      return;
    }
    const runs = this.#runs.get(id) ?? [];
    runs.push({ startMs: this.#startedMs.get(id) ?? nowMs, endMs: nowMs });
    this.#runs.set(id, runs);
  }

  /** What is in the database, by meter and time, next to the truth. */
  async #stored(): Promise<ReadonlyMap<string, readonly FleetPoll[]>> {
    const { seed, startMs, durationMs } = this.#options;
    const truth = new MeterTruth({ seed, startMs: startMs - hourMs });
    const database = await this.#open();
    const meters = new Map<string, Map<number, Record<string, FleetValue>>>();
    for (const { id, device, quantity } of await database.call('listSeries')) {
      const span = { series: id, fromMs: startMs, toMs: startMs + durationMs + hourMs, rowsMax };
      const { rows } = await database.call('rawRange', span);
      const polls = meters.get(device) ?? new Map<number, Record<string, FleetValue>>();
      meters.set(device, polls);
      for (const { atMs, value, quality } of rows) {
        const values = polls.get(atMs) ?? {};
        values[quantity] = { value, quality, truths: truth.of(quantity, atMs) };
        polls.set(atMs, values);
      }
    }
    await database.close();
    const inOrder = (polls: Map<number, Record<string, FleetValue>>): FleetPoll[] =>
      [...polls].map(([atMs, values]) => ({ atMs, values })).sort((a, b) => a.atMs - b.atMs);
    return new Map([...meters].map(([device, polls]) => [device, inOrder(polls)]));
  }
}

function timings(gateway: Gateway): ReadonlyMap<string, FleetTiming> {
  return new Map(
    gateway.devices().map(({ device, timing }) => {
      const { periodMs, ageBoundMs, busyMs, requestTimeoutMs, probeMs } = timing;
      return [device.id, { periodMs, ageBoundMs, busyMs, requestTimeoutMs, probeMs }];
    }),
  );
}
