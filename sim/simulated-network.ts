import { monotonicMs } from '../gateway/core/clock.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { Connection, ConnectOptions, Network } from '../gateway/core/network.ts';
import type { FaultySlave } from '../modbus-sim/faulty-slave.ts';
import { openSimulatedWire, type WireParts } from './simulated-wire.ts';

export interface SimulatedPeer {
  readonly host: string;
  readonly port: number;
  readonly slave: FaultySlave;
}

const connectMs = 2;

/** A network of simulated Modbus slaves in virtual time. */
export class SimulatedNetwork implements Network {
  readonly #wire: WireParts;
  readonly #peers = new Map<string, FaultySlave>();

  constructor(wire: WireParts, peers: readonly SimulatedPeer[]) {
    this.#wire = wire;
    for (const { host, port, slave } of peers) this.#peers.set(`${host}:${port}`, slave);
  }

  async connectTcp({ host, port, listener, signal }: ConnectOptions): Promise<Connection> {
    const slave = this.#peers.get(`${host}:${port}`);
    const decision = slave?.acceptsConnection(this.#nowMs()) ?? 'refuse';
    await this.#wait(decision === 'ignore' ? undefined : connectMs, signal);
    if (slave === undefined || decision !== 'accept') {
      throw new GatewayError('connection_refused', `${host} port ${port} refused the connection`);
    }
    return openSimulatedWire(slave.openConnection(this.#nowMs()), listener, this.#wire);
  }

  #nowMs(): number {
    return this.#wire.clock.wall();
  }

  /** Without a time it waits for the signal, as a connection that nobody answers does. */
  async #wait(forMs: number | undefined, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void =>
        reject(new GatewayError('connection_timeout', 'nobody answered', { cause: signal.reason }));
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      if (forMs === undefined) return;
      const { clock } = this.#wire;
      clock.at(monotonicMs(clock.monotonic() + forMs), () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }
}
