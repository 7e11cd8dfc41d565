import type { Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import { hasValue, type Quality } from '../../core/quality.ts';
import type { QuantityName } from '../../core/quantity.ts';
import type { SeriesId } from '../../core/reading.ts';
import type { Lane } from '../../engine/lane.ts';
import type { TaskContext, TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import type { HarvestedDevice } from './harvested-device.ts';
import type { LatestReadings } from './latest-readings.ts';
import type { ReadingBuffer } from './reading-buffer.ts';

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
  /** What identifies it for ever; empty when it has none. */
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

export interface HarvestPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<'internSeries'>;
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
  /** Makes a task run in its lane's slack only, or normally again. */
  hold(taskName: string, slackMs: number | undefined): void;
  /** Readings came after a start or an outage: commit them at once. */
  commitSoon(): void;
}

/**
 * The task that reads one device: ask, stamp, keep. A device that fails is probed in its lane's slack until
 * it answers; its failure is its own state, never the task's.
 */
export function harvestDevice(
  device: HarvestedDevice,
  how: { readonly poller: DevicePoller; readonly lane: Lane; readonly timing: HarvestTiming },
  ports: HarvestPorts,
): TaskDefinition {
  const series = new SeriesIds(device.id, ports.store);
  const name = `harvest:${device.id}`;
  const read = async (context: TaskContext): Promise<void> => {
    if (device.isFailing) await how.poller.probe(context.signal);
    device.serialNumber ??= await how.poller.readSerialNumber(context.signal);
    const polled = await how.poller.poll(context.signal);
    await series.intern(polled);
    keep(
      device,
      polled.filter(({ quantity }) => series.has(quantity)),
      series,
      ports,
    );
  };
  return {
    name,
    group: 'harvest',
    priority: 'acquire',
    lane: how.lane,
    periodMs: how.timing.periodMs,
    delayMs: 0,
    deadlineMs: how.timing.deadlineMs,
    run: async (context) => {
      try {
        await read(context);
      } catch (error) {
        const code = errorCodeOf(error);
        if (code === 'stopping') return;
        if (code === undefined || isOfTheStore(code)) throw error;
        if (device.failed(error)) ports.hold(name, how.timing.probeMs);
        return;
      }
      const wasFailing = device.isFailing;
      const isBack = device.answered();
      if (wasFailing) ports.hold(name, undefined);
      if (isBack) ports.commitSoon();
    },
  };
}

function keep(
  device: HarvestedDevice,
  values: readonly PolledValue[],
  series: SeriesIds,
  ports: HarvestPorts,
): void {
  const atMs = ports.clock.wall();
  for (const { quantity, value, quality } of values) {
    ports.buffer.add({ series: series.idOf(quantity), atMs, value, quality });
  }
  ports.latest.put(
    device.id,
    values.map(({ quantity, value, quality }) => ({
      device: device.id,
      quantity,
      atMs,
      value: Number.isNaN(value) ? null : value,
      quality,
      stored: false,
    })),
  );
  device.readAtMs = atMs;
}

function isOfTheStore(code: ErrorCode): boolean {
  return code === 'storage_failed' || code === 'worker_crashed' || code === 'queue_full';
}

/**
 * The numbers of a device's series; asked of the database once each. A quantity has a series from its first
 * value on: what a device has never had, such as the battery of an inverter without one, is not missing.
 */
class SeriesIds {
  readonly #device: string;
  readonly #store: StorePort<'internSeries'>;
  readonly #ids = new Map<QuantityName, SeriesId>();

  constructor(device: string, store: StorePort<'internSeries'>) {
    this.#device = device;
    this.#store = store;
  }

  async intern(values: readonly PolledValue[]): Promise<void> {
    const unknown = values.filter(({ quantity, quality }) => hasValue(quality) && !this.#ids.has(quantity));
    if (unknown.length === 0) return;
    const keys = unknown.map(({ quantity }) => ({ device: this.#device, quantity }));
    const ids = await this.#store.call('internSeries', keys);
    unknown.forEach(({ quantity }, index) => {
      const id = ids[index];
      if (id === undefined)
        throw new GatewayError('storage_failed', `the database gave no number to ${quantity}`);
      this.#ids.set(quantity, id);
    });
  }

  has(quantity: QuantityName): boolean {
    return this.#ids.has(quantity);
  }

  idOf(quantity: QuantityName): SeriesId {
    const id = this.#ids.get(quantity);
    if (id === undefined)
      throw new GatewayError('storage_failed', `${this.#device} ${quantity} has no number`);
    return id;
  }
}
