import type { Noble, Peripheral } from '@stoprocent/noble';
import type { SetupLink } from '../client/setup-link.ts';
import type { Clock } from '../clock.ts';
import { setupService } from '../protocol/uuids.ts';
import { whyNotLoaded } from '../why-not-loaded.ts';
import { CentralError, type Central, type FoundGateway } from './central.ts';
import { NobleLink } from './noble-link.ts';
import { within } from './within.ts';

const startMsMax = 5_000;
const connectMsMax = 15_000;
const closeMsMax = 2_000;

/** The adapter of this machine, by noble, which is loaded when it is asked for. */
export class NobleCentral implements Central {
  readonly #noble: Noble;
  readonly #clock: Clock;
  readonly #peripherals = new Map<string, Peripheral>();

  private constructor(noble: Noble, clock: Clock) {
    this.#noble = noble;
    this.#clock = clock;
  }

  /**
   * Resolves when the adapter is on. `adapter`: its number, 0 for hci0; the first that there is when undefined. Errors:
   * `CentralError` with the code `radio_missing`.
   */
  static async open(clock: Clock, adapter?: number): Promise<NobleCentral> {
    const noble = await loadNoble(adapter);
    const state = await stateOf(noble, clock);
    if (state === 'poweredOn') return new NobleCentral(noble, clock);
    stop(noble);
    throw new CentralError('radio_missing', stateWords[state] ?? stateWords['unknown'] ?? '', radioHint);
  }

  async find(found: (gateway: FoundGateway) => void): Promise<() => Promise<void>> {
    const hear = (peripheral: Peripheral): void => {
      if (!peripheral.advertisement.serviceUuids.includes(withoutDashes(setupService))) return;
      this.#peripherals.set(peripheral.id, peripheral);
      // noble's types say that there is a name; before the scan response there is none.
      const name = (peripheral.advertisement.localName as string | undefined) ?? '';
      found({ address: peripheral.id, name, signalDbm: peripheral.rssi });
    };
    this.#noble.on('discover', hear);
    // All of them: services take turns on the air, and noble would tell only the first.
    await this.#noble.startScanningAsync([], true);
    return async () => {
      this.#noble.removeListener('discover', hear);
      await within(this.#clock, closeMsMax, this.#noble.stopScanningAsync()).catch(() => undefined);
    };
  }

  async connect(address: string): Promise<SetupLink> {
    const peripheral = this.#peripherals.get(address);
    if (peripheral === undefined) throw outOfReach('it was not heard yet');
    try {
      if (peripheral.state === 'connected') await peripheral.disconnectAsync();
      await within(this.#clock, connectMsMax, peripheral.connectAsync());
      return await within(this.#clock, connectMsMax, NobleLink.over(peripheral, this.#clock));
    } catch (cause) {
      giveUp(peripheral);
      throw outOfReach(cause instanceof Error ? cause.message : String(cause));
    }
  }

  close(): Promise<void> {
    stop(this.#noble);
    return Promise.resolve();
  }
}

const radioHint =
  'This machine needs a Bluetooth adapter that is on, and the right to use it: on Linux, as root or with CAP_NET_RAW.';

const stateWords: Readonly<Record<string, string>> = {
  poweredOff: 'The Bluetooth adapter of this machine is off.',
  unauthorized: 'This program may not use the Bluetooth adapter of this machine.',
  unsupported: 'This machine has no Bluetooth adapter that can be used.',
  unknown: 'The Bluetooth adapter of this machine does not answer.',
};

async function loadNoble(adapter: number | undefined): Promise<Noble> {
  try {
    const { withBindings } = await import('@stoprocent/noble');
    const noble = withBindings('default', adapter === undefined ? {} : { deviceId: adapter });
    silence(noble);
    return noble;
  } catch (cause) {
    const reason = whyNotLoaded('@stoprocent/noble', cause);
    throw new CentralError('radio_missing', `Bluetooth cannot be used here: ${reason}`, radioHint);
  }
}

/** noble 2.8.0 tells the console of an adapter that it cannot use; here the report does. */
function silence(noble: Noble): void {
  const { _bindings: bindings } = noble as unknown as {
    readonly _bindings: { onStateChange?(state: string): void; emit(event: string, state: string): boolean };
  };
  const onStateChange = bindings.onStateChange?.bind(bindings);
  if (onStateChange === undefined) return;
  bindings.onStateChange = (state) => {
    if (state === 'unauthorized' || state === 'unsupported') bindings.emit('stateChange', state);
    else onStateChange(state);
  };
}

/** An adapter on a serial line is off until it has been reset, so that being off counts only when it stays so. */
async function stateOf(noble: Noble, clock: Clock): Promise<string> {
  let last = 'unknown';
  const settled = new Promise<string>((resolve) => {
    noble.on('stateChange', (state) => {
      last = state;
      if (state !== 'unknown' && state !== 'resetting' && state !== 'poweredOff') resolve(state);
    });
    // Reading it is what starts the adapter.
    if (noble.state === 'poweredOn') resolve(noble.state);
  });
  return await within(clock, startMsMax, settled).catch(() => last);
}

function stop(noble: Noble): void {
  try {
    noble.stop();
  } catch {
    // An adapter that is gone has nothing to stop.
  }
}

/** Whatever noble still has of it. */
function giveUp(peripheral: Peripheral): void {
  if (peripheral.state === 'connected') peripheral.disconnect();
  else if (peripheral.state === 'connecting') peripheral.cancelConnect();
}

function outOfReach(why: string): CentralError {
  return new CentralError(
    'out_of_reach',
    `No link to the gateway: ${why}.`,
    'Go closer to it, and see that no other phone is linked to it.',
  );
}

function withoutDashes(uuid: string): string {
  return uuid.replaceAll('-', '');
}
