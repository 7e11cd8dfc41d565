import type { StoredMode } from '../../storage/store-calls.ts';
import type { ControlPorts } from './control-ports.ts';

/**
 * What the gateway may tell a device, least first. `read`: nothing. `self-consumption`: to decide for itself,
 * once. `control`: set points.
 */
export const deviceModes = ['read', 'self-consumption', 'control'] as const;

export type DeviceMode = (typeof deviceModes)[number];

/** The modes of the devices; `read` for each that was never given another. */
export class DeviceModes {
  readonly #store: ControlPorts['store'];
  readonly #modes = new Map<string, DeviceMode>();

  constructor(store: ControlPorts['store']) {
    this.#store = store;
  }

  restore(stored: readonly StoredMode[]): void {
    for (const { device, mode } of stored) {
      this.#modes.set(device, deviceModes.find((known) => known === mode) ?? 'read');
    }
  }

  of(device: string): DeviceMode {
    return this.#modes.get(device) ?? 'read';
  }

  /** Returns once it is on disk. */
  async set(device: string, mode: DeviceMode): Promise<void> {
    await this.#store.call('recordControl', { mode: { device, mode } });
    this.#modes.set(device, mode);
  }
}

export function isRaise(from: DeviceMode, to: DeviceMode): boolean {
  return deviceModes.indexOf(to) > deviceModes.indexOf(from);
}
