import type { MonotonicMs } from '../../core/clock.ts';
import type { CounterRules } from '../../core/counter.ts';
import { errorCodeOf } from '../../core/errors.ts';
import type { StampingClock, TimeStamp } from '../../core/machine-clock.ts';
import type { Quality } from '../../core/quality.ts';
import type { QuantityName } from '../../core/quantity.ts';
import type { Lane } from '../../engine/lane.ts';
import type { TaskContext, TaskDefinition } from '../../engine/task.ts';
import { readAwake } from '../read-awake.ts';
import type { DeviceIdentity, HarvestedDevice } from './harvested-device.ts';
import { ReadingIntake, type IntakePorts } from './reading-intake.ts';

/** What one poll of a device brought. */
export interface PolledValue {
  readonly quantity: QuantityName;
  readonly value: number;
  readonly quality: Quality;
}

/** A device as the harvest asks it; whatever protocol it speaks. Errors are about the device as a whole. */
export interface DevicePoller {
  poll(signal: AbortSignal): Promise<readonly PolledValue[]>;
  /** The cheapest question that tells whether it is there. */
  probe(signal: AbortSignal): Promise<void>;
  /** Who it is; after it the poller knows what to ask. */
  identify(signal: AbortSignal): Promise<DeviceIdentity>;
  /** The part of it that no two devices share; empty when it does not say. */
  readSerialNumber(signal: AbortSignal): Promise<string>;
}

/** When a device is asked, and how long that may take. Milliseconds. */
export interface HarvestTiming {
  readonly periodMs: number;
  /** Of a whole run. */
  readonly deadlineMs: number;
  /** Of a probe with the reading that follows it: the slack that it needs. */
  readonly probeMs: number;
}

export interface HarvestPorts extends IntakePorts {
  /** Makes a task run in its lane's slack only, or normally again. */
  hold(taskName: string, slackMs: number | undefined): void;
  /** Readings came after a start or an outage: commit them at once. */
  commitSoon(): void;
}

export interface HarvestHow {
  readonly poller: DevicePoller;
  readonly lane: Lane;
  /** As planned now: it changes when the lane's other devices do. */
  timing(): HarvestTiming;
  /** Connections made so far to where the device is: after a new one it may be another device. */
  connects(): number;
  /** Whether it is this device's turn on its lane to be asked who it is. */
  mayVerify(nowMs: number): boolean;
  /** How one of its counters behaves; undefined where that is not known. */
  counterRules(quantity: string): CounterRules | undefined;
  /** Called after each poll that was answered. */
  polled(): void;
}

/** What a device said, and when it had. */
interface Answer {
  readonly values: readonly PolledValue[];
  readonly stamp: TimeStamp;
  readonly readAt: MonotonicMs;
}

export function harvestTaskName(device: string): string {
  return `harvest:${device}`;
}

/**
 * The task that reads one device: ask, stamp, keep. A device that fails is probed in its lane's slack until
 * it answers; its failure is its own state, never the task's.
 */
export function harvestDevice(device: HarvestedDevice, how: HarvestHow, ports: HarvestPorts): TaskDefinition {
  const intake = new ReadingIntake(device.id, ports, (quantity) => how.counterRules(quantity));
  const name = harvestTaskName(device.id);
  const ask = questioner(device, how, ports.clock);
  return {
    name,
    group: 'harvest',
    priority: 'acquire',
    lane: how.lane,
    get periodMs() {
      return how.timing().periodMs;
    },
    delayMs: 0,
    get deadlineMs() {
      return how.timing().deadlineMs;
    },
    run: async (context) => {
      let answer: Answer;
      try {
        answer = await ask(context);
      } catch (error) {
        const code = errorCodeOf(error);
        if (code === 'stopping') return;
        if (code === undefined) throw error;
        if (device.failed(error)) ports.hold(name, how.timing().probeMs);
        return;
      }
      if (device.isFailing) ports.hold(name, undefined);
      const isBack = device.answered();
      how.polled();
      // From here on the device has done its part: a failure is the store's, and so the task's.
      device.readAt = answer.readAt;
      await intake.take(answer.values, answer.stamp);
      if (isBack) ports.commitSoon();
    },
  };
}

/** A device that was swapped while it seemed to answer all the time is found within this, or within a poll where
 * that is longer; on a line with others in as many turns. */
const verifyMs = 10_000;

/** Probes a failing device, makes sure that it is the same as ever, and reads it. */
function questioner(
  device: HarvestedDevice,
  how: HarvestHow,
  clock: StampingClock,
): (context: TaskContext) => Promise<Answer> {
  let isIdentified = false;
  let verifiedMs = 0;
  let connects = 0;
  const verify = async ({ signal, dueMs }: TaskContext): Promise<void> => {
    if (device.isFailing || !isIdentified) await device.identify(await how.poller.identify(signal));
    else device.verify(await how.poller.readSerialNumber(signal));
    isIdentified = true;
    connects = how.connects();
    verifiedMs = dueMs;
  };
  return async (context) => {
    const { signal, dueMs } = context;
    if (device.isFailing) await how.poller.probe(signal);
    const isVerified = connects === how.connects() && dueMs - verifiedMs < verifyMs;
    const isNew = device.isFailing || !isIdentified;
    // Who is back is asked in any case, and then it was its turn.
    if (isNew || !isVerified) {
      const mayVerify = how.mayVerify(dueMs);
      if (isNew || mayVerify) await verify(context);
    }
    const values = await readAwake(clock, () => how.poller.poll(signal));
    return { values, stamp: clock.stamp(), readAt: clock.monotonic() };
  };
}
