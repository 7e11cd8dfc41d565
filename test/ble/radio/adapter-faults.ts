import { createRequire } from 'node:module';
import type { VirtualAir } from '../../../modbus-sim/radio/virtual-air.ts';
import { useVirtualAir } from '../../../modbus-sim/radio/virtual-hci-socket.ts';

/** What is wrong with the adapter, as a test says. */
export const adapterFaults = {
  /** It is there no more. */
  isUnplugged: false,
  /** Another program has it. */
  isHeld: false,
  /** The first link has the number 6 for the radio. */
  isLinkSix: false,
};

const linkFirst = 0x40;

/** The same packet for a link of another number. */
function renumbered(packet: Buffer, from: number, to: number): Buffer {
  const at = packet[0] === 0x02 ? 1 : packet[1] === 0x3e ? 5 : 4;
  const isOfLink = packet[0] === 0x02 || [0x05, 0x13, 0x3e].includes(packet[1] ?? 0);
  const changed = Buffer.from(packet);
  if (isOfLink && packet[at] === from) changed[at] = to;
  return changed;
}

/** The virtual air, by a driver that has the faults. */
export function useAir(air: VirtualAir): void {
  useVirtualAir(air);
  type Driver = new () => {
    isDevUp(): boolean;
    bindUser(deviceId: number | undefined): number;
    emit(event: string, packet: Buffer): boolean;
    write(packet: Buffer): void;
  };
  const driver = createRequire(import.meta.url)('@stoprocent/bluetooth-hci-socket') as {
    loadDriver: () => Driver;
  };
  const Virtual = driver.loadDriver();
  driver.loadDriver = () =>
    class extends Virtual {
      override isDevUp(): boolean {
        return !adapterFaults.isUnplugged && super.isDevUp();
      }

      override bindUser(deviceId: number | undefined): number {
        if (adapterFaults.isHeld) throw new Error('Device or resource busy');
        return super.bindUser(deviceId);
      }

      override emit(event: string, packet: Buffer): boolean {
        const isChanged = adapterFaults.isLinkSix && event === 'data';
        return super.emit(event, isChanged ? renumbered(packet, linkFirst, 6) : packet);
      }

      override write(packet: Buffer): void {
        super.write(adapterFaults.isLinkSix ? renumbered(packet, 6, linkFirst) : packet);
      }
    };
}
