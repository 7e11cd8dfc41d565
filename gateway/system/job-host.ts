import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What of a machine matters to how jobs are started on it. */
export interface JobHost {
  /** Whether processes can be looked up: Linux. */
  readonly hasProc: boolean;
  readonly userId: number;
  readonly groupId: number;
  /** Whether we may start processes of other users. */
  readonly canChangeUser: boolean;
  /** Absolute path of a program of the system; undefined where there is none. */
  find(program: string): string | undefined;
}

/** Never from the environment: what starts jobs may run as root. */
export const systemPath = '/usr/bin:/bin:/usr/sbin:/sbin';

/** CAP_SETGID, CAP_SETUID, CAP_SETPCAP: capabilities(7). */
const changingUser = (1n << 6n) | (1n << 7n) | (1n << 8n);

export function readJobHost(): JobHost {
  const capabilities = readCapabilities();
  const userId = process.getuid?.() ?? -1;
  const found = new Map<string, string | undefined>();
  return {
    hasProc: capabilities !== undefined,
    userId,
    groupId: process.getgid?.() ?? -1,
    canChangeUser:
      userId === 0 && (capabilities === undefined || (capabilities & changingUser) === changingUser),
    find: (program) => {
      if (!found.has(program)) found.set(program, findProgram(program));
      return found.get(program);
    },
  };
}

/** undefined where the system has no /proc. */
function readCapabilities(): bigint | undefined {
  try {
    const digits = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return digits === undefined ? undefined : BigInt(`0x${digits}`);
  } catch {
    return undefined;
  }
}

function findProgram(name: string): string | undefined {
  return systemPath
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
