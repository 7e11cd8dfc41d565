import { startBluetoothService, type BluetoothService } from '../../ble/bluetooth-service.ts';
import { GatewayLink } from '../../ble/gateway-link/gateway-link.ts';
import { BlenoRadio } from '../../ble/radio/bleno-radio.ts';
import { realClock } from '../../ble/real-clock.ts';

/** The Bluetooth service as `ble/main.ts` puts it together, in this process, over an adapter of the virtual air. */
export class BenchRadio {
  /** What it said of itself. */
  readonly said: string[] = [];
  readonly #radio: BlenoRadio;
  readonly #ask: GatewayLink;
  readonly #service: BluetoothService;

  /** @param socket of the gateway */
  constructor(socket: string, adapter: number) {
    const clock = realClock;
    const log = { say: (_level: string, message: string) => void this.said.push(message) };
    this.#radio = new BlenoRadio({ clock, options: { deviceId: adapter } });
    this.#ask = new GatewayLink({ path: socket, clock, log });
    this.#service = startBluetoothService({
      ...{ radio: this.#radio, ask: this.#ask, clock, log },
      hardware: 'bench',
    });
    this.#ask.start();
    void this.#radio.start();
  }

  async stop(): Promise<void> {
    await this.#service.close();
    await this.#radio.close();
    this.#ask.close();
  }
}
