import { createGateway, type Gateway, type GatewayParts } from '../gateway/app.ts';
import type { Config } from '../gateway/config/config.ts';
import { monotonicMs } from '../gateway/core/clock.ts';
import { seededRandom, type Random } from '../gateway/core/random.ts';
import type { ReadingBatch } from '../gateway/core/reading.ts';
import type { TaskEvent } from '../gateway/engine/scheduler.ts';
import { sources as sourceKinds } from '../gateway/io/sources/index.ts';
import type { SinkBatch, SinkDefinition } from '../gateway/io/sinks/sink.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { FaultPlan } from '../modbus-sim/fault-plan.ts';
import { createSimulatedHome, type SimulatedHomeDevices } from '../modbus-sim/simulated-home-devices.ts';
import type { DeliveryAccount } from './delivery-watch.ts';
import { EventLog } from './event-log.ts';
import { drawHousehold, type HouseholdMoment, type HouseholdPlan } from './household-plan.ts';
import type { HouseholdRunOptions, HouseholdRunResult } from './household-run.ts';
import { HouseholdWatch } from './household-watch.ts';
import type { Violation } from './invariants.ts';
import { MortalLife } from './mortal-life.ts';
import { withOutsideBug } from './planted-outside-bug.ts';
import { faultAt } from './service-fault.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { createSimulatedHttp, type HttpExchange } from './simulated-http.ts';
import { usualAnswerTimes } from './simulated-wire.ts';
import { tapped } from './store-tap.ts';
import { virtualConfig } from './virtual-config.ts';
import { csvAccount, fileKinds, fileSinks } from './virtual-files.ts';
import { VirtualJobs, type JobLifeParts } from './virtual-jobs.ts';
import { virtualParts } from './virtual-parts.ts';
import { receiverConfig, receiverSink, VirtualReceiver } from './virtual-receiver.ts';
import { virtualServices, type VirtualServices } from './virtual-services.ts';
import { VirtualUplink } from './virtual-uplink.ts';
import { virtualTransport, virtualWires } from './virtual-site.ts';

const zone = 'Europe/Paris';
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** 2026-03-27: the spring change of the clocks falls into the third day. */
const defaultStartMs = Date.UTC(2026, 2, 27);
const violationsMax = 20;
const lookMs = 5 * minuteMs;
/** At the end all is well for so long, so that all that was stored can be sent. */
const calmMs = 10 * minuteMs;
const meter = 'meter-1';

/** The whole firmware in virtual time, with sources and sinks that fail and a process that is killed; from one seed. */
export async function runVirtualHousehold(options: HouseholdRunOptions): Promise<HouseholdRunResult> {
  const run = new HouseholdRun(options);
  return await run.live();
}

class HouseholdRun {
  readonly #options: HouseholdRunOptions;
  readonly #startMs: number;
  readonly #plan: HouseholdPlan;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #log = new EventLog();
  readonly #disk = new SimulatedDisk();
  readonly #devices: SimulatedHomeDevices;
  readonly #services: VirtualServices;
  readonly #receivers: readonly VirtualReceiver[];
  readonly #watch: HouseholdWatch;
  readonly #uplink: VirtualUplink | undefined;
  readonly #jobs: VirtualJobs | undefined;
  readonly #violations: Violation[] = [];
  readonly #deviceOf = new Map<number, string>();
  #killIn: ((exchange: HttpExchange) => void) | undefined;
  #boots = 0;
  #readings = 0;
  #life = new MortalLife();
  #database: Database | undefined;
  #gateway: Gateway | undefined;

  constructor(options: HouseholdRunOptions) {
    this.#options = options;
    const { seed, startMs = defaultStartMs } = options;
    this.#startMs = startMs;
    this.#plan = drawHousehold({ ...options, startMs });
    this.#clock = new SimulatedClock(startMs);
    this.#random = seededRandom(seed);
    this.#devices = createSimulatedHome({
      seed,
      startMs: startMs - 60 * minuteMs,
      faultPlan: new FaultPlan(seed),
    });
    const { sources: ids, weatherPeriodMs, receivers } = this.#plan;
    this.#services = virtualServices({ home: this.#devices.home, seed, startMs, ids, weatherPeriodMs });
    this.#receivers = Object.entries(receivers).map(
      ([id, faults], index) =>
        new VirtualReceiver({
          id,
          faults,
          ...(index === 1 && { refuses: ({ quantity }) => quantity.endsWith('_hz') }),
        }),
    );
    this.#watch = new HouseholdWatch({
      clock: this.#clock,
      services: this.#services,
      receivers: this.#receivers,
      devices: { [meter]: { periodMs: this.#periodMs } },
      isClockFaulty: options.clockFaults !== undefined,
      faultsOf: (source, host) => this.#plan.faultsOf(source, host),
      report: (violation) => this.#report(violation),
    });
    const { backend } = this.#plan;
    if (backend !== undefined)
      this.#uplink = new VirtualUplink({
        ...{ seed, clock: this.#clock, faults: backend, plantedBug: options.uplinkBug },
        isClockFaulty: options.clockFaults !== undefined,
        log: (event) => this.#log.add(event),
        report: (message) => this.#violate('delivery', message),
      });
    if (options.jobsPerDay !== undefined)
      this.#jobs = new VirtualJobs({
        ...{ seed, zone, days: options.days, jobsPerDay: options.jobsPerDay, clock: this.#clock },
        isClockFaulty: options.clockFaults !== undefined,
        plantedBug: options.jobBug,
        log: (event) => this.#log.add(event),
        report: (message) => this.#violate('jobs', message),
      });
  }

  async live(): Promise<HouseholdRunResult> {
    const endMs = Math.round(this.#options.days * dayMs);
    await this.#boot();
    for (const moment of this.#plan.moments) {
      await this.#liveUntil(Math.min(endMs, moment.atMs));
      await this.#meet(moment);
    }
    await this.#liveUntil(endMs);
    await this.#stop();
    await this.#boot();
    await this.#clock.advance(calmMs);
    const deliveries = await this.#settle(endMs);
    const fileValues = await this.#settleFiles(endMs);
    const uplink = this.#database && (await this.#uplink?.settle(this.#database));
    const jobs = this.#database && (await this.#jobs?.settle(this.#database));
    await this.#stop();
    return {
      ...(uplink && { uplink }),
      ...(jobs && { jobs }),
      hash: this.#log.digest(),
      events: this.#log.events,
      requests: this.#watch.requests.checks,
      readings: this.#readings,
      restarts: this.#boots - 2,
      checks: this.#watch.checks + (this.#uplink?.watch.checks ?? 0) + (this.#jobs?.watch.checks ?? 0),
      violations: this.#violations,
      deliveries,
      fileValues,
      worstGapMs: Object.fromEntries(this.#watch.cadence.worstMs),
      logins: this.#services.evohome.tokens.logins,
    };
  }

  get #periodMs(): number {
    return this.#options.periodMs ?? minuteMs;
  }

  async #liveUntil(untilMs: number): Promise<void> {
    // A gateway that was killed in the middle of a job is started again soon, as a service manager does.
    const stepMs = this.#jobs === undefined ? lookMs : minuteMs;
    while (this.#clock.monotonic() < untilMs) {
      await this.#clock.advanceTo(Math.min(untilMs, this.#clock.monotonic() + stepMs));
      if (this.#life.isOver) await this.#rise();
      if (this.#gateway === undefined) continue;
      this.#watch.look(this.#gateway);
      this.#uplink?.watch.look();
      this.#jobs?.watch.look();
    }
  }

  /** It was killed in the middle of a job. */
  async #rise(): Promise<void> {
    this.#log.add(`killed ${this.#clock.truth()}`);
    await this.#database?.close();
    await this.#boot();
  }

  async #meet({ end, downMs, happen }: HouseholdMoment): Promise<void> {
    if (end === 'none') {
      happen(this.#clock);
      this.#watch.cadence.restarted();
      return;
    }
    if (end === 'stop') await this.#stop();
    else await this.#kill(end === 'kill_in_request');
    happen(this.#clock);
    await this.#clock.advance(downMs);
    await this.#boot();
  }

  async #kill(isInRequest: boolean): Promise<void> {
    const life = this.#life;
    if (isInRequest) {
      const afterMs = this.#random.integer(60);
      this.#killIn = () => {
        this.#killIn = undefined;
        this.#clock.at(monotonicMs(this.#clock.monotonic() + afterMs), () => this.#end(life));
      };
      for (let waited = 0; !life.isOver && waited < 20; waited += 1) await this.#clock.advance(minuteMs);
    }
    this.#end(life);
    this.#killIn = undefined;
    this.#log.add(`killed ${this.#clock.truth()}`);
    await this.#database?.close();
  }

  #restarted(): void {
    this.#watch.restarted();
    this.#uplink?.watch.restarted();
  }

  #end(life: MortalLife): void {
    if (!life.isOver) this.#restarted();
    life.end();
    this.#jobs?.ending();
    this.#jobs?.gone();
  }

  async #stop(): Promise<void> {
    this.#jobs?.ending();
    const stopping = this.#gateway?.stop();
    // What ends a drain is time.
    await this.#clock.advance(5_000);
    const lost = (await stopping)?.readingsLost ?? 0;
    if (lost > 0) this.#violate('stored', `${lost} readings were lost at a stop`);
    this.#life.end();
    this.#jobs?.gone();
  }

  async #boot(): Promise<void> {
    this.#boots += 1;
    this.#life = new MortalLife();
    this.#log.add(`boot ${this.#boots} ${this.#clock.truth()}`);
    this.#restarted();
    this.#database = await openInProcessDatabase({
      directory: this.#options.directory,
      zone,
      nowMs: this.#clock.wall(),
    });
    const gateway = await createGateway(this.#parts(this.#database));
    gateway.feed.subscribe((event) => {
      if (event.type === 'readings') this.#watch.heard(event.values);
    });
    this.#gateway = gateway;
    const { pairingCode } = await gateway.start();
    await this.#jobs?.booted(gateway, pairingCode);
  }

  #parts(database: Database): GatewayParts {
    const life = this.#life;
    const tap = tapped(database, {
      stored: (batch, timeline) => this.#stored(batch, timeline),
      named: (series, device) => void this.#deviceOf.set(series, device),
    });
    const uplink = this.#uplink?.parts(tap);
    const jobs = this.#jobParts(uplink?.database ?? tap);
    const places = this.#services.sources.flatMap(({ id, hosts, service }) =>
      hosts.map((host) => ({
        host,
        service,
        trouble: (nowMs: number) => faultAt(this.#plan.faultsOf(id, host), nowMs)?.trouble,
      })),
    );
    const buggy = withOutsideBug(
      {
        sourceKinds,
        sinkKinds: [...this.#receivers.map((receiver) => this.#sinkOf(receiver)), ...fileKinds(this.#clock)],
        http: createSimulatedHttp([...places, ...(this.#uplink?.places ?? [])], this.#clock, (exchange) =>
          this.#asked(exchange),
        ),
        disk: this.#disk,
        database: jobs.database,
      },
      this.#options.plantedBug,
    );
    const wires = virtualWires([{ framing: 'tcp', slave: this.#devices.devices[meter].slave }], {
      clock: this.#clock,
      random: seededRandom(this.#options.seed),
      answerTimes: usualAnswerTimes,
      distort: (bytes) => bytes,
    });
    return {
      ...virtualParts(this.#clock, {
        config: this.#config(),
        random: this.#random,
        network: life.network(wires.network),
        serial: wires.serial,
        database: life.database(buggy.database),
        bootId: `household-${this.#boots}`,
        http: life.http(buggy.http),
        disk: life.disk(buggy.disk),
      }),
      alarm: life.alarm(this.#clock),
      sourceKinds: buggy.sourceKinds,
      sinkKinds: buggy.sinkKinds.map((kind) => life.sink(kind)),
      ...(uplink && { uplinkKinds: uplink.kinds }),
      ...jobs.outside,
      trace: (event) => this.#trace(event),
    };
  }

  #jobParts(database: Database): JobLifeParts {
    const life = this.#life;
    const over = { isOver: () => life.isOver, end: () => this.#end(life) };
    return this.#jobs?.parts(database, over) ?? { database, outside: {} };
  }

  #config(): Config {
    const device = { id: meter, driver: 'eastron-sdm630', unit: 1, periodMs: this.#periodMs };
    const base = virtualConfig([{ ...device, transport: virtualTransport('tcp', 0) }], zone);
    return {
      ...base,
      storage: { ...base.storage, retention: { rawDays: this.#options.rawDays ?? 40, minuteDays: 400 } },
      sources: this.#services.sources.map(({ config }) => config),
      features: { ...base.features, ...(this.#jobs && { jobs: this.#jobs.config }) },
      uplinks: this.#uplink === undefined ? [] : [this.#uplink.config],
      sinks: [
        ...this.#receivers.map(receiverConfig),
        ...(this.#options.hasFiles === true ? fileSinks(this.#options.directory, meter) : []),
      ],
    };
  }

  #sinkOf(receiver: VirtualReceiver): SinkDefinition {
    return receiverSink(receiver, this.#clock, (to, batch) => this.#delivered(to, batch));
  }

  #delivered(receiver: VirtualReceiver, batch: SinkBatch): void {
    this.#log.add(`${receiver.id} ${this.#clock.truth()} ${batch.rows.length} ${receiver.rows}`);
    this.#watch.deliveries.delivered(receiver, batch);
  }

  #asked(exchange: HttpExchange): void {
    this.#log.add(`asked ${exchange.startMs} ${exchange.host}${exchange.path}`);
    this.#watch.asked(exchange);
    this.#jobs?.asked(exchange);
    this.#killIn?.(exchange);
  }

  #stored(batch: ReadingBatch, timeline: string | undefined): void {
    this.#readings += batch.series.length;
    for (const column of [batch.series, batch.atMs, batch.value, batch.quality]) this.#log.addBytes(column);
    let newestMs = -Infinity;
    for (const [index, series] of batch.series.entries()) {
      const device = this.#deviceOf.get(series) ?? '';
      this.#watch.stored(device);
      if (device === meter) newestMs = Math.max(newestMs, batch.atMs[index] ?? newestMs);
    }
    if (timeline !== undefined) return;
    if (newestMs > -Infinity) this.#watch.deliveries.committed(newestMs);
  }

  #trace(event: TaskEvent): void {
    if (this.#life.isOver) return;
    this.#log.add(`${event.kind} ${event.task} ${event.atMs} ${event.outcome ?? ''}`);
    this.#watch.see(event);
  }

  /** What was stored up to a time since the start, and what the receivers have of it. */
  async #settle(untilMs: number): Promise<Record<string, DeliveryAccount>> {
    const accounts: Record<string, DeliveryAccount> = {};
    const { deliveries } = this.#watch;
    // Gas meters tell of a time before the start.
    const span = { fromMs: this.#startMs - dayMs, toMs: this.#startMs + untilMs + this.#clock.sleptMs };
    for (const receiver of this.#receivers) {
      if (this.#database === undefined) break;
      accounts[receiver.id] = await deliveries.settle(receiver, this.#database, span);
    }
    return accounts;
  }

  async #settleFiles(untilMs: number): Promise<number> {
    if (this.#options.hasFiles !== true || this.#database === undefined) return 0;
    const span = {
      device: meter,
      fromMs: this.#startMs,
      toMs: this.#startMs + untilMs + this.#clock.sleptMs,
    };
    const { values, wrong } = await csvAccount(this.#options.directory, this.#database, span);
    for (const message of wrong) this.#violate('delivery', message);
    const lines = this.#gateway?.lifecycle.state().lines ?? [];
    for (const { subject, message } of lines)
      if (subject.startsWith('sink:')) this.#violate('delivery', message);
    return values;
  }

  #violate(rule: Violation['rule'], message: string): void {
    this.#report({ atMs: this.#clock.truth(), rule, message });
  }

  #report(violation: Violation): void {
    if (this.#violations.length < violationsMax) this.#violations.push(violation);
  }
}
