import { join } from 'node:path';
import type { Disk } from '../core/disk.ts';
import { describeError, GatewayError } from '../core/errors.ts';
import type { Config, DeviceConfig } from './config.ts';
import { interpretConfig, type ConfigInputs, type LoadedConfig } from './interpret.ts';
import { isMap } from '../core/is-map.ts';
import { ConfigInvalidError } from './problem.ts';

const formatVersion = 1;

/** The devices that were added from a face: one file in the data directory, always whole, 0600. */
export interface AddedDeviceFile {
  /** In the form of the configuration file. Errors: `config_unreadable`. */
  read(): readonly unknown[];
  /** Errors: `data_dir_unusable`. */
  write(devices: readonly unknown[]): void;
}

export function createAddedDeviceFile(disk: Disk, dataDirectory: string): AddedDeviceFile {
  const path = join(dataDirectory, 'added-devices.json');
  return {
    read: () => {
      const text = disk.readText(path);
      if (text === undefined) return [];
      try {
        const stored: unknown = JSON.parse(text);
        if (isMap(stored) && stored['formatVersion'] === formatVersion && Array.isArray(stored['devices']))
          return stored['devices'] as unknown[];
      } catch (cause) {
        throw unreadable(path, describeError(cause));
      }
      throw unreadable(path, 'it is of another version');
    },
    write: (devices) => disk.writeText(path, `${JSON.stringify({ formatVersion, devices })}\n`),
  };
}

/** Devices that come and go while the gateway runs. */
export interface AddedDevices {
  /**
   * Checks it exactly as the file would be, and keeps it. Errors: `config_invalid`, a `ConfigInvalidError` with
   * every problem; `already_exists`; `data_dir_unusable`.
   */
  add(device: Readonly<Record<string, unknown>>): Promise<DeviceConfig>;
  /** Errors: `config_pinned` when it stands in the configuration file; `device_unknown`; `data_dir_unusable`. */
  remove(id: string): void;
}

/** @param loaded the configuration that runs */
export function createAddedDevices(
  file: AddedDeviceFile,
  loaded: LoadedConfig,
  inputs: ConfigInputs,
): AddedDevices {
  const inFile = idsInFile(loaded);
  return {
    add: async (device) => {
      const { id } = device;
      const added = file.read();
      if (typeof id === 'string' && (inFile.has(id) || added.some((other) => idOf(other) === id))) {
        throw new GatewayError('already_exists', `there is a device ${id} already`, {
          hint: 'give the new one another id, or remove the old one first',
        });
      }
      const config = await checkAlone(device, inputs, loaded.config);
      file.write([...added, device]);
      return config;
    },
    remove: (id) => {
      if (inFile.has(id)) {
        throw new GatewayError('config_pinned', `device ${id} stands in the configuration file`, {
          hint: 'remove it there and start again',
          facts: { setting: `devices ${id}` },
        });
      }
      const added = file.read();
      const kept = added.filter((other) => idOf(other) !== id);
      if (kept.length === added.length) {
        throw new GatewayError('device_unknown', `there is no device ${JSON.stringify(id)}`, {
          hint: 'egw device list shows them',
        });
      }
      file.write(kept);
    },
  };
}

function idsInFile({ effective, sources }: LoadedConfig): ReadonlySet<unknown> {
  const devices = Array.isArray(effective['devices']) ? (effective['devices'] as unknown[]) : [];
  return new Set(
    devices.filter((_, index) => sources.originOf(['devices', index]).kind === 'file').map(idOf),
  );
}

/** As the only device of a configuration. */
async function checkAlone(
  device: Readonly<Record<string, unknown>>,
  inputs: ConfigInputs,
  { network, profiles }: Config,
): Promise<DeviceConfig> {
  const alone = { ...inputs, addedDevices: [device], commandLine: {}, environment: {}, storedSettings: {} };
  const text = JSON.stringify({ network, profiles });
  const { loaded, problems } = await interpretConfig(text, 'the new device', { ...alone, sections: [] });
  const found = problems ?? loaded.quarantined.flatMap((quarantined) => quarantined.problems);
  const config = loaded?.config.devices[0];
  if (config === undefined) throw new ConfigInvalidError('the new device', found);
  return config;
}

function idOf(device: unknown): unknown {
  return isMap(device) ? device['id'] : undefined;
}

function unreadable(path: string, why: string): GatewayError {
  return new GatewayError('config_unreadable', `${path} cannot be read: ${why}`, {
    hint: 'move the file away and add its devices again; the others run without it',
    facts: { file: path },
  });
}
