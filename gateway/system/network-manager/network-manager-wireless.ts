import type { Alarm, Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import { ssidText } from '../../core/ssid-text.ts';
import type {
  JoiningEnd,
  JoiningStep,
  WirelessNetwork,
  WirelessNetworks,
  WirelessState,
  WirelessWish,
} from '../../core/wireless.ts';
import { numberOf, textOf, type BusProperties } from '../bus-values.ts';
import { pause } from '../pause.ts';
import type { SystemBus } from '../system-bus.ts';
import { hexOf, networksOf } from './access-points.ts';
import { chooseNetwork, type Heard } from './choose-network.ts';
import { internetReach } from './internet-reach.ts';
import { JoiningAttempt } from './joining-attempt.ts';
import { ManagerObjects, type WifiDevice } from './manager-objects.ts';
import { managerRefusal } from './manager-refusal.ts';
import { deviceStates, paths } from './names.ts';

export interface NetworkManagerPorts {
  readonly bus: SystemBus;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
}

/** How often it is looked whether a scan has ended. */
const scanLookMs = 200;

/**
 * Wireless networks by NetworkManager 1.16 or later, over the bus of the machine. Nothing is asked before it is first
 * used, and nothing is kept open: it may start, stop and start again as it likes.
 */
export class NetworkManagerWireless implements WirelessNetworks {
  readonly #ports: NetworkManagerPorts;
  readonly #objects: ManagerObjects;
  #isJoining = false;
  #scanned: { readonly atMs: number; readonly networks: readonly WirelessNetwork[] } | undefined;

  constructor(ports: NetworkManagerPorts) {
    this.#ports = ports;
    this.#objects = new ManagerObjects(ports.bus);
  }

  async state(): Promise<WirelessState> {
    return await asked(async () => {
      const manager = await this.#objects.manager();
      const device = await this.#objects.wifiDevice();
      return await this.#stateOf(manager, device);
    });
  }

  async scan(signal: AbortSignal): Promise<readonly WirelessNetwork[]> {
    return await asked(async () => {
      const device = await this.#usableDevice();
      const held = this.#scanned;
      const nowMs = this.#ports.clock.monotonic();
      if (held !== undefined && nowMs < held.atMs + limits.wirelessScanHeldMs) return held.networks;
      await this.#lookAnew(device, [], signal);
      const networks = await this.#networks(device);
      this.#scanned = { atMs: this.#ports.clock.monotonic(), networks };
      return networks;
    });
  }

  async join(
    wish: WirelessWish,
    told: (step: JoiningStep) => void,
    signal: AbortSignal,
  ): Promise<JoiningEnd> {
    if (this.#isJoining) throw new GatewayError('wifi_busy', 'another network is being joined');
    this.#isJoining = true;
    this.#scanned = undefined;
    try {
      return await asked(async () => await this.#join(wish, told, signal));
    } finally {
      this.#isJoining = false;
    }
  }

  async leave(): Promise<void> {
    if (this.#isJoining) throw new GatewayError('wifi_busy', 'a network is being joined');
    await asked(async () => {
      const device = await this.#usableDevice();
      if (device.activePath === paths.none) {
        throw new GatewayError('not_found', 'no wireless network is joined', { hint: 'see egw wifi status' });
      }
      this.#scanned = undefined;
      await this.#objects.disconnect(device);
    });
  }

  async forgetAll(): Promise<void> {
    await asked(async () => {
      this.#scanned = undefined;
      const profiles = await this.#objects.profiles();
      for (const { path, isOurs } of profiles) if (isOurs) await this.#objects.removeProfile(path);
    });
  }

  close(): Promise<void> {
    this.#ports.bus.close();
    return Promise.resolve();
  }

  async #join(
    wish: WirelessWish,
    told: (step: JoiningStep) => void,
    signal: AbortSignal,
  ): Promise<JoiningEnd> {
    const device = await this.#usableDevice();
    const before = await this.#objects.activeProfile(device);
    const heard = await this.#hear(device, wish, signal);
    const choice = chooseNetwork(wish, heard);
    if (choice.how === 'not') {
      const { failure, detail } = choice;
      return {
        ok: false,
        failure,
        detail,
        rolledBackTo: before === undefined ? null : ssidText(before.ssid),
      };
    }
    const attempt = new JoiningAttempt({ ...this.#ports, objects: this.#objects }, { device, before });
    const end = await attempt.run(wish, choice, { told, signal });
    return end.ok ? { ok: true, state: await this.#stateAfter(end.connectivity) } : end;
  }

  /** What is in the air; looked at anew where the network was not heard, and called by its name. */
  async #hear(device: WifiDevice, wish: WirelessWish, signal: AbortSignal): Promise<Heard> {
    const name = hexOf(wish.ssidBytes);
    const profiles = await this.#objects.profiles();
    const points = await this.#objects.accessPoints(device);
    if (points.some(({ ssid }) => hexOf(ssid) === name)) return { points, profiles };
    await this.#lookAnew(device, [wish.ssidBytes], signal);
    return { points: await this.#objects.accessPoints(device), profiles };
  }

  async #networks(device: WifiDevice): Promise<readonly WirelessNetwork[]> {
    const [points, profiles, wireless] = await Promise.all([
      this.#objects.accessPoints(device),
      this.#objects.profiles(),
      this.#objects.wireless(device),
    ]);
    const known = new Set(profiles.map(({ ssid }) => hexOf(ssid)));
    const isActivated = device.state === deviceStates.activated;
    const joinedPath = isActivated ? textOf(wireless.get('ActiveAccessPoint')) : '';
    return networksOf(points, { known, joinedPath });
  }

  /** Where it may not look so soon again, what is there is new enough. */
  async #lookAnew(device: WifiDevice, names: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const lastScan = async (): Promise<number> =>
      numberOf((await this.#objects.wireless(device)).get('LastScan'));
    const before = await lastScan();
    const untilMs = clock.monotonic() + limits.wirelessScanMsMax;
    try {
      await this.#objects.requestScan(device, names);
    } catch (error) {
      if (errorCodeOf(managerRefusal(error)) === 'wifi_failed') return;
      throw error;
    }
    while (clock.monotonic() < untilMs) {
      await this.#pause(scanLookMs, signal);
      if ((await lastScan()) !== before) return;
    }
  }

  /** Errors: `wifi_missing`, and `BusError`. */
  async #usableDevice(): Promise<WifiDevice> {
    const manager = await this.#objects.manager();
    const device = await this.#objects.wifiDevice();
    const problem = problemOf(manager, device);
    if (device === undefined || problem !== undefined) throw problem ?? missing;
    return device;
  }

  async #stateAfter(connectivity: number): Promise<WirelessState> {
    const manager = new Map(await this.#objects.manager());
    manager.set('Connectivity', connectivity);
    return await this.#stateOf(manager, await this.#objects.wifiDevice());
  }

  async #stateOf(manager: BusProperties, device: WifiDevice | undefined): Promise<WirelessState> {
    const internet = internetReach(manager);
    if (device === undefined) return { radio: 'missing', joined: null, internet };
    const isOff = isSwitchedOff(manager) !== undefined;
    if (isOff) return { radio: 'off', joined: null, internet };
    if (device.state <= deviceStates.unavailable) return { radio: 'missing', joined: null, internet };
    return { radio: 'on', joined: await this.#joinedOn(device), internet };
  }

  async #joinedOn(device: WifiDevice): Promise<WirelessState['joined']> {
    if (device.state !== deviceStates.activated) return null;
    const pointPath = textOf((await this.#objects.wireless(device)).get('ActiveAccessPoint'));
    const point = await this.#objects.accessPoint(pointPath || paths.none);
    const ssid = point?.ssid ?? (await this.#objects.activeProfile(device))?.ssid;
    if (ssid === undefined) return null;
    return {
      ssid: ssidText(ssid),
      signalPct: point?.strengthPct ?? null,
      addresses: await this.#objects.addresses(device),
    };
  }

  async #pause(forMs: number, signal: AbortSignal): Promise<void> {
    await pause(this.#ports, forMs, signal);
    signal.throwIfAborted();
  }
}

async function asked<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw managerRefusal(error);
  }
}

const missing = new GatewayError('wifi_missing', 'this machine has no Wi-Fi adapter', {
  hint: 'plug one in, or use a cable',
});

function problemOf(manager: BusProperties, device: WifiDevice | undefined): GatewayError | undefined {
  if (device === undefined) return missing;
  const switchedOff = isSwitchedOff(manager);
  if (switchedOff !== undefined) return switchedOff;
  const { interfaceName, state } = device;
  if (state <= deviceStates.unmanaged) {
    return new GatewayError('wifi_missing', `NetworkManager leaves ${interfaceName} to somebody else`, {
      hint: `let it have it: nmcli device set ${interfaceName} managed yes`,
    });
  }
  if (state === deviceStates.unavailable) {
    return new GatewayError('wifi_missing', `the Wi-Fi adapter ${interfaceName} cannot be used`, {
      hint: 'see whether wpa_supplicant runs, and the firmware of the adapter is installed: journalctl -u NetworkManager',
    });
  }
  return undefined;
}

function isSwitchedOff(manager: BusProperties): GatewayError | undefined {
  if (manager.get('WirelessHardwareEnabled') === false) {
    return new GatewayError('wifi_missing', 'the Wi-Fi of this machine is switched off by its hardware', {
      hint: 'switch it on: rfkill unblock wifi, or the switch on the machine',
    });
  }
  if (manager.get('WirelessEnabled') === false || manager.get('NetworkingEnabled') === false) {
    return new GatewayError('wifi_missing', 'the Wi-Fi of this machine is switched off', {
      hint: 'switch it on: nmcli networking on; nmcli radio wifi on',
    });
  }
  return undefined;
}
