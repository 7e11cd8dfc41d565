import assert from 'node:assert';
import type { CounterRules } from '../../core/counter.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { QuantityName } from '../../core/quantity.ts';
import { Lane } from '../../engine/lane.ts';
import type { LaneBound } from '../../engine/latency-bound.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { RegisterReader } from '../../io/drivers/driver.ts';
import type { DeviceValues } from '../../io/drivers/index.ts';
import type { RegisterAccess } from '../../io/transports/transport.ts';
import type { DeviceAccess, DeviceControls, DeviceUse } from '../device-access.ts';
import type { PollPlan } from './device-commands.ts';
import type { ReadDevice } from './device-directory.ts';
import { DeviceUses } from './device-uses.ts';
import { declaredCostMs, planLane, type DeviceTiming, type PlannedDevice } from './harvest-plan.ts';
import { harvestDevice, harvestTaskName, type DevicePoller, type HarvestPorts } from './harvest.ts';
import { HarvestedDevice, type DeviceIdentity } from './harvested-device.ts';
import type { IdentityRegister } from './identity-register.ts';

/** What the fleet looks at in a device's configuration. */
export interface FleetConfig {
  readonly id: string;
  readonly name?: string;
  readonly periodMs: number;
  readonly enabled: boolean;
}

/** A poller that tells what its requests are. */
export interface FleetPoller extends DevicePoller {
  /** What it measures; grows when the device has described itself. */
  readonly quantities: readonly QuantityName[];
  describePlan(): PollPlan;
  counterRules(quantity: string): CounterRules | undefined;
}

/** A device with its connection, before anything is known of its lane's other devices. */
export interface FleetLink {
  readonly driver: { readonly id: string; readonly title: string };
  /** Where it is asked, the unit last: `192.168.1.20:502/1`. */
  readonly address: string;
  readonly poller: FleetPoller;
  readonly registers: RegisterAccess;
  readonly lane: string;
  /** What it can be told, as far as it is known. */
  controls(): DeviceControls;
  /** All that the driver knows, whatever the polls read. Errors: the reader's. */
  readValues(read: RegisterReader): Promise<DeviceValues>;
  /** As it is now: what it takes to read all of it in each poll. */
  planned(): PlannedDevice;
  /** The lane's bound counts with so many requests of a poll. */
  allowRequests(count: number): void;
  /** It is being found out what the device refuses: each further poll tells more. */
  isLearning(): boolean;
  /** Whether what it asks has changed since this was asked last. */
  hasNewPlan(): boolean;
  connects(): number;
  /** From now on a request is given up after this. */
  limitRequests(timeoutMs: number): void;
  /** Ends the connection, unless other devices share it. */
  close(): void;
}

export interface FleetPorts<Config extends FleetConfig> extends HarvestPorts {
  readonly identities: IdentityRegister;
  readonly logger: Logger;
  /** Connects nothing yet. */
  link(config: Config): FleetLink;
  submit(task: TaskDefinition): void;
  /** Runs the task once more as soon as its lane allows. */
  runAgain(taskName: string): void;
  cancel(taskName: string): void;
}

interface Member<Config> {
  readonly config: Config;
  readonly link: FleetLink;
  readonly device: HarvestedDevice;
  readonly uses: DeviceUses;
  timing: DeviceTiming;
  /** As it was when its lane was planned last. */
  planned: PlannedDevice;
  pollsSinceLook: number;
  /** Polls besides its beats, made to learn what it refuses. */
  extraPolls: number;
}

interface FleetLane {
  readonly lane: Lane;
  bound: LaneBound;
  /** Beat at which a device of the lane was last asked who it is. */
  verifiedMs: number;
}

/** Of a device since it was added: polls at once, one after the other, that tell what it refuses. */
const extraPollsMax = 300;
/** How long polls take is looked at each so many of them: it costs more than one of them to find out. */
const pollsBetweenLooks = 32;
/** A poll that takes this much more or less than what its lane was planned with is a reason to plan anew. */
const pollDriftMax = 0.25;

/** The devices that are read. They come, go and change while the others go on. */
export class DeviceFleet<Config extends FleetConfig> implements DeviceAccess {
  readonly #ports: FleetPorts<Config>;
  readonly #members = new Map<string, Member<Config>>();
  readonly #lanes = new Map<string, FleetLane>();
  #isStarted = false;

  constructor(ports: FleetPorts<Config>) {
    this.#ports = ports;
  }

  /** Errors: `already_exists`; those of the store. */
  async add(config: Config): Promise<void> {
    const known = await this.#ports.identities.load(config.id);
    if (this.#members.has(config.id)) {
      throw new GatewayError('already_exists', `there is a device ${config.id} already`, {
        hint: 'give the new one another id, or remove the old one first',
      });
    }
    const link = this.#ports.link(config);
    const { clock, logger, feed } = this.#ports;
    const remember = async (identity: DeviceIdentity): Promise<boolean> =>
      await this.#remember(config.id, identity);
    const device = new HarvestedDevice(config.id, { clock, logger, feed, remember }, known);
    const uses = new DeviceUses(config.id, link.registers, this.#ports);
    const planned = link.planned();
    const timing = planLane([planned]).devices.get(config.id);
    assert(timing !== undefined, `device ${config.id} was not planned`);
    const member: Member<Config> = {
      config,
      link,
      device,
      uses,
      timing,
      planned,
      pollsSinceLook: 0,
      extraPolls: 0,
    };
    this.#members.set(config.id, member);
    if (!config.enabled) device.retire();
    this.#planLane(link.lane);
    if (this.#isStarted) this.#read(member);
  }

  /** Forgets the device; its history stays. Errors: `device_unknown`. */
  remove(id: string): Config {
    const member = this.#member(id);
    this.#ports.cancel(harvestTaskName(id));
    member.uses.close();
    member.link.close();
    member.device.retire();
    this.#members.delete(id);
    this.#planLane(member.link.lane);
    return member.config;
  }

  /** Goes on asking the same device at another place. Errors: `device_unknown`. */
  move(config: Config): void {
    const member = this.#member(config.id);
    this.#ports.cancel(harvestTaskName(config.id));
    member.uses.close();
    member.link.close();
    const link = this.#ports.link(config);
    const uses = new DeviceUses(config.id, link.registers, this.#ports);
    const moved = {
      ...member,
      config,
      link,
      uses,
      planned: link.planned(),
      pollsSinceLook: 0,
      extraPolls: 0,
    };
    this.#members.set(config.id, moved);
    this.#planLane(member.link.lane);
    this.#planLane(link.lane);
    if (this.#isStarted) this.#read(moved);
    if (moved.device.isFailing) this.#ports.hold(harvestTaskName(config.id), moved.timing.probeMs);
  }

  /** Who a device was in former runs. Errors: those of the store. */
  async knownIdentity(id: string): Promise<DeviceIdentity | undefined> {
    return await this.#ports.identities.load(id);
  }

  start(): void {
    this.#isStarted = true;
    for (const member of this.#members.values()) this.#read(member);
  }

  /** Ends the connections. What was asked for and did not run fails with `stopping`. */
  close(): void {
    for (const { uses, link } of this.#members.values()) {
      uses.close();
      link.close();
    }
  }

  async use<Result>(
    id: string,
    how: DeviceUse,
    work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { config, uses, link } = this.#member(id);
    const lane = this.#lanes.get(link.lane)?.lane;
    if (!config.enabled || lane === undefined) {
      throw new GatewayError('device_unknown', `device ${id} is switched off`, {
        hint: `set enabled: true for ${id} in the configuration`,
      });
    }
    return await uses.run(lane, how, work);
  }

  /** The device in its place is another one, and that is as it should be. Errors: `device_unknown`. */
  accept(id: string): void {
    this.#member(id).device.forgetIdentity();
  }

  /** What the device can be told; undefined when there is none of this id. */
  controlsOf(id: string): DeviceControls | undefined {
    return this.#members.get(id)?.link.controls();
  }

  /** All that the device's driver knows to read. Errors: `device_unknown`, the reader's. */
  async readValues(id: string, read: RegisterReader): Promise<DeviceValues> {
    return await this.#member(id).link.readValues(read);
  }

  /** How a counter of a device behaves; undefined where that is not known. */
  counterRules(id: string, quantity: string): CounterRules | undefined {
    return this.#members.get(id)?.link.poller.counterRules(quantity);
  }

  configOf(id: string): Config | undefined {
    return this.#members.get(id)?.config;
  }

  devices(): readonly ReadDevice[] {
    return [...this.#members.values()].map((member) => readDeviceOf(member));
  }

  lanes(): readonly Lane[] {
    return [...this.#lanes.values()].map(({ lane }) => lane);
  }

  bounds(): ReadonlyMap<string, LaneBound> {
    return new Map([...this.#lanes].map(([name, { bound }]) => [name, bound]));
  }

  #read(member: Member<Config>): void {
    const { config, device, link } = member;
    const lane = this.#lanes.get(link.lane);
    if (!config.enabled || lane === undefined) return;
    const how = {
      poller: link.poller,
      lane: lane.lane,
      timing: () => member.timing,
      connects: () => link.connects(),
      mayVerify: (nowMs: number) => takeTurn(lane, nowMs),
      counterRules: (quantity: string) => link.poller.counterRules(quantity),
      polled: () => {
        this.#planIfDrifted(member);
        this.#learnOn(member);
      },
    };
    this.#ports.submit(harvestDevice(device, how, this.#ports));
  }

  /** A device that refuses much is got to know in seconds, not in as many beats. */
  #learnOn(member: Member<Config>): void {
    if (!member.link.isLearning() || member.extraPolls >= extraPollsMax) return;
    member.extraPolls += 1;
    this.#ports.runAgain(harvestTaskName(member.config.id));
  }

  #planIfDrifted(member: Member<Config>): void {
    member.pollsSinceLook += 1;
    if (!member.link.hasNewPlan() && member.pollsSinceLook < pollsBetweenLooks) return;
    member.pollsSinceLook = 0;
    if (hasDrifted(member.planned, member.link.planned())) this.#planLane(member.link.lane);
  }

  /** Anew, for all devices of the lane. */
  #planLane(name: string): void {
    const members = [...this.#members.values()].filter(
      ({ config, link }) => config.enabled && link.lane === name,
    );
    if (members.length === 0) {
      this.#lanes.delete(name);
      return;
    }
    for (const member of members) member.planned = member.link.planned();
    const plan = planLane(members.map(({ planned }) => planned));
    const known = this.#lanes.get(name);
    if (known === undefined)
      this.#lanes.set(name, { lane: new Lane(name), bound: plan.bound, verifiedMs: -Infinity });
    else known.bound = plan.bound;
    for (const member of members) {
      const { config, link, planned } = member;
      const timing = plan.devices.get(config.id);
      assert(timing !== undefined, `device ${config.id} was not planned`);
      member.timing = timing;
      link.limitRequests(timing.requestTimeoutMs);
      link.allowRequests(planned.requestCount);
    }
  }

  async #remember(id: string, identity: DeviceIdentity): Promise<boolean> {
    try {
      await this.#ports.identities.save(id, identity);
      return true;
    } catch (error) {
      this.#ports.logger.warn(
        { device: id, error },
        `who device ${id} is could not be stored: ${describeError(error)}`,
      );
      return false;
    }
  }

  #member(id: string): Member<Config> {
    const member = this.#members.get(id);
    if (member !== undefined) return member;
    const ids = [...this.#members.keys()];
    throw new GatewayError('device_unknown', `there is no device ${JSON.stringify(id)}`, {
      hint: ids.length === 0 ? 'none is configured' : `there are: ${ids.slice(0, 20).join(', ')}`,
    });
  }
}

function hasDrifted(before: PlannedDevice, now: PlannedDevice): boolean {
  if (before.requestCount !== now.requestCount) return true;
  const beforeMs = before.measuredPollMs ?? declaredCostMs(before);
  const driftMs = Math.abs((now.measuredPollMs ?? beforeMs) - beforeMs);
  return driftMs > pollDriftMax * beforeMs;
}

/** One device of a lane in its shortest period: the bound counts on it. */
function takeTurn(lane: FleetLane, nowMs: number): boolean {
  const periodMs = Math.min(...lane.bound.tasks.map((task) => task.periodMs));
  if (nowMs - lane.verifiedMs < periodMs) return false;
  lane.verifiedMs = nowMs;
  return true;
}

function readDeviceOf<Config extends FleetConfig>({
  config,
  link,
  device,
  timing,
}: Member<Config>): ReadDevice {
  return {
    device,
    name: config.name ?? config.id,
    driver: link.driver,
    address: link.address,
    lane: link.lane,
    configuredPeriodMs: config.periodMs,
    timing,
    quantities: link.poller.quantities,
    describePlan: () => link.poller.describePlan(),
  };
}
