import { join } from 'node:path';
import type { Disk } from '../core/disk.ts';
import type { TrialState } from './choose-configuration.ts';
import { isMap } from '../core/is-map.ts';

/** Keeps the last good configuration and the trial in the data directory: one file, always whole, 0600. */
export interface LastGoodStore {
  /** An unreadable or foreign file counts as none: the configuration file is still there. */
  read(): TrialState;
  /** Errors: `data_dir_unusable`. */
  write(state: TrialState): void;
}

const formatVersion = 1;

export function createLastGoodStore(disk: Disk, dataDirectory: string): LastGoodStore {
  const path = join(dataDirectory, 'last-good-config.json');
  return {
    read: () => {
      try {
        return stateOf(JSON.parse(disk.readText(path) ?? '{}'));
      } catch {
        return {};
      }
    },
    write: (state) => disk.writeText(path, `${JSON.stringify({ formatVersion, ...state })}\n`),
  };
}

function stateOf(value: unknown): TrialState {
  if (!isMap(value) || value['formatVersion'] !== formatVersion) return {};
  const { lastGood, trial, rejection } = value;
  return {
    ...(hasForm(lastGood, { hash: 'string', text: 'string', promotedMs: 'number' }) ? { lastGood } : {}),
    ...(hasForm(trial, { hash: 'string', startedMs: 'number', starts: 'number' }) ? { trial } : {}),
    ...(hasForm(rejection, { hash: 'string', why: 'string', atMs: 'number' }) ? { rejection } : {}),
  } as TrialState;
}

function hasForm(value: unknown, form: Readonly<Record<string, 'string' | 'number'>>): boolean {
  return isMap(value) && Object.entries(form).every(([key, type]) => typeof value[key] === type);
}
