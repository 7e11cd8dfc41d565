import { opcode } from '../../../modbus-sim/radio/hci-packets.ts';
import type { VirtualController } from '../../../modbus-sim/radio/virtual-controller.ts';
import { VirtualHost } from '../../modbus-sim/radio/virtual-host.ts';

const attChannel = 4;

/** A central that says byte by byte what a test wants, also what no host would: Bluetooth Core 5.4, Vol 3, Part F. */
export class AttClient {
  readonly #host: VirtualHost;
  #handle = 0;
  #rest = Buffer.alloc(0);

  constructor(controller: VirtualController) {
    this.#host = new VirtualHost(controller);
  }

  async connect(address: readonly number[]): Promise<void> {
    this.#host.command(opcode.leConnect, 0, 0, 0, 0, 0, 0, ...address, ...new Array<number>(13).fill(0));
    this.#handle = await this.#host.linked();
  }

  /** Why the link has ended. */
  async ended(): Promise<number> {
    return await this.#host.unlinked();
  }

  send(...pdu: readonly number[]): void {
    this.sendRaw(Buffer.from([pdu.length & 0xff, pdu.length >> 8, attChannel, 0, ...pdu]));
  }

  /** Of the layer below; `starts` is false for a packet that goes on. */
  sendRaw(bytes: Buffer, starts = true): void {
    this.#host.data(this.#handle, bytes, starts);
  }

  /** The next PDU that comes: the answer to a request, or a notification. */
  async next(): Promise<Buffer> {
    for (;;) {
      const length = this.#rest.length < 4 ? Infinity : this.#rest.readUInt16LE(0) + 4;
      if (this.#rest.length >= length) {
        const pdu = this.#rest.subarray(4, length);
        this.#rest = this.#rest.subarray(length);
        return pdu;
      }
      this.#rest = Buffer.concat([this.#rest, (await this.#host.received()).bytes]);
    }
  }

  /** In hex. */
  async ask(...pdu: readonly number[]): Promise<string> {
    this.send(...pdu);
    return (await this.next()).toString('hex');
  }

  /** PDUs that have come and that nobody waits for. */
  get waiting(): number {
    return this.#host.packets.filter((packet) => packet[0] === 2).length;
  }

  forget(): void {
    this.#host.packets.splice(0);
    this.#rest = Buffer.alloc(0);
  }
}
