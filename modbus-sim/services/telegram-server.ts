import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A telnet bridge at a P1 port: whoever connects hears what the meter says from then on. Its owner has the clock. */
export class TelegramServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      // A listener that hangs up is its own affair, and what it says is not heard.
      socket.on('error', () => undefined).resume();
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Throws what node:net says when the port cannot be had. */
  static async start(port = 0, host = '127.0.0.1'): Promise<TelegramServer> {
    const bridge = new TelegramServer();
    bridge.#server.listen(port, host);
    await once(bridge.#server, 'listening');
    return bridge;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Until somebody listens. */
  async connected(): Promise<void> {
    if (this.#sockets.size === 0) await once(this.#server, 'connection');
  }

  /** Says it to all that listen, a byte a character. */
  send(telegram: string): void {
    for (const socket of this.#sockets) socket.write(Buffer.from(telegram, 'latin1'));
  }

  /** Hangs up on all that listen. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Hangs up and frees the port. Calling it again does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.hangUp();
    await closed;
  }
}
