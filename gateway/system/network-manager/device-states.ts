import type { Cancel } from '../../core/clock.ts';
import { numberOf, textOf } from '../bus-values.ts';
import { BusError, type SystemBus } from '../system-bus.ts';
import { interfaces, managerName } from './names.ts';

export interface DeviceChange {
  /** NMDeviceState. */
  readonly state: number;
  /** NMDeviceStateReason. */
  readonly reason: number;
}

/** What becomes of an adapter, in order, from when it is opened until it is closed. */
export class DeviceStates {
  readonly #waiting: DeviceChange[] = [];
  readonly #cancels: Cancel[] = [];
  readonly #ended: Promise<never>;
  #wake: () => void = () => undefined;

  private constructor(ended: Promise<never>) {
    this.#ended = ended;
    ended.catch(() => undefined);
  }

  /** Errors: `BusError`. */
  static async open(bus: SystemBus, path: string): Promise<DeviceStates> {
    const { promise: gone, reject } = Promise.withResolvers<never>();
    const states = new DeviceStates(Promise.race([gone, bus.lost()]));
    const changed = { sender: managerName, path, interface: interfaces.device, member: 'StateChanged' };
    states.#cancels.push(
      await bus.listen(changed, ([state, , reason]) => {
        states.#waiting.push({ state: numberOf(state), reason: numberOf(reason) });
        states.#wake();
      }),
    );
    const name = 'org.freedesktop.DBus';
    const owner = {
      sender: name,
      path: '/org/freedesktop/DBus',
      interface: name,
      member: 'NameOwnerChanged',
    };
    states.#cancels.push(
      await bus.listen(owner, ([which, , now]) => {
        if (which === managerName && textOf(now) === '')
          reject(new BusError('org.freedesktop.DBus.Error.NameHasNoOwner', 'NetworkManager has stopped'));
      }),
    );
    return states;
  }

  /** The next change. Errors: `BusError` when NetworkManager or the bus is gone; the signal's reason. */
  async next(signal: AbortSignal): Promise<DeviceChange> {
    for (;;) {
      signal.throwIfAborted();
      const change = this.#waiting.shift();
      if (change !== undefined) return change;
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const abort = (): void => reject(signal.reason as Error);
      this.#wake = () => resolve(undefined);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([promise, this.#ended]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    }
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
  }
}
