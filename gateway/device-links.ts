import type { Config, DeviceConfig } from './config/config.ts';
import { deviceLinker, type LinkPorts } from './device-linker.ts';
import type { FleetLink } from './features/harvest/device-fleet.ts';
import type { LearnedAddresses } from './io/drivers/learned-addresses.ts';
import type { Database } from './storage/store-calls.ts';

interface Surroundings extends Omit<LinkPorts, 'learned' | 'profiles'> {
  readonly config: Config;
  readonly database: Database;
}

/** Links devices as the configuration describes them, over connections that only these links share. */
export function createDeviceLinks(parts: Surroundings): (config: DeviceConfig) => FleetLink {
  const { database, config } = parts;
  return deviceLinker({ ...parts, learned: learnedAddresses(database), profiles: config.profiles });
}

/** What devices taught us stands among the settings, by model and firmware. */
function learnedAddresses(database: Database): LearnedAddresses {
  const settingOf = (key: string): string => `learned-addresses:${key}`;
  return {
    load: async (key) => {
      const text = await database.call('getSetting', settingOf(key));
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    save: async (key, learned) => await database.call('putSetting', settingOf(key), JSON.stringify(learned)),
  };
}
