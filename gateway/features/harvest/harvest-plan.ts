import {
  affordableTimeoutMs,
  boundLane,
  type BoundedTask,
  type LaneBound,
} from '../../engine/latency-bound.ts';
import type { HarvestTiming } from './harvest.ts';

/** What the plan needs to know of a device. Milliseconds as in its driver's limits. */
export interface PlannedDevice {
  readonly id: string;
  readonly periodMs: number;
  /** Requests of a whole poll, at most. */
  readonly requestCount: number;
  /** Requests that tell who it is and what it offers, at most: before the first poll after a start or an outage. */
  readonly identifyCount: number;
  readonly responseMsMax: number;
  readonly requestGapMs: number;
  readonly connectDelayMs: number;
  readonly requestTimeoutMs: number;
  /** Longest poll as measured lately, its gaps included; undefined until enough was seen. */
  readonly measuredPollMs?: number | undefined;
}

export interface DeviceTiming extends HarvestTiming {
  /** Of one request: the driver's, or less where the lane cannot afford it. */
  readonly requestTimeoutMs: number;
  /** Longest poll of the healthy device. */
  readonly busyMs: number;
  /** Worst age of its readings while it answers and one other device of the lane dies. */
  readonly ageBoundMs: number;
}

/** One lane: its devices, and the bound when one of them dies at the worst moment. */
export interface LanePlan {
  readonly devices: ReadonlyMap<string, DeviceTiming>;
  readonly bound: LaneBound;
}

/** Devices that may stop answering at the same moment in the bound that is shown and held. */
const deadDevicesMax = 1;

/**
 * Computed when the configuration is loaded, and again when a device comes, goes or turns out to be slower or
 * faster: how long each device of one lane may take, so that the death of one costs no other a beat, and how old
 * its readings can get. Pure.
 *
 * Devices are taken to be as slow as their drivers say. Only where that does not fit into the periods, what was
 * measured counts instead; and always when a device is slower than its driver says.
 */
export function planLane(members: readonly PlannedDevice[]): LanePlan {
  const declared = planWith(members, declaredCostMs);
  const isSlower = members.some((device) => (device.measuredPollMs ?? 0) > declaredCostMs(device));
  const isTight = declared.bound.stretch > 1 && members.some((device) => device.measuredPollMs !== undefined);
  return isSlower || isTight ? planWith(members, measuredCostMs) : declared;
}

function planWith(members: readonly PlannedDevice[], costOf: (device: PlannedDevice) => number): LanePlan {
  const costs = withVerification(members, costOf);
  const timeouts = members.map((device) =>
    affordableTimeoutMs(costs, { ...device, afterProbeMs: afterProbeMsOf(device, costOf(device)) }),
  );
  const tasks = members.map((device, index): BoundedTask => {
    const costMs = costs[index]?.costMs ?? 0;
    const timeoutMs = timeouts[index] ?? device.requestTimeoutMs;
    return {
      name: device.id,
      priority: 'acquire',
      periodMs: device.periodMs,
      costMs,
      failureMs: costMs + timeoutMs,
      probeMs: timeoutMs + afterProbeMsOf(device, costOf(device)),
    };
  });
  const bound = boundLane(tasks, deadDevicesMax);
  const devices = new Map<string, DeviceTiming>();
  members.forEach((device, index) => {
    const task = tasks[index];
    const taskBound = bound.tasks[index];
    if (task === undefined || taskBound === undefined) return;
    const slowestMs = Math.max(costOf(device), declaredCostMs(device));
    devices.set(device.id, {
      periodMs: taskBound.periodMs,
      // However fast it was measured to be, it may take what its driver says.
      deadlineMs: Math.ceil(
        device.requestTimeoutMs +
          requestsMs(device, device.identifyCount) +
          afterProbeMsOf(device, slowestMs),
      ),
      probeMs: task.probeMs,
      requestTimeoutMs: timeouts[index] ?? device.requestTimeoutMs,
      busyMs: costOf(device),
      ageBoundMs: taskBound.ageMs,
    });
  });
  return { devices, bound };
}

/** A device that answers its probe is read in the same run; as fast as it is when it is well. */
function afterProbeMsOf(device: PlannedDevice, healthyMs: number): number {
  return device.connectDelayMs + healthyMs;
}

/** Requests that tell who a device is. One that describes itself takes more, once after each outage. */
const identityRequests = 3;

/**
 * In the shortest period one device of the lane is asked who it is (the fleet's `takeTurn`). Which one makes no
 * difference to the sum that all wait for: it stands with the one that is read most often.
 */
function withVerification(
  members: readonly PlannedDevice[],
  costOf: (device: PlannedDevice) => number,
): { readonly periodMs: number; readonly costMs: number }[] {
  const verifyMs = Math.max(
    0,
    ...members.map((device) => requestsMs(device, Math.min(device.identifyCount, identityRequests))),
  );
  const shortestMs = Math.min(...members.map((device) => device.periodMs));
  const bearer = members.find((device) => device.periodMs === shortestMs);
  return members.map((device) => ({
    periodMs: device.periodMs,
    costMs: costOf(device) + (device === bearer ? verifyMs : 0),
  }));
}

/** Longest poll, as slow as the driver says. */
export function declaredCostMs(device: PlannedDevice): number {
  return requestsMs(device, device.requestCount);
}

function measuredCostMs(device: PlannedDevice): number {
  return device.measuredPollMs ?? declaredCostMs(device);
}

function requestsMs({ responseMsMax, requestGapMs }: PlannedDevice, count: number): number {
  return count * (responseMsMax + requestGapMs);
}
