import type { CDPSession, Page } from 'playwright-core';
import type { SetupLink } from '../../../../ble/client/setup-link.ts';
import { setupFacts, setupInbox, setupOutbox, setupService } from '../../../../ble/protocol/uuids.ts';

/** The client's configuration of notifications (Bluetooth Core 5.4, Vol 3, Part G, 3.3.3.3). */
const configuration = '00002902-0000-1000-8000-00805f9b34fb';
const address = '02:00:00:00:00:01';

/** Whoever is in reach: made up, or a real one behind another radio. */
export interface GatewayInReach {
  readonly gatewayId: string;
  connect(): Promise<SetupLink>;
  loseLink(): void;
}

/**
 * Chromium's own Bluetooth, with one gateway in reach that DevTools emulates (domains `BluetoothEmulation` and
 * `DeviceAccess`): its chooser's filter, its links, its discovery, its reads and writes are the real ones. DevTools has
 * no way to send a notification, so those alone are given to the page's characteristic as the event that would come.
 */
export class EmulatedBluetooth {
  readonly #browser: CDPSession;
  readonly #page: Page;
  readonly #gateway: GatewayInReach;
  readonly #characteristics = new Map<string, string>();
  readonly #answeredPrompts = new Set<string>();
  #link: SetupLink | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** What the person does in the browser's chooser. */
  choice: 'first' | 'none' = 'first';
  readonly prompts: number[] = [];
  #hasEnded = false;

  private constructor(browser: CDPSession, page: Page, gateway: GatewayInReach) {
    this.#browser = browser;
    this.#page = page;
    this.#gateway = gateway;
  }

  /** Before the page is loaded. */
  static async begin(browser: CDPSession, page: Page, gateway: GatewayInReach): Promise<EmulatedBluetooth> {
    const emulated = new EmulatedBluetooth(browser, page, gateway);
    await emulated.#begin();
    return emulated;
  }

  /** Another adapter in the place of this one; it has nothing in reach. */
  async setAdapter(state: 'absent' | 'powered-off' | 'powered-on'): Promise<void> {
    await this.#browser.send('BluetoothEmulation.disable');
    await this.#browser.send('BluetoothEmulation.enable', { state, leSupported: true });
  }

  /** Also when it has ended already. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#last.catch(() => undefined);
    await this.#browser.send('BluetoothEmulation.disable');
    await this.#browser.detach();
    await this.#link?.close();
  }

  /** As when the phone is carried away. */
  async loseLink(): Promise<void> {
    this.#gateway.loseLink();
    await this.#browser.send('BluetoothEmulation.simulateGATTDisconnection', { address });
  }

  async #begin(): Promise<void> {
    const cdp = this.#browser;
    await cdp.send('BluetoothEmulation.enable', { state: 'powered-on', leSupported: true });
    await cdp.send('BluetoothEmulation.simulatePreconnectedPeripheral', {
      address,
      name: `eGW ${this.#gateway.gatewayId.slice(0, 8).toUpperCase()}`,
      manufacturerData: [],
      knownServiceUuids: [setupService],
    });
    cdp.on('BluetoothEmulation.gattOperationReceived', ({ type }) => this.#do(() => this.#answerGatt(type)));
    cdp.on('BluetoothEmulation.characteristicOperationReceived', ({ characteristicId, type, data }) =>
      this.#do(() => this.#answer(characteristicId, type, data)),
    );
    await this.#page.addInitScript(keepNotified);
    const prompts = await this.#page.context().newCDPSession(this.#page);
    await prompts.send('DeviceAccess.enable');
    prompts.on('DeviceAccess.deviceRequestPrompted', ({ id, devices }) => {
      const [device] = devices;
      // Chromium tells each device that it finds, and takes one answer.
      if (this.#answeredPrompts.has(id) || (device === undefined && this.choice === 'first')) return;
      this.#answeredPrompts.add(id);
      this.prompts.push(devices.length);
      const isChosen = this.choice === 'first' && device !== undefined;
      this.#do(() =>
        isChosen
          ? prompts.send('DeviceAccess.selectPrompt', { id, deviceId: device.id })
          : prompts.send('DeviceAccess.cancelPrompt', { id }),
      );
    });
  }

  /** One after the other, as they came; what a page that has gone would still have got is nobody's. */
  #do(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(work).catch(() => undefined);
  }

  async #answerGatt(type: 'connection' | 'discovery'): Promise<void> {
    if (type === 'connection') {
      // DevTools does not tell that the page has ended a link.
      await this.#link?.close();
      this.#link = await this.#gateway.connect();
      this.#link.onFragment((fragment) => this.#do(() => this.#notify(fragment)));
    } else await this.#addService();
    await this.#browser.send('BluetoothEmulation.simulateGATTOperationResponse', { address, type, code: 0 });
  }

  /** Chromium forgets the services of a link that has ended. */
  async #addService(): Promise<void> {
    const cdp = this.#browser;
    const { serviceId } = await cdp.send('BluetoothEmulation.addService', {
      address,
      serviceUuid: setupService,
    });
    for (const [characteristicUuid, properties] of [
      [setupFacts, { read: true }],
      [setupInbox, { write: true, writeWithoutResponse: true }],
      [setupOutbox, { notify: true }],
    ] as const) {
      const made = await cdp.send('BluetoothEmulation.addCharacteristic', {
        serviceId,
        characteristicUuid,
        properties,
      });
      this.#characteristics.set(made.characteristicId, characteristicUuid);
      if (characteristicUuid !== setupOutbox) continue;
      await cdp.send('BluetoothEmulation.addDescriptor', { ...made, descriptorUuid: configuration });
    }
  }

  async #answer(
    characteristicId: string,
    type: 'read' | 'write' | 'subscribe-to-notifications' | 'unsubscribe-from-notifications',
    data = '',
  ): Promise<void> {
    const uuid = this.#characteristics.get(characteristicId);
    let code = 0;
    if (type === 'write' && uuid === setupInbox) {
      const written = this.#link?.write(new Uint8Array(Buffer.from(data, 'base64')));
      await written?.catch(() => {
        code = 0x0e;
      });
    }
    const answer = { characteristicId, type, code };
    const read = type === 'read' ? { data: Buffer.from(await this.#readFacts()).toString('base64') } : {};
    await this.#browser.send('BluetoothEmulation.simulateCharacteristicOperationResponse', {
      ...answer,
      ...read,
    });
  }

  async #readFacts(): Promise<Uint8Array> {
    return (await this.#link?.readFacts()) ?? new Uint8Array();
  }

  async #notify(fragment: Uint8Array): Promise<void> {
    await this.#page.evaluate(
      (bytes) => {
        const { notified } = globalThis as unknown as { notified?: (bytes: readonly number[]) => void };
        notified?.(bytes);
      },
      [...fragment],
    );
  }
}

/** In the page: the characteristic that has asked for notifications last gets them. */
function keepNotified(): void {
  const world = globalThis as unknown as {
    BluetoothRemoteGATTCharacteristic?: { prototype: { startNotifications: () => Promise<unknown> } };
    notified: (bytes: readonly number[]) => void;
  };
  const kind = world.BluetoothRemoteGATTCharacteristic?.prototype;
  if (kind === undefined) return;
  const { startNotifications } = kind;
  kind.startNotifications = async function (this: EventTarget) {
    world.notified = (bytes) => {
      const value = new DataView(new Uint8Array(bytes).buffer);
      Object.defineProperty(this, 'value', { value, configurable: true });
      this.dispatchEvent(new Event('characteristicvaluechanged'));
    };
    return await startNotifications.call(this);
  };
}
