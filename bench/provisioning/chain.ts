import { join } from 'node:path';
import type { SetupLabel } from '../../ble/client/setup-label.ts';
import { processTimer } from '../../modbus-sim/radio/air-timer.ts';
import { VirtualAir } from '../../modbus-sim/radio/virtual-air.ts';
import { useVirtualAir } from '../../modbus-sim/radio/virtual-hci-socket.ts';
import { BenchGateway, labelOf } from './bench-gateway.ts';
import { BenchPhone } from './bench-phone.ts';
import { BenchRadio } from './bench-radio.ts';

const controllers = 4;

/** Gateway, Bluetooth service and a phone, each with its real parts, over one air. */
export interface Chain {
  readonly air: VirtualAir;
  readonly gateway: BenchGateway;
  readonly radio: BenchRadio;
  readonly phone: BenchPhone;
  readonly label: SetupLabel;
  /** How often somebody has set it up. */
  setUps: number;
  stop(): Promise<void>;
}

/** An air with four adapters, for bleno and noble of this process: one, and before either is loaded. */
export function openAir(): VirtualAir {
  const air = new VirtualAir(processTimer);
  for (let number = 0; number < controllers; number += 1) air.addController();
  useVirtualAir(air);
  return air;
}

/** The radio has adapter 0 and the phone 1. */
export async function startChain(directory: string): Promise<Chain> {
  const air = openAir();
  const gateway = await BenchGateway.start(directory);
  const radio = new BenchRadio(join(directory, 'provision.sock'), 0);
  const phone = await BenchPhone.open(1);
  return {
    ...{ air, gateway, radio, phone },
    label: await labelOf(gateway.owner),
    setUps: 0,
    stop: async () => {
      await phone.close();
      await radio.stop();
      await gateway.stop();
    },
  };
}
