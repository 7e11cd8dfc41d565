import { settled } from './test-clock.ts';
import type { GattCharacteristic, GattLink, GattService } from '../../ble/radio/radio.ts';

let links = 0;

/** A phone that is connected to one service. */
export class ScriptedPhone {
  /** What was told, by characteristic, in order. */
  readonly told = new Map<string, Uint8Array[]>();
  readonly #service: GattService;
  readonly #link: GattLink;
  readonly #stops: (() => void)[] = [];

  constructor(service: GattService, notificationBytesMax = 509) {
    this.#service = service;
    links += 1;
    this.#link = { id: `link ${links}`, notificationBytesMax, drop: () => undefined };
  }

  listen(...uuids: readonly string[]): this {
    for (const uuid of uuids) {
      const told: Uint8Array[] = [];
      this.told.set(uuid, told);
      const { subscribed } = this.#characteristic(uuid);
      if (subscribed === undefined) throw new Error(`${uuid} tells nothing`);
      this.#stops.push(subscribed(this.#link, (value) => told.push(value.slice())));
    }
    return this;
  }

  async read(uuid: string): Promise<Uint8Array> {
    const value = await this.#characteristic(uuid).read?.(this.#link);
    if (!(value instanceof Uint8Array)) throw new Error(`${uuid} was read: ${String(value)}`);
    return value;
  }

  async write(uuid: string, value: Uint8Array): Promise<void> {
    const { write } = this.#characteristic(uuid);
    if (write === undefined) throw new Error(`${uuid} cannot be written`);
    const fault = await write(this.#link, value);
    if (fault !== undefined) throw new Error(fault);
  }

  lose(): void {
    for (const stop of this.#stops) stop();
    this.#service.disconnected?.(this.#link);
  }

  /** The first bytes of what was told, for values of one byte. */
  bytesTold(uuid: string): readonly number[] {
    return (this.told.get(uuid) ?? []).map((value) => value[0] ?? -1);
  }

  textsTold(uuid: string): readonly string[] {
    return (this.told.get(uuid) ?? []).map((value) => Buffer.from(value).toString('utf8'));
  }

  #characteristic(uuid: string): GattCharacteristic {
    const found = this.#service.characteristics.find((characteristic) => characteristic.uuid === uuid);
    if (found === undefined) throw new Error(`there is no ${uuid}`);
    return found;
  }
}

/** Until all that is under way and waits for nothing outside has gone on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await settled();
}
