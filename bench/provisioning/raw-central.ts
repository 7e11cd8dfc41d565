import { opcode, packetType, readAcl, status } from '../../modbus-sim/radio/hci-packets.ts';
import type { VirtualController } from '../../modbus-sim/radio/virtual-controller.ts';

const attChannel = 4;
const aclBytesMax = 251;
const linkedEvent = 0x01;
const leMeta = 0x3e;
const disconnectedEvent = 0x05;
const mtuAsked = 517;

/** A central that writes whatever it is told, right or wrong: ATT as bytes, over one link. */
export class RawCentral {
  /** Each ATT packet of the peripheral. */
  onAtt: (packet: Buffer) => void = () => undefined;
  readonly #controller: VirtualController;
  #handle: number | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(controller: VirtualController) {
    this.#controller = controller;
    controller.attachHost((packet) => this.#take(packet));
  }

  get isLinked(): boolean {
    return this.#handle !== undefined;
  }

  /** Links to the peripheral as soon as it advertises, with the longest packets that there are. */
  async connect(address: string): Promise<void> {
    const bytes = [...Buffer.from(address.replaceAll(':', ''), 'hex')].reverse();
    this.#command(opcode.leConnect, 0, 0, 0, 0, 0, 0, ...bytes, ...new Array<number>(13).fill(0));
    while (this.#handle === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    const [low, high] = [this.#handle & 0xff, this.#handle >> 8];
    this.#command(opcode.leSetDataLength, low, high, aclBytesMax, 0, 0x48, 0x08);
    this.sendAtt(Buffer.of(0x02, mtuAsked & 0xff, mtuAsked >> 8));
  }

  /** One ATT packet, whatever it is; nothing where there is no link. */
  sendAtt(packet: Buffer): void {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(packet.length, 0);
    head.writeUInt16LE(attChannel, 2);
    this.sendL2cap(Buffer.concat([head, packet]));
  }

  /** The same with a head of one's own. */
  sendL2cap(message: Buffer): void {
    if (this.#handle === undefined) return;
    for (let at = 0; at < Math.max(1, message.length); at += aclBytesMax) {
      const part = message.subarray(at, at + aclBytesMax);
      const head = Buffer.alloc(5);
      head.writeUInt8(packetType.acl, 0);
      head.writeUInt16LE(this.#handle | ((at === 0 ? 0 : 1) << 12), 1);
      head.writeUInt16LE(part.length, 3);
      this.#controller.write(Buffer.concat([head, part]));
    }
  }

  disconnect(): void {
    if (this.#handle === undefined) return;
    this.#command(opcode.disconnect, this.#handle & 0xff, this.#handle >> 8, status.userEnded);
  }

  close(): void {
    this.#controller.detachHost();
  }

  #command(code: number, ...parameters: number[]): void {
    this.#controller.write(
      Buffer.from([packetType.command, code & 0xff, code >> 8, parameters.length, ...parameters]),
    );
  }

  #take(packet: Buffer): void {
    if (packet[0] === packetType.event) this.#event(packet);
    const acl = packet[0] === packetType.acl ? readAcl(packet) : undefined;
    if (acl === undefined) return;
    this.#pending = acl.starts ? acl.data : Buffer.concat([this.#pending, acl.data]);
    if (this.#pending.length < 4 || this.#pending.length < 4 + this.#pending.readUInt16LE(0)) return;
    const whole = this.#pending.subarray(4);
    this.#pending = Buffer.alloc(0);
    this.onAtt(whole);
  }

  #event(packet: Buffer): void {
    if (packet[1] === leMeta && packet[3] === linkedEvent && packet[4] === 0) {
      this.#handle = packet.readUInt16LE(5);
      this.#wake();
    }
    if (packet[1] === disconnectedEvent && packet.readUInt16LE(4) === this.#handle) {
      this.#handle = undefined;
      this.#pending = Buffer.alloc(0);
    }
  }
}
