import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { AcceleratedClock } from './accelerated-clock.ts';
import type { FaultyConnection, FaultySlave } from './faulty-slave.ts';
import type { Reply } from './modbus-slave.ts';
import { SimulatorError } from './simulator-error.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Newcomers over this are reset, as by a device that has no socket left. */
  readonly connectionsMax: number;
}

/** Answers under way on one connection; a client that asks on without reading is cut off. */
const unansweredMax = 64;
const unreadBytesMax = 65_536;

interface OpenConnection {
  readonly socket: Socket;
  readonly connection: FaultyConnection;
  readonly timers: Set<NodeJS.Timeout>;
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
  readonly #open = new Set<OpenConnection>();

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
    const nowMs = this.#clock.nowMs();
    for (const { socket, connection } of this.#open) {
      if (connection.isClosed(nowMs)) socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    for (const { socket } of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    // A peer that goes away in the middle is everyday life; 'close' follows and tidies up.
    socket.on('error', () => undefined);
    const nowMs = this.#clock.nowMs();
    if (this.#open.size >= this.#connectionsMax || this.#slave.acceptsConnection(nowMs) === 'refuse') {
      socket.resetAndDestroy();
      return;
    }
    const open: OpenConnection = { socket, connection: this.#slave.openConnection(nowMs), timers: new Set() };
    this.#open.add(open);
    socket.on('data', (bytes) => this.#receive(open, bytes));
    socket.on('close', () => {
      this.#open.delete(open);
      for (const timer of open.timers) clearTimeout(timer);
    });
  }

  #receive(open: OpenConnection, bytes: Uint8Array): void {
    const { socket, timers } = open;
    const reply: Reply = open.connection.handle(bytes, this.#clock.nowMs());
    let lastDelayMs = 0;
    for (const answer of reply.answers) {
      lastDelayMs = Math.max(lastDelayMs, answer.delayMs);
      this.#after(open, answer.delayMs, () => socket.write(answer.bytes));
    }
    if (reply.close === true) {
      this.#after(open, lastDelayMs, () =>
        reply.isReset === true ? socket.resetAndDestroy() : socket.end(),
      );
    }
    if (timers.size > unansweredMax || socket.writableLength > unreadBytesMax) socket.destroy();
  }

  #after(open: OpenConnection, delayMs: number, act: () => void): void {
    if (delayMs === 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      open.timers.delete(timer);
      act();
    }, delayMs);
    open.timers.add(timer);
  }
}
