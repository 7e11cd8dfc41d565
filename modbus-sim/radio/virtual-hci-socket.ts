import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { VirtualAir } from './virtual-air.ts';
import type { VirtualController } from './virtual-controller.ts';

/** What bleno and noble ask their driver for. */
interface DriverPackage {
  loadDriver(name: string): unknown;
}

/**
 * From now on, bleno and noble of this process find the controllers of this air: the device id is a controller's number.
 * Call it before either is loaded; another air may take the place later, for whoever binds after that. A device id that
 * the air does not have is an adapter that is down.
 */
export function useVirtualAir(air: VirtualAir): void {
  currentAir = air;
  const require = createRequire(import.meta.url);
  const driver = require('@stoprocent/bluetooth-hci-socket') as DriverPackage;
  driver.loadDriver = () => VirtualHciSocket;
}

let currentAir: VirtualAir | undefined;

/** A driver of `@stoprocent/bluetooth-hci-socket`, over a controller of the current air. */
class VirtualHciSocket extends EventEmitter {
  #controller: VirtualController | undefined;

  bindRaw(deviceId: number | undefined): number {
    const number = deviceId ?? 0;
    this.#controller = currentAir?.controller(number);
    return number;
  }

  bindUser(deviceId: number | undefined): number {
    return this.bindRaw(deviceId);
  }

  bindControl(): void {
    // Nothing is on the channel of control.
  }

  setFilter(): void {
    // A host ignores what it did not want.
  }

  isDevUp(): boolean {
    return this.#controller !== undefined;
  }

  start(): void {
    this.#controller?.attachHost((packet) => this.emit('data', packet));
  }

  stop(): void {
    this.#controller?.detachHost();
    this.#controller = undefined;
  }

  reset(): void {
    this.write(Buffer.from([0x01, 0x03, 0x0c, 0x00]));
  }

  write(packet: Buffer): void {
    this.#controller?.write(Buffer.from(packet));
  }
}
