import type { VirtualController } from '../../../modbus-sim/radio/virtual-controller.ts';

/** A host that does nothing by itself: it sends commands, and keeps what comes. */
export class VirtualHost {
  readonly packets: Buffer[] = [];
  readonly #controller: VirtualController;
  #wake: () => void = () => undefined;

  constructor(controller: VirtualController) {
    this.#controller = controller;
    controller.attachHost((packet) => {
      this.packets.push(packet);
      this.#wake();
    });
  }

  command(opcode: number, ...parameters: number[]): void {
    this.#controller.write(Buffer.from([0x01, opcode & 0xff, opcode >> 8, parameters.length, ...parameters]));
  }

  data(handle: number, bytes: Buffer, starts = true): void {
    const head = Buffer.alloc(5);
    head.writeUInt8(0x02, 0);
    head.writeUInt16LE(handle | ((starts ? 0 : 1) << 12), 1);
    head.writeUInt16LE(bytes.length, 3);
    this.#controller.write(Buffer.concat([head, bytes]));
  }

  /** The first packet that is so, of those that have come or will; it is taken out. */
  async next(isWanted: (packet: Buffer) => boolean): Promise<Buffer> {
    for (;;) {
      const at = this.packets.findIndex(isWanted);
      const [found] = at < 0 ? [] : this.packets.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The handle of the next link. */
  async linked(): Promise<number> {
    const packet = await this.next((one) => one[0] === 4 && one[1] === 0x3e && one[3] === 0x01);
    return packet.readUInt16LE(5);
  }

  /** The reason that the next lost link has. */
  async unlinked(): Promise<number> {
    const packet = await this.next((one) => one[0] === 4 && one[1] === 0x05);
    return packet.readUInt8(6);
  }

  /** What comes next on a link, without its head. */
  async received(): Promise<{ starts: boolean; bytes: Buffer }> {
    const packet = await this.next((one) => one[0] === 2);
    return { starts: packet.readUInt16LE(1) >> 12 === 2, bytes: packet.subarray(5) };
  }
}
