import type { StorePort } from '../store-port.ts';

/** Where a device was found after its address had changed. */
export interface LearnedPlace {
  /** What the configuration says: when it says something else, what was learned is worth nothing. */
  readonly configuredHost: string;
  readonly host: string;
  readonly serialNumber: string;
}

/** What was learned, over restarts. Errors: those of the store. */
export interface LearnedPlaces {
  load(device: string): Promise<LearnedPlace | undefined>;
  /** Undefined: it is where the configuration says again. */
  save(device: string, place: LearnedPlace | undefined): Promise<void>;
}

export function createLearnedPlaces(store: StorePort<'getSetting' | 'putSetting'>): LearnedPlaces {
  return {
    load: async (device) => placeOf(await store.call('getSetting', settingOf(device))),
    save: async (device, place) =>
      await store.call('putSetting', settingOf(device), JSON.stringify(place ?? {})),
  };
}

function settingOf(device: string): string {
  return `device-address:${device}`;
}

function placeOf(text: string | undefined): LearnedPlace | undefined {
  const { configuredHost, host, serialNumber } = JSON.parse(text ?? '{}') as Partial<LearnedPlace>;
  if (configuredHost === undefined || host === undefined || serialNumber === undefined) return undefined;
  return { configuredHost, host, serialNumber };
}
