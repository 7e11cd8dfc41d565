import { createAddedDeviceFile, type AddedDeviceFile } from './config/added-devices.ts';
import type { StoredSettings } from './config/overrides.ts';
import { createStoredSettingFile, type StoredSettingFile } from './config/stored-settings.ts';
import type { Disk } from './core/disk.ts';
import { describeError, errorCodeOf } from './core/errors.ts';
import type { HealthNote } from './features/lifecycle/health-board.ts';

/** What faces have changed of the configuration, as it is on disk. */
export interface FaceChanges {
  readonly deviceFile: AddedDeviceFile;
  readonly settingFile: StoredSettingFile;
  readonly addedDevices: readonly unknown[];
  readonly storedSettings: StoredSettings;
  /** What could not be read, and is as if it were not. */
  readonly problems: readonly string[];
}

/** Without what was changed from a face all that stands in the file must still run. */
export function readFaceChanges(disk: Disk, directory: string): FaceChanges {
  const deviceFile = createAddedDeviceFile(disk, directory);
  const settingFile = createStoredSettingFile(disk, directory);
  const problems: string[] = [];
  const orNothing = <Value>(read: () => Value, nothing: Value): Value => {
    try {
      return read();
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      problems.push(describeError(error));
      return nothing;
    }
  };
  const addedDevices = orNothing(() => deviceFile.read(), []);
  const storedSettings = orNothing(() => settingFile.read(), {});
  return { deviceFile, settingFile, addedDevices, storedSettings, problems };
}

export function changeNotes({ problems }: FaceChanges): readonly HealthNote[] {
  const hint = 'what stands in the configuration file runs all the same';
  return problems.map((message) => ({ subject: 'config', status: 'degraded', message, hint }));
}
