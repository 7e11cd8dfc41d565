import { monotonicMs } from '../gateway/core/clock.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { Connection, ConnectionListener, ConnectOptions, Network } from '../gateway/core/network.ts';
import { seededRandom, type Random } from '../gateway/core/random.ts';
import type { FaultyConnection, FaultySlave } from '../modbus-sim/faulty-slave.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface SimulatedPeer {
  readonly host: string;
  readonly port: number;
  readonly slave: FaultySlave;
}

/** Longest time that a healthy peer's answer takes, there and back; milliseconds. */
const answerMsMax = 40;
const connectMs = 2;

/** A network of simulated Modbus slaves in virtual time: latencies from the seed, faults from their plans. */
export class SimulatedNetwork implements Network {
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #peers = new Map<string, FaultySlave>();

  readonly #distort: (bytes: Uint8Array) => Uint8Array;

  constructor(
    clock: SimulatedClock,
    seed: number,
    peers: readonly SimulatedPeer[],
    distort: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
  ) {
    this.#distort = distort;
    this.#clock = clock;
    this.#random = seededRandom(seed);
    for (const { host, port, slave } of peers) this.#peers.set(`${host}:${port}`, slave);
  }

  async connectTcp({ host, port, listener, signal }: ConnectOptions): Promise<Connection> {
    const slave = this.#peers.get(`${host}:${port}`);
    const decision = slave?.acceptsConnection(this.#clock.wall()) ?? 'refuse';
    await this.#wait(decision === 'ignore' ? undefined : connectMs, signal);
    if (slave === undefined || decision !== 'accept') {
      throw new GatewayError('connection_refused', `${host} port ${port} refused the connection`);
    }
    return this.#open(slave.openConnection(this.#clock.wall()), listener);
  }

  #open(peer: FaultyConnection, listener: ConnectionListener): Connection {
    let isOpen = true;
    const hangUp = (): void => {
      if (!isOpen) return;
      isOpen = false;
      listener.onClose(undefined);
    };
    return {
      write: (bytes) => {
        if (!isOpen) return;
        const reply = peer.handle(bytes, this.#clock.wall());
        const latencyMs = 1 + this.#random.integer(answerMsMax - 1);
        for (const answer of reply.answers) {
          this.#after(latencyMs + answer.delayMs, () => {
            if (isOpen) listener.onData(this.#distort(answer.bytes));
          });
        }
        if (reply.close === true) this.#after(latencyMs, hangUp);
      },
      close: hangUp,
    };
  }

  #after(delayMs: number, callback: () => void): void {
    this.#clock.at(monotonicMs(this.#clock.monotonic() + delayMs), callback);
  }

  /** Without a time it waits for the signal, as a connection that nobody answers does. */
  async #wait(forMs: number | undefined, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void =>
        reject(new GatewayError('connection_timeout', 'nobody answered', { cause: signal.reason }));
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      if (forMs === undefined) return;
      this.#after(forMs, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }
}
