import type { ControlDefinition } from '../io/drivers/index.ts';
import type { WordOrder } from '../io/drivers/register-map.ts';
import type { RegisterAccess } from '../io/transports/transport.ts';

/** What a device can be told, as its driver says or as it said itself, and in which order it takes its words. */
export interface DeviceControls {
  readonly controls: readonly ControlDefinition[];
  readonly wordOrder: WordOrder;
}

export interface DeviceUse {
  /** Verb and object, unique while it waits or runs: `control:inverter-1:battery_power_w`. */
  readonly name: string;
  readonly priority: 'safety' | 'control' | 'acquire' | 'housekeeping';
  /** From its start, not from the call. */
  readonly deadlineMs: number;
}

/** The devices that are configured and enabled, each in its lane. */
export interface DeviceAccess {
  /**
   * Runs `work` once, when the device's lane is free and nothing more urgent waits for it; never beside a poll
   * or another use. Errors: `device_unknown`, `stopping`, and what `work` rejects with.
   */
  use<Result>(
    device: string,
    how: DeviceUse,
    work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
}
