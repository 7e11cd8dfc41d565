import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface MagicPacketListenerOptions {
  /** `02:00:5e:00:53:01`; packets for others are not heard. */
  readonly mac: string;
  /** Six bytes as of a mac, or four numbers with dots: without it nobody wakes it. */
  readonly secureOn?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly onPacket: () => void;
}

const headLength = 6;
const repeats = 16;

/** A network card that waits for its magic packet: on its port, at every address of this machine. */
export class MagicPacketListener {
  readonly #socket: Socket;
  #isOpen = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Throws what node:dgram says when the port cannot be had. */
  static async start({
    port = 0,
    onPacket,
    ...card
  }: MagicPacketListenerOptions): Promise<MagicPacketListener> {
    const socket = createSocket('udp4');
    socket.on('message', (bytes) => {
      if (isFor(bytes, card)) onPacket();
    });
    socket.bind(port);
    await once(socket, 'listening');
    socket.on('error', () => undefined);
    return new MagicPacketListener(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Calling it again does nothing. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

/** Wherever in the packet it stands, as cards look for it. */
function isFor(
  bytes: Buffer,
  { mac, secureOn }: Pick<MagicPacketListenerOptions, 'mac' | 'secureOn'>,
): boolean {
  const address = Buffer.from(mac.replaceAll(/[:-]/g, ''), 'hex');
  const wanted = Buffer.concat([
    Buffer.alloc(headLength, 0xff),
    ...Array.from({ length: repeats }, () => address),
    secureOn === undefined ? Buffer.alloc(0) : passwordOf(secureOn),
  ]);
  return bytes.includes(wanted);
}

function passwordOf(secureOn: string): Buffer {
  return secureOn.includes('.')
    ? Buffer.from(secureOn.split('.').map(Number))
    : Buffer.from(secureOn.replaceAll(/[:-]/g, ''), 'hex');
}
