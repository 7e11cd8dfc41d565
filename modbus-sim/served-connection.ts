import type { Socket } from 'node:net';
import type { AcceleratedClock } from './accelerated-clock.ts';
import type { FaultyConnection, FaultySlave } from './faulty-slave.ts';
import type { Reply } from './modbus-slave.ts';

/** Answers under way on one connection; a client that asks on without reading is cut off. */
const unansweredMax = 64;
const unreadBytesMax = 65_536;

/** One connection to a slave over real bytes and real time: each answer goes out when its delay is over. */
export class ServedConnection {
  readonly #connection: FaultyConnection;
  readonly #clock: AcceleratedClock;
  readonly #socket: Socket;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(slave: FaultySlave, clock: AcceleratedClock, socket: Socket) {
    this.#connection = slave.openConnection(clock.nowMs());
    this.#clock = clock;
    this.#socket = socket;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('close', () => {
      for (const timer of this.#timers) clearTimeout(timer);
    });
  }

  /** True when the device has closed the connection by now. */
  isClosed(): boolean {
    return this.#connection.isClosed(this.#clock.nowMs());
  }

  #receive(bytes: Uint8Array): void {
    const socket = this.#socket;
    const reply: Reply = this.#connection.handle(bytes, this.#clock.nowMs());
    let lastDelayMs = 0;
    for (const answer of reply.answers) {
      lastDelayMs = Math.max(lastDelayMs, answer.delayMs);
      this.#after(answer.delayMs, () => socket.write(answer.bytes));
    }
    if (reply.close === true) {
      this.#after(lastDelayMs, () => (reply.isReset === true ? socket.resetAndDestroy() : socket.end()));
    }
    if (this.#timers.size > unansweredMax || socket.writableLength > unreadBytesMax) socket.destroy();
  }

  #after(delayMs: number, act: () => void): void {
    if (delayMs === 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
