import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Calls that do not happen, of those that change files: `w` writes, `t` truncates, `s` syncs, `n` makes, renames or
 * removes. From the one to the other, counted from 1 since the process began.
 */
export interface DiskFault {
  readonly kinds: string;
  readonly from: number;
  readonly to: number;
  /** What they fail with; `SIGKILL` kills the process at the first. */
  readonly effect: 'EIO' | 'ENOSPC' | 'SIGKILL';
}

/** A disk that fails as it is told, for processes of this machine; see disk-faults.c. Needs gcc. */
export class FaultyDisk {
  readonly #library: string;

  /** Compiles what makes it into the folder. */
  constructor(folder: string) {
    const source = fileURLToPath(new URL('./disk-faults.c', import.meta.url));
    this.#library = join(folder, 'disk-faults.so');
    const words = [
      '-O1',
      '-Wall',
      '-Werror',
      '-shared',
      '-fPIC',
      '-o',
      this.#library,
      source,
      '-ldl',
      '-pthread',
    ];
    const { status, stderr, error } = spawnSync('gcc', words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`disk-faults.c does not compile: ${error?.message ?? stderr}`);
  }

  /** The environment of a process that has it under the folder; what it does there goes to the log. */
  env(
    folder: string,
    { fault, log }: { readonly fault?: DiskFault | undefined; readonly log?: string },
  ): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.#library,
      EGW_FAULT_FOLDER: folder,
      ...(log !== undefined && { EGW_FAULT_LOG: log }),
      ...(fault !== undefined && { EGW_FAULT: textOf(fault) }),
    };
  }
}

function textOf({ kinds, from, to, effect }: DiskFault): string {
  const errors = { EIO: constants.errno.EIO, ENOSPC: constants.errno.ENOSPC, SIGKILL: 0 } as const;
  return `${kinds} ${from}-${to} ${errors[effect]}`;
}
