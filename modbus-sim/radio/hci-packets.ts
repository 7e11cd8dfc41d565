/** The types of a packet between host and controller (Bluetooth Core 5.4, Vol 4, Part A, 2). */
export const packetType = { command: 0x01, acl: 0x02, event: 0x04 } as const;

/** Commands by their opcode: group << 10 | command (Vol 4, Part E, 7). */
export const opcode = {
  disconnect: 0x0406,
  setEventMask: 0x0c01,
  reset: 0x0c03,
  readLeHostSupport: 0x0c6c,
  writeLeHostSupport: 0x0c6d,
  readLocalVersion: 0x1001,
  readSupportedCommands: 0x1002,
  readBufferSize: 0x1005,
  readAddress: 0x1009,
  readRssi: 0x1405,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  leReadFeatures: 0x2003,
  leSetRandomAddress: 0x2005,
  leSetAdvertisingParameters: 0x2006,
  leSetAdvertisingData: 0x2008,
  leSetScanResponse: 0x2009,
  leSetAdvertising: 0x200a,
  leSetScanParameters: 0x200b,
  leSetScanning: 0x200c,
  leConnect: 0x200d,
  leCancelConnect: 0x200e,
  leUpdateConnection: 0x2013,
  leReadRemoteFeatures: 0x2016,
  leRefuseKey: 0x201b,
  leSetDataLength: 0x2022,
  leReadDataLengthMax: 0x202f,
} as const;

/** Error codes (Vol 1, Part F, 1.3). */
export const status = {
  success: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  connectionTimeout: 0x08,
  commandDisallowed: 0x0c,
  invalidParameters: 0x12,
  userEnded: 0x13,
  endedHere: 0x16,
} as const;

export interface HciCommand {
  readonly opcode: number;
  readonly parameters: Buffer;
}

/** Undefined for what is no whole command. */
export function readCommand(packet: Buffer): HciCommand | undefined {
  if (packet.length < 4 || packet.length !== 4 + packet.readUInt8(3)) return undefined;
  return { opcode: packet.readUInt16LE(1), parameters: packet.subarray(4) };
}

/** Data of a link: `starts` an L2CAP message, or goes on with it. */
export interface AclPacket {
  readonly handle: number;
  readonly starts: boolean;
  readonly data: Buffer;
}

/** Undefined for what is no whole packet. */
export function readAcl(packet: Buffer): AclPacket | undefined {
  if (packet.length < 5 || packet.length !== 5 + packet.readUInt16LE(3)) return undefined;
  const head = packet.readUInt16LE(1);
  return { handle: head & 0x0fff, starts: ((head >> 12) & 3) !== 1, data: packet.subarray(5) };
}

/** As a controller sends it to its host: the start has the flag 0b10 (Vol 4, Part E, 5.4.2). */
export function writeAcl({ handle, starts, data }: AclPacket): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(packetType.acl, 0);
  head.writeUInt16LE(handle | ((starts ? 2 : 1) << 12), 1);
  head.writeUInt16LE(data.length, 3);
  return Buffer.concat([head, data]);
}

export function commandComplete(code: number, result: Buffer): Buffer {
  return event(0x0e, Buffer.concat([Buffer.from([1]), word(code), result]));
}

export function commandStatus(code: number, outcome: number): Buffer {
  return event(0x0f, Buffer.concat([Buffer.from([outcome, 1]), word(code)]));
}

export function disconnected(handle: number, reason: number): Buffer {
  return event(0x05, Buffer.concat([Buffer.from([0]), word(handle), Buffer.from([reason])]));
}

export function packetsCompleted(handle: number, count: number): Buffer {
  return event(0x13, Buffer.concat([Buffer.from([1]), word(handle), word(count)]));
}

/** An event of the LE group (7.7.65). */
export function leEvent(subevent: number, parameters: Buffer): Buffer {
  return event(0x3e, Buffer.concat([Buffer.from([subevent]), parameters]));
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function event(code: number, parameters: Buffer): Buffer {
  return Buffer.concat([Buffer.from([packetType.event, code, parameters.length]), parameters]);
}
