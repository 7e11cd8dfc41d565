import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { AcceleratedClock } from './accelerated-clock.ts';
import type { FaultySlave } from './faulty-slave.ts';
import { ServedConnection } from './served-connection.ts';
import { SimulatorError } from './simulator-error.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Newcomers over this are reset, as by a device that has no socket left. */
  readonly connectionsMax: number;
}

/**
 * One TCP port in front of a faulty slave.
 *
 * The kernel accepts before we are asked, so a refused connection is accepted and reset at once, and one that should
 * time out is accepted and never answered. A client sees the first as ECONNRESET and the second as silence.
 */
export class SlaveServer {
  readonly #slave: FaultySlave;
  readonly #clock: AcceleratedClock;
  readonly #connectionsMax: number;
  readonly #server: Server;
  readonly #open = new Map<Socket, ServedConnection>();

  private constructor(slave: FaultySlave, clock: AcceleratedClock, connectionsMax: number) {
    this.#slave = slave;
    this.#clock = clock;
    this.#connectionsMax = connectionsMax;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Throws a SimulatorError when the port cannot be had. */
  static async listen(
    slave: FaultySlave,
    clock: AcceleratedClock,
    options: ListenOptions,
  ): Promise<SlaveServer> {
    const server = new SlaveServer(slave, clock, options.connectionsMax);
    server.#server.listen(options.port, options.host);
    try {
      await once(server.#server, 'listening');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SimulatorError(`cannot listen on ${options.host} port ${options.port}: ${reason}`);
    }
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Hangs up the connections that the fault plan has closed by now. */
  sweep(): void {
    for (const [socket, served] of this.#open) if (served.isClosed()) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    // A peer that goes away in the middle is everyday life; 'close' follows and tidies up.
    socket.on('error', () => undefined);
    if (
      this.#open.size >= this.#connectionsMax ||
      this.#slave.acceptsConnection(this.#clock.nowMs()) === 'refuse'
    ) {
      socket.resetAndDestroy();
      return;
    }
    this.#open.set(socket, new ServedConnection(this.#slave, this.#clock, socket));
    socket.on('close', () => this.#open.delete(socket));
  }
}
