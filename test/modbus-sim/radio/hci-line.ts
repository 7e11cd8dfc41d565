import type { Duplex } from 'node:stream';
import { packetType } from '../../../modbus-sim/radio/hci-packets.ts';
import type { VirtualController } from '../../../modbus-sim/radio/virtual-controller.ts';

/**
 * A controller at the other end of a serial line, a socket or a pseudo-terminal, framed as a UART is (Bluetooth Core
 * 5.4, Vol 4, Part A). When the line ends, its host is gone.
 */
export function serveOverLine(controller: VirtualController, line: Duplex): void {
  let pending = Buffer.alloc(0);
  controller.attachHost((packet) => line.write(packet));
  line.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    for (let size = sizeOfFirst(pending); size !== undefined; size = sizeOfFirst(pending)) {
      const packet = pending.subarray(0, size);
      pending = pending.subarray(size);
      controller.write(packet);
    }
  });
  line.on('error', () => undefined);
  line.on('close', () => controller.detachHost());
}

/** Undefined while the first packet is not all there; a byte that begins none is a packet of its own. */
function sizeOfFirst(bytes: Buffer): number | undefined {
  const size = announcedSize(bytes);
  return size !== undefined && bytes.length >= size ? size : undefined;
}

function announcedSize(bytes: Buffer): number | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === packetType.command) return bytes.length < 4 ? undefined : 4 + bytes.readUInt8(3);
  if (bytes[0] === packetType.acl) return bytes.length < 5 ? undefined : 5 + bytes.readUInt16LE(3);
  return 1;
}
