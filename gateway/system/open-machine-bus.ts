import type { Alarm, Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { MachineSettings } from '../core/machine-settings.ts';
import type { WirelessNetworks } from '../core/wireless.ts';
import { systemBusAddress } from './bus-address.ts';
import { NetworkManagerWireless } from './network-manager/network-manager-wireless.ts';
import { createRealMachineSettings } from './real-machine-settings.ts';
import { SystemBus } from './system-bus.ts';

export interface MachineBusPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the services of the machine do for us, over its bus, which closes with the wireless networks. Opens nothing yet. */
export function openMachineBus({ environment, ...ports }: MachineBusPorts): {
  readonly wireless: WirelessNetworks;
  readonly machineSettings: MachineSettings;
} {
  const bus = new SystemBus({ ...ports, address: systemBusAddress(environment) });
  return {
    wireless: new NetworkManagerWireless({ ...ports, bus }),
    machineSettings: createRealMachineSettings(bus),
  };
}
