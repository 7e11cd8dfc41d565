import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Alarm, Clock } from '../core/clock.ts';
import { encodeAddressQuestion, readAddressAnswer, type AddressRecord } from './dns-message.ts';
import { pause } from './pause.ts';

interface Ports {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** The IPv4 addresses whose networks are asked, as they are now. */
  readonly addresses: () => readonly string[];
  /** 5353 (RFC 6762) unless told otherwise. */
  readonly port?: number;
}

/** The addresses of a name under `.local`; none when nobody in the attached networks has it. Never rejects. */
export type MulticastNames = (name: string) => Promise<readonly AddressRecord[]>;

const group = '224.0.0.251';
const networksMax = 8;
/** A question or its answer may be lost (RFC 6762, 5.2); somebody on Wi-Fi may sleep for a while. */
const waitsMs = [250, 750, 1_500];

/**
 * Asks the attached networks for a name by one-shot multicast DNS (RFC 6762, 5.1), from a port that is open only
 * meanwhile. Anybody there may answer: who it is must be known by something else, and the address is judged as any other.
 */
export function createMulticastNames(ports: Ports): MulticastNames {
  return async (name) => {
    const question = encodeAddressQuestion(randomInt(0x10000), name);
    if (question === undefined) return [];
    const heard = new AbortController();
    let records: readonly AddressRecord[] = [];
    const { port = 5_353 } = ports;
    const hear = (message: Uint8Array, from: { readonly port: number }): void => {
      const found = from.port === port ? readAddressAnswer(message, name) : [];
      if (found.length === 0 || heard.signal.aborted) return;
      records = found;
      heard.abort();
    };
    const sockets = await openSockets(ports.addresses(), hear);
    try {
      for (const waitMs of sockets.length === 0 ? [] : waitsMs) {
        // A network that is gone just now answers nothing.
        for (const socket of sockets) socket.send(question, port, group, () => undefined);
        await pause(ports, waitMs, heard.signal);
        if (heard.signal.aborted) break;
      }
    } finally {
      for (const socket of sockets) socket.close();
    }
    return records;
  };
}

async function openSockets(
  addresses: readonly string[],
  hear: (message: Uint8Array, from: { readonly port: number }) => void,
): Promise<readonly Socket[]> {
  const opened = addresses.slice(0, networksMax).map(async (address) => {
    const socket = createSocket('udp4').on('message', hear);
    try {
      socket.bind(0, address);
      await once(socket, 'listening');
      socket.setMulticastInterface(address);
      socket.on('error', () => undefined);
      return [socket];
    } catch {
      // Cables, Wi-Fi and DHCP change what there is.
      socket.close();
      return [];
    }
  });
  return (await Promise.all(opened)).flat();
}
