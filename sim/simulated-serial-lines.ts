import { GatewayError } from '../gateway/core/errors.ts';
import type { Connection } from '../gateway/core/network.ts';
import type { OpenLineOptions, SerialLines } from '../gateway/core/serial-lines.ts';
import type { FaultySlave } from '../modbus-sim/faulty-slave.ts';
import { openSimulatedWire, type WireParts } from './simulated-wire.ts';

/** Simulated slaves on serial lines, in virtual time, by the adapter's path. Settings make no difference here. */
export class SimulatedSerialLines implements SerialLines {
  readonly #wire: WireParts;
  readonly #slaves: ReadonlyMap<string, FaultySlave>;
  readonly #openPaths = new Set<string>();

  constructor(wire: WireParts, slaves: ReadonlyMap<string, FaultySlave>) {
    this.#wire = wire;
    this.#slaves = slaves;
  }

  open({ path, listener }: OpenLineOptions): Promise<Connection> {
    const slave = this.#slaves.get(path);
    if (slave === undefined || this.#openPaths.has(path)) {
      const reason = slave === undefined ? 'does not exist' : 'is in use';
      return Promise.reject(new GatewayError('serial_unavailable', `the serial line ${path} ${reason}`));
    }
    this.#openPaths.add(path);
    const onClose = (reason: Error | undefined): void => {
      this.#openPaths.delete(path);
      listener.onClose(reason);
    };
    const peer = slave.openConnection(this.#wire.clock.wall());
    const heard = { onData: (bytes: Uint8Array) => listener.onData(bytes), onClose };
    return Promise.resolve(openSimulatedWire(peer, heard, this.#wire));
  }
}
