import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** A process of the machine: proc_pid_stat(5). */
export interface ProcessEntry {
  readonly id: number;
  readonly parent: number;
  readonly session: number;
  /** Ticks since the start of the machine at which it began: with the id it names one process for certain. */
  readonly startTicks: number;
}

/** All that run; those that are dead and only wait to be counted are none. Empty where the system has no /proc. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  const entries: ProcessEntry[] = [];
  for (const [index, id] of (await processIds()).entries()) {
    // Cheap each, and never waiting for the process; but there may be thousands.
    if (index % turnEntriesMax === turnEntriesMax - 1) await setImmediate();
    const entry = findProcess(id);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

const turnEntriesMax = 64;

/** undefined when there is none, or it is dead. */
export function findProcess(id: number): ProcessEntry | undefined {
  const text = readSmall(id, 'stat');
  // The name stands in brackets, and may hold any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === undefined || parent === undefined || deadStates.has(state)) return undefined;
  return {
    id,
    parent: Number(parent),
    session: Number(session),
    startTicks: Number(fields[19]),
  };
}

const deadStates: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** Those with a variable of one of these values in the environment that they were started with, as far as it may be read. */
export async function processesWith(
  variable: string,
  values: ReadonlySet<string>,
  entries?: readonly ProcessEntry[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const { id, session } of entries ?? (await listProcesses())) {
    // The kernel's own have no session, and no environment.
    if (session === 0) continue;
    const settings = (await readEnvironment(id)).split('\0');
    const isOne = settings.some(
      (setting) => setting.startsWith(`${variable}=`) && values.has(setting.slice(variable.length + 1)),
    );
    if (isOne) found.add(id);
  }
  return found;
}

/** Those processes, and all that were started by one of them, or by one of those, as long as the one between lives. */
export function withDescendants(
  entries: readonly ProcessEntry[],
  ids: ReadonlySet<number>,
): ReadonlySet<number> {
  const family = new Set(ids);
  for (let size = -1; size !== family.size;) {
    size = family.size;
    for (const { id, parent } of entries) if (family.has(parent)) family.add(id);
  }
  return family;
}

/** Threads that a user has, in all: what RLIMIT_NPROC counts. */
export async function countThreads(userId: number): Promise<number> {
  let threads = 0;
  for (const [index, id] of (await processIds()).entries()) {
    if (index % turnEntriesMax === turnEntriesMax - 1) await setImmediate();
    const status = readSmall(id, 'status');
    if (field(status, 'Uid') === userId) threads += field(status, 'Threads');
  }
  return threads;
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

async function processIds(): Promise<readonly number[]> {
  try {
    return (await readdir('/proc')).map(Number).filter((id) => id > 0);
  } catch {
    return [];
  }
}

/** '' for one that is gone, and for what may not be read. Never waits for the process. */
function readSmall(id: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** As above; but the kernel may wait for the process before it reads its memory. */
async function readEnvironment(id: number): Promise<string> {
  try {
    return await readFile(`/proc/${id}/environ`, 'latin1');
  } catch {
    return '';
  }
}
