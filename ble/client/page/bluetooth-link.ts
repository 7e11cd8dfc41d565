import type { Clock } from '../../clock.ts';
import { setupFacts, setupInbox, setupOutbox, setupService } from '../../protocol/uuids.ts';
import { ownFault } from '../setup-error.ts';
import type { SetupLink } from '../setup-link.ts';
import type { BluetoothPeripheral, GattCharacteristic } from './web-bluetooth.ts';

/** Browsers do not tell the MTU; what is longer than it they write in parts, which the gateway joins. */
const fragmentBytesMax = 182;
const connectMsMax = 30_000;

/** A link over Web Bluetooth. Errors: `link_lost` when it cannot be made, or not in time. */
export async function connectTo(device: BluetoothPeripheral, clock: Clock): Promise<SetupLink> {
  let callOff = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    callOff = clock.after(connectMsMax, () => reject(ownFault('no_answer')));
  });
  try {
    return await Promise.race([makeLink(device), late]);
  } catch (error) {
    device.gatt?.disconnect();
    throw error;
  } finally {
    callOff();
  }
}

async function makeLink(device: BluetoothPeripheral): Promise<SetupLink> {
  const server = await device.gatt?.connect();
  if (server === undefined) throw ownFault('link_lost');
  const service = await server.getPrimaryService(setupService);
  const facts = await service.getCharacteristic(setupFacts);
  const inbox = await service.getCharacteristic(setupInbox);
  const outbox = await service.getCharacteristic(setupOutbox);
  const link = new BluetoothLink(device, { facts, inbox, outbox });
  await outbox.startNotifications();
  return link;
}

class BluetoothLink implements SetupLink {
  readonly fragmentBytesMax = fragmentBytesMax;
  readonly #device: BluetoothPeripheral;
  readonly #facts: GattCharacteristic;
  readonly #inbox: GattCharacteristic;
  #onFragment: (fragment: Uint8Array) => void = () => undefined;
  #onLost: () => void = () => undefined;
  #isLost = false;

  constructor(
    device: BluetoothPeripheral,
    { facts, inbox, outbox }: Readonly<Record<'facts' | 'inbox' | 'outbox', GattCharacteristic>>,
  ) {
    this.#device = device;
    this.#facts = facts;
    this.#inbox = inbox;
    const take = (): void => {
      if (outbox.value !== undefined) this.#onFragment(bytesOf(outbox.value));
    };
    outbox.addEventListener('characteristicvaluechanged', take);
    const lost = (): void => {
      this.#isLost = true;
      outbox.removeEventListener('characteristicvaluechanged', take);
      this.#onLost();
    };
    device.addEventListener('gattserverdisconnected', lost, { once: true });
  }

  async readFacts(): Promise<Uint8Array> {
    return bytesOf(await this.#facts.readValue());
  }

  async write(fragment: Uint8Array): Promise<void> {
    if (this.#isLost) throw ownFault('link_lost');
    await this.#inbox.writeValueWithResponse(fragment);
  }

  onFragment(listener: (fragment: Uint8Array) => void): void {
    this.#onFragment = listener;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  close(): Promise<void> {
    this.#device.gatt?.disconnect();
    return Promise.resolve();
  }
}

/** A copy: the browser may use its memory again. */
function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
