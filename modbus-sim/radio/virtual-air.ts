import type { AirFaults, AirPacket, PacketFate } from './air-faults.ts';
import type { AirTimer } from './air-timer.ts';
import { status } from './hci-packets.ts';
import { VirtualController } from './virtual-controller.ts';

/** Something that went over the air: data of a link, or what is advertised. */
export interface Overheard {
  readonly kind: 'data' | 'advertisement' | 'scan-response';
  readonly bytes: Buffer;
  readonly from: string;
}

/** A link between two controllers. Data of one direction arrives in order. */
export interface AirLink {
  readonly number: number;
  readonly central: VirtualController;
  readonly peripheral: VirtualController;
  packets: number;
  state: 'up' | 'stalled' | 'gone';
  /** What is late holds up what comes after it, a direction each. */
  readonly waiting: { central: (() => void)[]; peripheral: (() => void)[] };
}

/**
 * Bluetooth LE between controllers of this process: what one advertises the others hear, and links carry their data,
 * with the faults that the script wants. Nothing of it is a radio.
 */
export class VirtualAir {
  faults: AirFaults = {};
  readonly #timer: AirTimer;
  readonly #controllers: VirtualController[] = [];
  readonly #links = new Set<AirLink>();
  readonly #listeners = new Set<(overheard: Overheard) => void>();
  #linkCount = 0;
  #packetCount = 0;
  #advertisementCount = 0;

  constructor(timer: AirTimer) {
    this.#timer = timer;
  }

  /** A controller more, with the next address; the first has the number 0. */
  addController(): VirtualController {
    const number = this.#controllers.length;
    const controller = new VirtualController(this, this.#timer, `c0:ff:ee:00:00:${hex(number + 1)}`);
    this.#controllers.push(controller);
    return controller;
  }

  /** Undefined where there is none of this number. */
  controller(number: number): VirtualController | undefined {
    return this.#controllers[number];
  }

  /** Packets of data that were sent over the air so far. */
  get packetCount(): number {
    return this.#packetCount;
  }

  get linkCount(): number {
    return this.#links.size;
  }

  /** Hears everything that is sent, before any fault, until the returned function is called. */
  listen(listener: (overheard: Overheard) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** One advertisement of this controller, and its scan response: to all who scan, and who waits to connect to it. */
  advertise(from: VirtualController): void {
    const { data, scanResponse } = from.advertised;
    this.#overheard({ kind: 'advertisement', bytes: data, from: from.address });
    this.#overheard({ kind: 'scan-response', bytes: scanResponse, from: from.address });
    const index = this.#advertisementCount++;
    if (this.faults.isHeard?.(index) === false) return;
    for (const controller of this.#controllers) {
      if (controller === from) continue;
      controller.hearAdvertisement(from);
      if (controller.wantsToConnectTo(from.address)) {
        this.#connect(controller, from);
        return;
      }
    }
  }

  #connect(central: VirtualController, peripheral: VirtualController): void {
    const link: AirLink = {
      number: ++this.#linkCount,
      central,
      peripheral,
      packets: 0,
      state: 'up',
      waiting: { central: [], peripheral: [] },
    };
    this.#links.add(link);
    peripheral.linkMade(link, central.address);
    central.linkMade(link, peripheral.address);
  }

  /** One packet of a link's data. */
  send(link: AirLink, from: VirtualController, deliver: (data: Buffer) => void, data: Buffer): void {
    const side = from === link.central ? 'central' : 'peripheral';
    this.#overheard({ kind: 'data', bytes: data, from: from.address });
    const packet: AirPacket = {
      index: this.#packetCount++,
      link: link.number,
      indexOfLink: link.packets++,
      from: side,
      data,
    };
    if (link.state !== 'up') return;
    this.#meetFate(link, packet, this.faults.packet?.(packet) ?? { kind: 'arrives' }, deliver);
  }

  #meetFate(link: AirLink, packet: AirPacket, fate: PacketFate, deliver: (data: Buffer) => void): void {
    const delayMs = fate.kind === 'late' ? fate.ms : 0;
    this.#inOrder(link, packet, delayMs, () => {
      switch (fate.kind) {
        case 'lost-link':
          this.loseLink(link, status.connectionTimeout);
          return;
        case 'stall':
          link.state = 'stalled';
          this.#timer.after(fate.ms, () => this.loseLink(link, status.connectionTimeout));
          return;
        case 'corrupt':
          deliver(flipped(packet.data, fate));
          return;
        case 'late':
        case 'arrives':
          deliver(packet.data);
      }
    });
  }

  #inOrder(link: AirLink, packet: AirPacket, delayMs: number, deliver: () => void): void {
    const line = link.waiting[packet.from];
    const arrive = (): void => {
      if (link.state !== 'up') return;
      deliver();
      line.shift();
      line[0]?.();
    };
    const begin = (): void => {
      if (delayMs === 0) this.#timer.soon(arrive);
      else this.#timer.after(delayMs, arrive);
    };
    line.push(begin);
    if (line.length === 1) begin();
  }

  /** Both sides learn it; `reasonHere` is what the side learns that ended it, when one did. */
  loseLink(link: AirLink, reason: number, endedBy?: VirtualController): void {
    if (link.state === 'gone') return;
    link.state = 'gone';
    this.#links.delete(link);
    for (const side of [link.central, link.peripheral]) {
      side.linkLost(link, side === endedBy ? status.endedHere : reason);
    }
  }

  /** All links of this air, as if everybody went out of range. */
  loseAllLinks(): void {
    for (const link of [...this.#links]) this.loseLink(link, status.connectionTimeout);
  }

  #overheard(overheard: Overheard): void {
    for (const listener of this.#listeners) listener(overheard);
  }
}

function flipped(data: Buffer, { atByte, mask }: { atByte: number; mask: number }): Buffer {
  const changed = Buffer.from(data);
  const at = atByte % Math.max(1, changed.length);
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
