import type { BusProperties } from '../bus-values.ts';
import { bytesOf, numberOf, propertiesOf, settingsOf, textOf, textsOf } from '../bus-values.ts';
import type { SystemBus } from '../system-bus.ts';
import { accessPointOf, type AccessPoint } from './access-points.ts';
import { isGone } from './manager-refusal.ts';
import { deviceTypeWifi, interfaces, managerName, paths, profileMark, wirelessType } from './names.ts';
import type { ProfileRows } from './wireless-profile.ts';

export interface WifiDevice {
  readonly path: string;
  readonly interfaceName: string;
  /** NMDeviceState. */
  readonly state: number;
  /** Paths; `/` where there is none. */
  readonly activePath: string;
  readonly ip4Path: string;
  readonly ip6Path: string;
}

/** A profile of a wireless network. */
export interface WirelessProfile {
  /** Good until NetworkManager starts again, which counts its paths anew. */
  readonly path: string;
  readonly uuid: string;
  readonly ssid: Uint8Array;
  /** Whether `wirelessProfile` has made it. */
  readonly isOurs: boolean;
}

/** What NetworkManager has on the bus. Errors of every call: `BusError`. */
export class ManagerObjects {
  readonly #bus: SystemBus;

  constructor(bus: SystemBus) {
    this.#bus = bus;
  }

  async manager(): Promise<BusProperties> {
    return await this.#bus.properties(manager);
  }

  /** The adapter that can be used best; undefined where there is none. */
  async wifiDevice(): Promise<WifiDevice | undefined> {
    const devices = await this.#devices();
    return [...devices].sort(
      (one, other) => other.state - one.state || one.interfaceName.localeCompare(other.interfaceName),
    )[0];
  }

  /** The adapter as it is now, wherever it is found; undefined when it was taken out. */
  async deviceNamed(interfaceName: string): Promise<WifiDevice | undefined> {
    const devices = await this.#devices();
    return devices.find((device) => device.interfaceName === interfaceName);
  }

  async accessPoints(device: WifiDevice): Promise<readonly AccessPoint[]> {
    const [found] = await this.#bus.call({ ...wirelessOf(device), member: 'GetAllAccessPoints' });
    const points = await Promise.all(
      textsOf(found).map(async (path) => accessPointOf(path, await this.#all(path, interfaces.accessPoint))),
    );
    return points.filter((point) => point !== undefined);
  }

  async accessPoint(path: string): Promise<AccessPoint | undefined> {
    if (path === paths.none) return undefined;
    return accessPointOf(path, await this.#all(path, interfaces.accessPoint));
  }

  async wireless(device: WifiDevice): Promise<BusProperties> {
    return await this.#all(device.path, interfaces.wireless);
  }

  /** Looks anew. The names are called for those who hide them. */
  async requestScan(device: WifiDevice, names: readonly Uint8Array[]): Promise<void> {
    const options = names.length === 0 ? [] : [['ssids', ['aay', names.map((name) => Buffer.from(name))]]];
    await this.#bus.call({
      ...wirelessOf(device),
      member: 'RequestScan',
      signature: 'a{sv}',
      body: [options],
    });
  }

  /** The profile that is active on the adapter; undefined where none is. */
  async activeProfile({ activePath }: WifiDevice): Promise<WirelessProfile | undefined> {
    if (activePath === paths.none) return undefined;
    const active = await this.#all(activePath, interfaces.active);
    const path = textOf(active.get('Connection'));
    return path === '' || path === paths.none ? undefined : await this.#profileAt(path);
  }

  async profiles(): Promise<readonly WirelessProfile[]> {
    const [found] = await this.#bus.call({ ...settings, member: 'ListConnections' });
    const profiles = await Promise.all(textsOf(found).map(async (path) => await this.#profileAt(path)));
    return profiles.filter((profile) => profile !== undefined);
  }

  /** With their prefix, IPv4 first, without those of the link alone. */
  async addresses({ ip4Path, ip6Path }: WifiDevice): Promise<readonly string[]> {
    const found = await Promise.all([
      this.#addressesAt(ip4Path, interfaces.ip4),
      this.#addressesAt(ip6Path, interfaces.ip6),
    ]);
    return found.flat().filter((address) => !address.startsWith('fe80:'));
  }

  /** Joins by a profile that is gone when it is left, unless it is kept. Its path. */
  async joinAnew(profile: ProfileRows, device: WifiDevice, accessPointPath: string): Promise<string> {
    const [profilePath] = await this.#bus.call({
      ...manager,
      member: 'AddAndActivateConnection2',
      signature: 'a{sa{sv}}ooa{sv}',
      body: [profile, device.path, accessPointPath, [['persist', ['s', 'volatile']]]],
    });
    return textOf(profilePath);
  }

  async joinBy(profilePath: string, device: WifiDevice, accessPointPath: string): Promise<void> {
    const body = [profilePath, device.path, accessPointPath];
    await this.#bus.call({ ...manager, member: 'ActivateConnection', signature: 'ooo', body });
  }

  async disconnect(device: WifiDevice): Promise<void> {
    await this.#bus.call({ ...at(device.path, interfaces.device), member: 'Disconnect' });
  }

  /** Leaves the settings as they are, and changes where they are kept: NMSettingsUpdate2Flags. */
  async keepProfile(path: string, flags: number): Promise<void> {
    const body = [[], flags, []];
    await this.#bus.call({
      ...{ ...at(path, interfaces.profile), member: 'Update2', signature: 'a{sa{sv}}ua{sv}' },
      body,
    });
  }

  /** No error when it is gone already. */
  async removeProfile(path: string): Promise<void> {
    try {
      await this.#bus.call({ ...at(path, interfaces.profile), member: 'Delete' });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** NetworkManager itself goes back after so long, unless the checkpoint is destroyed. */
  async createCheckpoint(device: WifiDevice, backAfterSeconds: number): Promise<string> {
    const body = [[device.path], backAfterSeconds, 0];
    const [path] = await this.#bus.call({
      ...{ ...manager, member: 'CheckpointCreate', signature: 'aouu' },
      body,
    });
    return textOf(path);
  }

  /**
   * One for this adapter alone that has as long as ours have, or longer: left by a gateway that ended in the middle of an
   * attempt. It would go back in the middle of the next one.
   */
  async leftCheckpoint(device: WifiDevice, backAfterSeconds: number): Promise<string | undefined> {
    for (const path of textsOf((await this.manager()).get('Checkpoints'))) {
      const found = await this.#all(path, interfaces.checkpoint);
      const devices = textsOf(found.get('Devices'));
      const isOfAdapter = devices.length === 1 && devices[0] === device.path;
      if (isOfAdapter && numberOf(found.get('RollbackTimeout')) >= backAfterSeconds) return path;
    }
    return undefined;
  }

  /** It goes back after so long from now. */
  async putOffCheckpoint(path: string, backAfterSeconds: number): Promise<void> {
    const body = [path, backAfterSeconds];
    await this.#bus.call({ ...manager, member: 'CheckpointAdjustRollbackTimeout', signature: 'ou', body });
  }

  async endCheckpoint(path: string, how: 'CheckpointDestroy' | 'CheckpointRollback'): Promise<void> {
    await this.#bus.call({ ...manager, member: how, signature: 'o', body: [path] });
  }

  /** NMConnectivityState, looked at anew. */
  async checkConnectivity(): Promise<number> {
    const [state] = await this.#bus.call({ ...manager, member: 'CheckConnectivity' });
    return numberOf(state);
  }

  async #devices(): Promise<readonly WifiDevice[]> {
    const [found] = await this.#bus.call({ ...manager, member: 'GetDevices' });
    const devices = await Promise.all(textsOf(found).map(async (path) => await this.#deviceAt(path)));
    return devices.filter((device) => device !== undefined);
  }

  async #deviceAt(path: string): Promise<WifiDevice | undefined> {
    const found = await this.#all(path, interfaces.device);
    if (numberOf(found.get('DeviceType')) !== deviceTypeWifi) return undefined;
    const pathOf = (name: string): string => textOf(found.get(name)) || paths.none;
    return {
      path,
      interfaceName: textOf(found.get('Interface')),
      state: numberOf(found.get('State')),
      activePath: pathOf('ActiveConnection'),
      ip4Path: pathOf('Ip4Config'),
      ip6Path: pathOf('Ip6Config'),
    };
  }

  async #profileAt(path: string): Promise<WirelessProfile | undefined> {
    try {
      const [read] = await this.#bus.call({ ...at(path, interfaces.profile), member: 'GetSettings' });
      const all = settingsOf(read);
      const connection = all.get('connection');
      if (textOf(connection?.get('type')) !== wirelessType) return undefined;
      const marks = all.get('user')?.get('data');
      const isOurs =
        Array.isArray(marks) && marks.some((row) => Array.isArray(row) && row[0] === profileMark);
      const uuid = textOf(connection?.get('uuid'));
      return { path, uuid, ssid: bytesOf(all.get(wirelessType)?.get('ssid')), isOurs };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #addressesAt(path: string, interfaceName: string): Promise<readonly string[]> {
    if (path === paths.none) return [];
    const data = (await this.#all(path, interfaceName)).get('AddressData');
    if (!Array.isArray(data)) return [];
    return data
      .map(propertiesOf)
      .map((one) => `${textOf(one.get('address'))}/${numberOf(one.get('prefix'))}`);
  }

  /** Nothing where the object is gone. */
  async #all(path: string, interfaceName: string): Promise<BusProperties> {
    try {
      return await this.#bus.properties(at(path, interfaceName));
    } catch (error) {
      if (isGone(error)) return new Map();
      throw error;
    }
  }
}

interface Place {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
}

function at(path: string, interfaceName: string): Place {
  return { destination: managerName, path, interface: interfaceName };
}

function wirelessOf(device: WifiDevice): Place {
  return at(device.path, interfaces.wireless);
}

const manager = at(paths.manager, interfaces.manager);
const settings = at(paths.settings, interfaces.settings);
