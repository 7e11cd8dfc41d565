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
  /** Devices of one lane share one connection or line. */
  readonly lane: string;
  readonly periodMs: number;
  /** Requests of a whole poll, at most. */
  readonly requestCount: number;
  readonly responseMsMax: number;
  readonly requestGapMs: number;
  readonly connectDelayMs: number;
  readonly requestTimeoutMs: number;
}

export interface DeviceTiming extends HarvestTiming {
  /** Of one request: the driver's, or less where the lane cannot afford it. */
  readonly requestTimeoutMs: number;
  /** Longest poll of the healthy device. */
  readonly busyMs: number;
  /** Worst age of its readings while it answers and one other device of the lane dies. */
  readonly ageBoundMs: number;
}

export interface HarvestPlan {
  readonly devices: ReadonlyMap<string, DeviceTiming>;
  /** By lane: the bound when one device dies at the worst moment. */
  readonly lanes: ReadonlyMap<string, LaneBound>;
}

/** Devices that may stop answering at the same moment in the bound that is shown and held. */
const deadDevicesMax = 1;

/**
 * Computed when the configuration is loaded: how long each device may take, so that the death of one costs
 * no other a beat, and how old its readings can get. Pure.
 */
export function planHarvest(devices: readonly PlannedDevice[]): HarvestPlan {
  const byLane = Map.groupBy(devices, (device) => device.lane);
  const timings = new Map<string, DeviceTiming>();
  const bounds = new Map<string, LaneBound>();
  for (const [lane, members] of byLane) {
    const costs = members.map((device) => ({ periodMs: device.periodMs, costMs: costMs(device) }));
    const timeouts = members.map((device) =>
      affordableTimeoutMs(costs, device.requestTimeoutMs, device.responseMsMax),
    );
    const tasks = members.map((device, index) =>
      boundedTask(device, timeouts[index] ?? device.requestTimeoutMs),
    );
    const bound = boundLane(tasks, deadDevicesMax);
    bounds.set(lane, bound);
    members.forEach((device, index) => {
      const task = tasks[index];
      const taskBound = bound.tasks[index];
      if (task === undefined || taskBound === undefined) return;
      timings.set(device.id, {
        periodMs: taskBound.periodMs,
        deadlineMs: task.probeMs,
        probeMs: task.probeMs,
        requestTimeoutMs: timeouts[index] ?? device.requestTimeoutMs,
        busyMs: task.costMs,
        ageBoundMs: taskBound.ageMs,
      });
    });
  }
  return { devices: timings, lanes: bounds };
}

function boundedTask(device: PlannedDevice, timeoutMs: number): BoundedTask {
  const healthyMs = costMs(device);
  return {
    name: device.id,
    priority: 'acquire',
    periodMs: device.periodMs,
    costMs: healthyMs,
    failureMs: healthyMs + timeoutMs,
    // A device that answers its probe is read in the same run.
    probeMs: device.connectDelayMs + timeoutMs + healthyMs,
  };
}

function costMs(device: PlannedDevice): number {
  return device.requestCount * (device.responseMsMax + device.requestGapMs);
}
