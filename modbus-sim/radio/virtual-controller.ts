import type { AirTimer } from './air-timer.ts';
import {
  commandComplete,
  commandStatus,
  disconnected,
  leEvent,
  opcode,
  packetsCompleted,
  packetType,
  readAcl,
  readCommand,
  status,
  word,
  writeAcl,
  type AclPacket,
  type HciCommand,
} from './hci-packets.ts';
import type { AirLink, VirtualAir } from './virtual-air.ts';

/** Version 5.0 (Assigned Numbers, 2.1), of nobody (manufacturer 0xffff). */
const localVersion = Buffer.from([0x09, 0, 0, 0x09, 0xff, 0xff, 0, 0]);
/** LE features: data packet length extension, and no extended advertising (Vol 6, Part B, 4.6). */
const features = Buffer.from([0x20, 0, 0, 0, 0, 0, 0, 0]);
/** 251 bytes, 2120 microseconds, both ways. */
const dataLengthMax = Buffer.concat([word(251), word(2120), word(251), word(2120)]);
/** Bytes of one packet from the host, and how many it may have on the way. */
const aclBytesMax = 251;
const aclPacketsMax = 8;
/** What a packet of the link layer carries before, and after, its length was negotiated. */
const linkBytesAtFirst = 27;
const linkBytesLong = 251;
/** Links of an address keep to this range of handles. */
const handleFirst = 0x0040;

interface Advertised {
  readonly data: Buffer;
  readonly scanResponse: Buffer;
}

interface HeldLink {
  readonly link: AirLink;
  readonly handle: number;
  linkBytes: number;
}

/**
 * A Bluetooth LE controller as a host sees it: HCI packets in, HCI packets out, with their type byte. Enough of the
 * commands for a peripheral and a central with undirected advertising (Bluetooth Core 5.4, Vol 4, Part E); any other is
 * answered "unknown command".
 */
export class VirtualController {
  readonly address: string;
  /** What goes out while advertising. */
  advertised: Advertised = { data: Buffer.alloc(0), scanResponse: Buffer.alloc(0) };
  readonly #air: VirtualAir;
  readonly #timer: AirTimer;
  readonly #links = new Map<number, HeldLink>();
  #toHost: (packet: Buffer) => void = () => undefined;
  #nextHandle = handleFirst;
  #intervalMs = 100;
  #stopAdvertising: (() => void) | undefined;
  #isScanning = false;
  #reportsOnce = false;
  readonly #reported = new Set<string>();
  #connectingTo: string | undefined;

  constructor(air: VirtualAir, timer: AirTimer, address: string) {
    this.#air = air;
    this.#timer = timer;
    this.address = address;
  }

  /** Takes the place of the host of before. */
  attachHost(listener: (packet: Buffer) => void): void {
    this.#toHost = listener;
  }

  /** The host went away without a word, as when its process is killed. */
  detachHost(): void {
    this.#toHost = () => undefined;
    this.#reset();
  }

  /** One whole packet of the host. What is none is left unanswered. */
  write(packet: Buffer): void {
    if (packet[0] === packetType.acl) {
      const acl = readAcl(packet);
      if (acl !== undefined) this.#sendAcl(acl);
      return;
    }
    const command = packet[0] === packetType.command ? readCommand(packet) : undefined;
    if (command !== undefined) this.#obey(command);
  }

  get isAdvertising(): boolean {
    return this.#stopAdvertising !== undefined;
  }

  wantsToConnectTo(address: string): boolean {
    return this.#connectingTo === address;
  }

  /** Two reports: the advertisement (0x00) and the scan response (0x04), as an active scan has them (7.7.65.2). */
  hearAdvertisement(from: VirtualController): void {
    if (!this.#isScanning) return;
    const { data, scanResponse } = from.advertised;
    const told = `${from.address} ${data.toString('hex')} ${scanResponse.toString('hex')}`;
    if (this.#reportsOnce && this.#reported.has(told)) return;
    this.#reported.add(told);
    this.#tell(report(0x00, from.address, data));
    this.#tell(report(0x04, from.address, scanResponse));
  }

  linkMade(link: AirLink, peer: string): void {
    const isCentral = link.central === this;
    if (isCentral) this.#connectingTo = undefined;
    else this.#setAdvertising(false);
    const handle = this.#nextHandle++;
    this.#links.set(handle, { link, handle, linkBytes: linkBytesAtFirst });
    const parameters = Buffer.concat([
      Buffer.from([status.success]),
      word(handle),
      Buffer.from([isCentral ? 0 : 1, 0]),
      addressBytes(peer),
      // 15 ms between events, none left out, given up after 420 ms, clock of 500 ppm.
      Buffer.concat([word(12), word(0), word(42), Buffer.from([0])]),
    ]);
    this.#tell(leEvent(0x01, parameters));
  }

  linkLost(link: AirLink, reason: number): void {
    const held = [...this.#links.values()].find((one) => one.link === link);
    if (held === undefined) return;
    this.#links.delete(held.handle);
    this.#tell(disconnected(held.handle, reason));
  }

  #sendAcl({ handle, starts, data }: AclPacket): void {
    const held = this.#links.get(handle);
    if (held === undefined) return;
    const { link } = held;
    const peer = link.central === this ? link.peripheral : link.central;
    const parts = Array.from({ length: Math.max(1, Math.ceil(data.length / held.linkBytes)) }, (_, number) =>
      data.subarray(number * held.linkBytes, (number + 1) * held.linkBytes),
    );
    let left = parts.length;
    for (const [number, part] of parts.entries()) {
      const deliver = (arrived: Buffer): void => {
        peer.#receive(link, starts && number === 0, arrived);
        left -= 1;
        // A packet is completed when the other side has it (Vol 4, Part E, 4.1.1): the host waits for that.
        if (left === 0) this.#tell(packetsCompleted(handle, 1));
      };
      this.#air.send(link, this, deliver, part);
    }
  }

  #receive(link: AirLink, starts: boolean, data: Buffer): void {
    const held = [...this.#links.values()].find((one) => one.link === link);
    if (held !== undefined) this.#toHost(writeAcl({ handle: held.handle, starts, data }));
  }

  #obey({ opcode: code, parameters }: HciCommand): void {
    const answer = this.#answers[code];
    if (answer === undefined) {
      this.#tell(commandComplete(code, Buffer.from([status.unknownCommand])));
      return;
    }
    if (parameters.length < (parameterBytes[code] ?? 0)) {
      this.#tell(commandComplete(code, Buffer.from([status.invalidParameters])));
      return;
    }
    answer(parameters, code);
  }

  /** A command each; those that are not here are unknown. */
  readonly #answers: Readonly<Record<number, (parameters: Buffer, code: number) => void>> = {
    [opcode.reset]: (_, code) => {
      this.#reset();
      this.#done(code);
    },
    [opcode.setEventMask]: (_, code) => this.#done(code),
    [opcode.leSetEventMask]: (_, code) => this.#done(code),
    [opcode.writeLeHostSupport]: (_, code) => this.#done(code),
    [opcode.leSetRandomAddress]: (_, code) => this.#done(code),
    [opcode.leSetScanParameters]: (_, code) => this.#done(code),
    [opcode.readLeHostSupport]: (_, code) => this.#done(code, Buffer.from([1, 0])),
    [opcode.readLocalVersion]: (_, code) => this.#done(code, localVersion),
    [opcode.readSupportedCommands]: (_, code) => this.#done(code, Buffer.alloc(64)),
    [opcode.readBufferSize]: (_, code) =>
      this.#done(code, Buffer.concat([word(aclBytesMax), Buffer.from([0]), word(aclPacketsMax), word(0)])),
    [opcode.readAddress]: (_, code) => this.#done(code, addressBytes(this.address)),
    [opcode.readRssi]: (parameters, code) =>
      this.#done(code, Buffer.concat([parameters.subarray(0, 2), Buffer.from([signalDbm & 0xff])])),
    [opcode.leReadBufferSize]: (_, code) =>
      this.#done(code, Buffer.concat([word(aclBytesMax), Buffer.from([aclPacketsMax])])),
    [opcode.leReadFeatures]: (_, code) => this.#done(code, features),
    [opcode.leReadDataLengthMax]: (_, code) => this.#done(code, dataLengthMax),
    [opcode.leRefuseKey]: (parameters, code) => this.#done(code, parameters.subarray(0, 2)),
    [opcode.leSetAdvertisingParameters]: (parameters, code) => {
      this.#intervalMs = Math.max(20, parameters.readUInt16LE(0) * 0.625);
      this.#done(code);
    },
    [opcode.leSetAdvertisingData]: (parameters, code) => {
      this.advertised = { ...this.advertised, data: sized(parameters) };
      this.#done(code);
    },
    [opcode.leSetScanResponse]: (parameters, code) => {
      this.advertised = { ...this.advertised, scanResponse: sized(parameters) };
      this.#done(code);
    },
    [opcode.leSetAdvertising]: (parameters, code) => {
      this.#setAdvertising(parameters[0] === 1);
      this.#done(code);
    },
    [opcode.leSetScanning]: (parameters, code) => {
      this.#isScanning = parameters[0] === 1;
      this.#reportsOnce = parameters[1] === 1;
      this.#reported.clear();
      this.#done(code);
    },
    [opcode.leConnect]: (parameters, code) => {
      const isBusy = this.#connectingTo !== undefined;
      this.#tell(commandStatus(code, isBusy ? status.commandDisallowed : status.success));
      if (!isBusy) this.#connectingTo = addressText(parameters.subarray(6, 12));
    },
    [opcode.leCancelConnect]: (_, code) => this.#cancelConnect(code),
    [opcode.disconnect]: (parameters, code) => {
      const held = this.#links.get(parameters.readUInt16LE(0));
      this.#tell(commandStatus(code, held === undefined ? status.unknownConnection : status.success));
      if (held !== undefined) this.#air.loseLink(held.link, status.userEnded, this);
    },
    [opcode.leUpdateConnection]: (parameters, code) => {
      this.#tell(commandStatus(code, status.success));
      this.#tell(
        leEvent(
          0x03,
          Buffer.concat([Buffer.from([0]), parameters.subarray(0, 2), Buffer.from('0c0000002a00', 'hex')]),
        ),
      );
    },
    [opcode.leReadRemoteFeatures]: (parameters, code) => {
      this.#tell(commandStatus(code, status.success));
      this.#tell(leEvent(0x04, Buffer.concat([Buffer.from([0]), parameters.subarray(0, 2), features])));
    },
    [opcode.leSetDataLength]: (parameters, code) => this.#setDataLength(parameters, code),
  };

  #cancelConnect(code: number): void {
    const wasConnecting = this.#connectingTo !== undefined;
    this.#connectingTo = undefined;
    this.#done(code, Buffer.alloc(0), wasConnecting ? status.success : status.commandDisallowed);
    // Unknown connection identifier: the connection was cancelled (7.8.13).
    if (wasConnecting) {
      this.#tell(leEvent(0x01, Buffer.concat([Buffer.from([status.unknownConnection]), Buffer.alloc(17)])));
    }
  }

  #setDataLength(parameters: Buffer, code: number): void {
    const handle = parameters.readUInt16LE(0);
    const held = this.#links.get(handle);
    const outcome = held === undefined ? status.unknownConnection : status.success;
    this.#done(code, word(handle), outcome);
    if (held === undefined) return;
    const peer = held.link.central === this ? held.link.peripheral : held.link.central;
    this.#lengthen(held.link);
    peer.#lengthen(held.link);
  }

  #lengthen(link: AirLink): void {
    const held = [...this.#links.values()].find((one) => one.link === link);
    if (held === undefined) return;
    held.linkBytes = linkBytesLong;
    this.#tell(leEvent(0x07, Buffer.concat([word(held.handle), dataLengthMax])));
  }

  #setAdvertising(isOn: boolean): void {
    this.#stopAdvertising?.();
    this.#stopAdvertising = undefined;
    if (isOn) this.#advertiseAfter(1);
  }

  #advertiseAfter(delayMs: number): void {
    this.#stopAdvertising = this.#timer.after(delayMs, () => {
      this.#advertiseAfter(this.#intervalMs);
      this.#air.advertise(this);
    });
  }

  #reset(): void {
    this.#setAdvertising(false);
    this.#isScanning = false;
    this.#connectingTo = undefined;
    this.advertised = { data: Buffer.alloc(0), scanResponse: Buffer.alloc(0) };
    const links = [...this.#links.values()];
    this.#links.clear();
    for (const { link } of links) this.#air.loseLink(link, status.connectionTimeout);
  }

  #done(code: number, result: Buffer = Buffer.alloc(0), outcome: number = status.success): void {
    this.#tell(commandComplete(code, Buffer.concat([Buffer.from([outcome]), result])));
  }

  #tell(packet: Buffer): void {
    this.#timer.soon(() => this.#toHost(packet));
  }
}

const signalDbm = -50;

/** The bytes of parameters that a command has at least. */
const parameterBytes: Readonly<Record<number, number>> = {
  [opcode.disconnect]: 3,
  [opcode.readRssi]: 2,
  [opcode.leSetAdvertisingParameters]: 15,
  [opcode.leSetAdvertisingData]: 1,
  [opcode.leSetScanResponse]: 1,
  [opcode.leSetAdvertising]: 1,
  [opcode.leSetScanning]: 2,
  [opcode.leConnect]: 25,
  [opcode.leUpdateConnection]: 14,
  [opcode.leReadRemoteFeatures]: 2,
  [opcode.leRefuseKey]: 2,
  [opcode.leSetDataLength]: 6,
};

function report(type: number, address: string, data: Buffer): Buffer {
  return leEvent(
    0x02,
    Buffer.concat([
      Buffer.from([1, type, 0]),
      addressBytes(address),
      Buffer.from([data.length]),
      data,
      Buffer.from([signalDbm & 0xff]),
    ]),
  );
}

/** The bytes of a field that says how long it is, and is filled up to 31. */
function sized(parameters: Buffer): Buffer {
  return Buffer.from(parameters.subarray(1, 1 + Math.min(31, parameters[0] ?? 0)));
}

/** Addresses are sent from their last byte on. */
function addressBytes(address: string): Buffer {
  return Buffer.from(address.replaceAll(':', ''), 'hex').reverse();
}

function addressText(bytes: Buffer): string {
  return (Buffer.from(bytes).reverse().toString('hex').match(/../g) ?? []).join(':');
}
