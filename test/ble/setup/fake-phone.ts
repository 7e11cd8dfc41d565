import { FragmentJoiner, splitIntoFragments } from '../../../ble/protocol/fragments.ts';
import { decodeRefusal, encodePhoneHello, encodePhoneProof } from '../../../ble/protocol/frames.ts';
import { RecordOpener, RecordSealer } from '../../../ble/protocol/records.ts';
import { setupFacts, setupInbox, setupOutbox } from '../../../ble/protocol/uuids.ts';
import type { AttError, GattCharacteristic, GattLink, GattService } from '../../../ble/radio/radio.ts';
import { settled } from '../test-clock.ts';
import { toClient, toDevice } from './fake-ask.ts';

/** A phone on a link that loses nothing, over the characteristics alone. */
export class FakePhone implements GattLink {
  readonly id: string;
  readonly notificationBytesMax: number;
  isDropped = false;
  /** Whole messages of the outbox that nobody has taken yet. */
  readonly messages: Uint8Array[] = [];
  readonly #service: GattService;
  readonly #joiner = new FragmentJoiner();
  #sealer = new RecordSealer(toDevice);
  #opener = new RecordOpener(toClient);
  #unlisten: (() => void) | undefined;
  #lastId = 0;

  constructor(id: string, service: GattService, notificationBytesMax = 20) {
    this.id = id;
    this.#service = service;
    this.notificationBytesMax = notificationBytesMax;
  }

  drop(): void {
    this.isDropped = true;
  }

  subscribe(): void {
    this.#unlisten = this.#characteristic(setupOutbox).subscribed?.(this, (fragment) => {
      const message = this.#joiner.add(fragment, 0);
      if (message !== undefined) this.messages.push(message);
    });
  }

  unsubscribe(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** As a radio tells it: first nobody listens any more, then the link is gone. */
  leave(): void {
    this.unsubscribe();
    this.#service.disconnected?.(this);
  }

  async facts(): Promise<Uint8Array | AttError | undefined> {
    return await this.#characteristic(setupFacts).read?.(this);
  }

  async writeFragment(fragment: Uint8Array): Promise<AttError | undefined> {
    const result = await this.#characteristic(setupInbox).write?.(this, fragment);
    await settled();
    return result;
  }

  async write(message: Uint8Array): Promise<void> {
    for (const fragment of splitIntoFragments(message, this.notificationBytesMax))
      await this.writeFragment(fragment);
  }

  async hello(): Promise<void> {
    await this.write(encodePhoneHello({ publicKey: new Uint8Array(32), nonce: new Uint8Array(16) }));
  }

  /** The first byte decides whether it is right. */
  async proof(first = 1): Promise<void> {
    await this.write(encodePhoneProof(Uint8Array.of(first, ...new Uint8Array(31))));
  }

  async begin(): Promise<void> {
    this.subscribe();
    await this.hello();
    await this.proof();
    this.messages.splice(0);
    this.#sealer = new RecordSealer(toDevice);
    this.#opener = new RecordOpener(toClient);
    this.#lastId = 0;
  }

  sealed(request: unknown): Uint8Array {
    return this.#sealer.seal(new TextEncoder().encode(JSON.stringify(request)));
  }

  async call(verb: string, input: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.write(this.sealed({ id: ++this.#lastId, verb, input }));
  }

  /** The next message as a record; and as JSON. */
  payload(): Record<string, unknown> {
    const message = this.messages.shift() ?? new Uint8Array();
    return JSON.parse(Buffer.from(this.#opener.open(message)).toString()) as Record<string, unknown>;
  }

  /** The next message as a refusal, as `reason` or `reason, seconds`. */
  refusal(): string {
    const { reason, waitSeconds } = decodeRefusal(this.messages.shift() ?? new Uint8Array());
    return waitSeconds === 0 ? reason : `${reason}, ${waitSeconds}`;
  }

  #characteristic(uuid: string): GattCharacteristic {
    const found = this.#service.characteristics.find((one) => one.uuid === uuid);
    if (found === undefined) throw new Error(`no characteristic ${uuid}`);
    return found;
  }
}
