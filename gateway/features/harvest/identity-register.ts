import type { StorePort } from '../store-port.ts';
import type { DeviceIdentity } from './harvested-device.ts';

/** Who each device is, over restarts. */
export interface IdentityRegister {
  /** undefined when nothing is known. Errors: those of the store. */
  load(device: string): Promise<DeviceIdentity | undefined>;
  save(device: string, identity: DeviceIdentity): Promise<void>;
}

export function createIdentityRegister(store: StorePort<'getSetting' | 'putSetting'>): IdentityRegister {
  return {
    load: async (device) => identityOf(await store.call('getSetting', settingOf(device))),
    save: async (device, { serialNumber, model, firmware }) =>
      await store.call('putSetting', settingOf(device), JSON.stringify({ serialNumber, model, firmware })),
  };
}

function settingOf(device: string): string {
  return `device-identity:${device}`;
}

function identityOf(text: string | undefined): DeviceIdentity | undefined {
  const { serialNumber, model, firmware } = JSON.parse(text ?? '{}') as Partial<DeviceIdentity>;
  if (serialNumber === undefined || model === undefined || firmware === undefined) return undefined;
  return { serialNumber, model, firmware };
}
