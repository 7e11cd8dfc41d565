import type { Clock } from '../../core/clock.ts';
import { quantityDefinition, type QuantityName } from '../../core/quantity.ts';
import type { LaneBound } from '../../engine/latency-bound.ts';
import type { DeviceDetail, DevicePlan, DevicePort, DeviceSummary, PollPlan } from './device-commands.ts';
import type { DeviceTiming } from './harvest-plan.ts';
import type { HarvestedDevice } from './harvested-device.ts';

/** A device that is read, with what can be told of it. */
export interface ReadDevice {
  readonly device: HarvestedDevice;
  readonly name: string;
  readonly driver: { readonly id: string; readonly title: string };
  /** Where it is asked, the unit last: `192.168.1.20:502/1`. */
  readonly address: string;
  readonly lane: string;
  readonly configuredPeriodMs: number;
  readonly timing: DeviceTiming;
  readonly quantities: readonly QuantityName[];
  describePlan(): PollPlan;
}

/** A device whose part of the configuration is wrong. */
export interface QuarantinedDevice {
  readonly id: string;
  readonly driver: string;
  readonly address: string;
  readonly problems: DeviceDetail['problems'];
}

/** What the faces may know of the devices. */
export class DeviceDirectory implements DevicePort {
  readonly #clock: Clock;
  readonly #devices: () => readonly ReadDevice[];
  readonly #quarantined = new Map<string, QuarantinedDevice>();
  readonly #madeMs: number;

  /** @param devices those that are read now */
  constructor(clock: Clock, devices: () => readonly ReadDevice[], quarantined: readonly QuarantinedDevice[]) {
    this.#clock = clock;
    this.#madeMs = clock.wall();
    this.#devices = devices;
    for (const device of quarantined) this.#quarantined.set(device.id, device);
  }

  list(): readonly DeviceSummary[] {
    const read = this.#devices().map((device) => this.#summary(device));
    return [
      ...read,
      ...[...this.#quarantined.values()].map((device) => quarantinedSummary(device, this.#madeMs)),
    ];
  }

  show(id: string): DeviceDetail | undefined {
    const read = this.#find(id);
    if (read !== undefined) return this.#detail(read);
    const quarantined = this.#quarantined.get(id);
    return quarantined === undefined ? undefined : quarantinedDetail(quarantined, this.#madeMs);
  }

  plan(id: string): DevicePlan | undefined {
    const read = this.#find(id);
    if (read === undefined) return undefined;
    const { busyMs, periodMs } = read.timing;
    return { device: id, ...read.describePlan(), busyMs, laneShare: busyMs / periodMs };
  }

  #find(id: string): ReadDevice | undefined {
    return this.#devices().find(({ device }) => device.id === id);
  }

  #summary(read: ReadDevice): DeviceSummary {
    const { device, timing } = read;
    return {
      id: device.id,
      name: read.name,
      driver: read.driver.id,
      address: read.address,
      lane: read.lane,
      state: device.state,
      stateSinceMs: device.sinceMs,
      periodMs: read.configuredPeriodMs,
      effectivePeriodMs: timing.periodMs,
      ageMs: device.readAt === undefined ? null : this.#clock.monotonic() - device.readAt,
      ageBoundMs: timing.ageBoundMs,
      answers: device.answers,
      failures: device.failures,
      lastError: device.lastError?.code ?? null,
    };
  }

  #detail(read: ReadDevice): DeviceDetail {
    return {
      ...this.#summary(read),
      driverTitle: read.driver.title,
      serialNumber: read.device.identity?.serialNumber ?? null,
      model: read.device.identity?.model ?? null,
      firmware: read.device.identity?.firmware ?? null,
      lastErrorText: read.device.lastError?.text ?? null,
      quantities: read.quantities.map((quantity) => {
        const { unit, title } = quantityDefinition(quantity);
        return { quantity, unit, title };
      }),
      problems: [],
    };
  }
}

/** By lane: the worst age of any reading seen, and allowed. null where there is none. */
export function laneAges(
  devices: readonly ReadDevice[],
  bounds: ReadonlyMap<string, LaneBound>,
): ReadonlyMap<string, { readonly boundMs: number | null; readonly measuredMs: number | null }> {
  const ages = new Map<string, { boundMs: number | null; measuredMs: number | null }>();
  for (const [lane, bound] of bounds) {
    const measured = devices
      .filter((read) => read.lane === lane)
      .map((read) => read.device.ageMeasuredMs)
      .filter((ageMs) => ageMs !== undefined);
    ages.set(lane, {
      boundMs: bound.tasks.length === 0 ? null : Math.max(...bound.tasks.map((task) => task.ageMs)),
      measuredMs: measured.length === 0 ? null : Math.max(...measured),
    });
  }
  return ages;
}

function quarantinedSummary({ id, driver, address }: QuarantinedDevice, sinceMs: number): DeviceSummary {
  return {
    id,
    name: id,
    driver,
    address,
    lane: '',
    state: 'quarantined',
    stateSinceMs: sinceMs,
    periodMs: 0,
    effectivePeriodMs: 0,
    ageMs: null,
    ageBoundMs: null,
    answers: 0,
    failures: 0,
    lastError: 'config_invalid',
  };
}

function quarantinedDetail(device: QuarantinedDevice, sinceMs: number): DeviceDetail {
  return {
    ...quarantinedSummary(device, sinceMs),
    driverTitle: '',
    serialNumber: null,
    model: null,
    firmware: null,
    lastErrorText: device.problems[0]?.message ?? null,
    quantities: [],
    problems: device.problems,
  };
}
