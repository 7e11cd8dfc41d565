import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type {
  Connection,
  ConnectionListener,
  ConnectOptions,
  Network,
} from '../../../gateway/core/network.ts';
import type { DeviceKindId } from '../../../modbus-sim/device-kinds.ts';
import { FaultPlan } from '../../../modbus-sim/fault-plan.ts';
import type { FaultyConnection, FaultySlave } from '../../../modbus-sim/faulty-slave.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { createSimulatedLine } from '../../../modbus-sim/simulated-line.ts';
import type { SimulatedClock } from '../../../sim/simulated-clock.ts';

/** A home network in virtual time, in which devices come, go and move. Nobody answers at its other addresses. */
export class VirtualHouse implements Network {
  readonly #clock: SimulatedClock;
  readonly #home: SimulatedHome;
  readonly #slaves = new Map<string, FaultySlave>();
  readonly #hangUps = new Map<string, Set<() => void>>();
  #pending = 0;
  /** Connections that were tried at one time, at most. */
  pendingMax = 0;
  /** Every `host:port` that was tried, with the time. */
  readonly tried: { readonly place: string; readonly atMs: number }[] = [];

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
    this.#home = new SimulatedHome({ seed: 7, startMs: clock.wall() });
  }

  /** @param count which of the devices of its kind it is: it has a serial number of its own */
  put(place: string, kind: DeviceKindId, count = 0): void {
    const plan = { framing: 'tcp' as const, units: [{ id: place, kind, unitId: 1, count }] };
    this.#slaves.set(place, createSimulatedLine(plan, this.#home, new FaultPlan(7)));
  }

  take(place: string): void {
    this.#slaves.delete(place);
    for (const hangUp of this.#hangUps.get(place) ?? []) hangUp();
  }

  async connectTcp({ host, port, listener, signal }: ConnectOptions): Promise<Connection> {
    const place = `${host}:${port}`;
    this.tried.push({ place, atMs: this.#clock.monotonic() });
    this.#pending += 1;
    this.pendingMax = Math.max(this.pendingMax, this.#pending);
    try {
      await this.#answer(place, signal);
    } finally {
      this.#pending -= 1;
    }
    const slave = this.#slaves.get(place);
    if (slave === undefined) throw new GatewayError('connection_refused', `${place} refused`);
    return this.#open(place, slave.openConnection(this.#clock.wall()), listener);
  }

  async #answer(place: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(new GatewayError('connection_timeout', `${place} does not answer`));
      signal.addEventListener('abort', abort, { once: true });
      if (this.#slaves.has(place)) this.#after(2, resolve);
    });
  }

  #open(place: string, peer: FaultyConnection, listener: ConnectionListener): Connection {
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#hangUps.get(place)?.delete(close);
      listener.onClose(undefined);
    };
    this.#hangUps.set(place, (this.#hangUps.get(place) ?? new Set()).add(close));
    return {
      close,
      write: (bytes) => {
        for (const { bytes: answer, delayMs } of peer.handle(bytes, this.#clock.wall()).answers) {
          this.#after(5 + delayMs, () => isOpen && listener.onData(answer));
        }
      },
    };
  }

  #after(delayMs: number, callback: () => void): void {
    this.#clock.at(monotonicMs(this.#clock.monotonic() + delayMs), callback);
  }
}
