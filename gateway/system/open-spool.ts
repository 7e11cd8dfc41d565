import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SpoolFolder } from '../core/spool-folder.ts';
import { createRealSpoolFolder } from './real-spool-folder.ts';

interface WantedSpool {
  /** undefined: where the folder is there. */
  readonly enabled: boolean | undefined;
  /** undefined: where electricity_usage has it. */
  readonly directory: string | undefined;
}

/** What says where a user keeps what. */
interface SpoolHome {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For who has no home. */
  readonly dataDirectory: string;
  readonly platform: NodeJS.Platform;
}

/** The spool to be watched; undefined: none is. It is made when it is looked into first. */
export function openSpool(wanted: WantedSpool, home: SpoolHome): SpoolFolder | undefined {
  const directory = wanted.directory ?? usualDirectory(home);
  const isWatched = wanted.enabled ?? existsSync(directory);
  return isWatched ? createRealSpoolFolder(directory) : undefined;
}

/** As platformdirs 4 gives it to electricity_usage 0.1.1: `user_data_path("electricity_usage")`, and two folders in it. */
function usualDirectory({ environment, dataDirectory, platform }: SpoolHome): string {
  const { XDG_DATA_HOME: data, HOME: home } = environment;
  if (home?.startsWith('/') !== true && data?.startsWith('/') !== true) return join(dataDirectory, 'spool');
  const shares =
    platform === 'darwin'
      ? join(home ?? '', 'Library/Application Support')
      : data?.startsWith('/') === true
        ? data
        : join(home ?? '', '.local/share');
  return join(shares, 'electricity_usage/input_dirs/input_dir');
}
