import { access, constants, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { JobEnd, JobOrder } from '../core/job-process.ts';
import { systemPath } from './job-host.ts';

const notFoundCode = 127;
const cannotRunCode = 126;

/** What is wrong with an order as far as that shows before it is started; undefined: nothing. */
export async function checkOrder(order: JobOrder): Promise<JobEnd | undefined> {
  const problem = checkWords(order);
  if (problem !== undefined) return cannotStart(problem);
  const folder = await statOf(order.cwd);
  if (folder?.isDirectory() !== true) return cannotStart(`there is no folder ${order.cwd}`);
  return await checkProgram(order);
}

/** That it cannot be started, for a reason. */
export function cannotStart(problem: string, exitCode: number = cannotRunCode): JobEnd {
  return { exitCode, signal: null, problem };
}

function checkWords({ argv, cwd, environment, runKey }: JobOrder): string | undefined {
  if ((argv[0] ?? '') === '') return 'no program is named';
  if (!/^[\w.:-]{8,}$/.test(runKey)) return 'the key of a run must be a word of eight characters or more';
  const names = Object.keys(environment);
  if ([...argv, cwd, ...names, ...Object.values(environment)].some((text) => text.includes('\0'))) {
    return 'a NUL stands in its words, its folder or its environment, and no program can be given that';
  }
  const odd = names.find((name) => name === '' || name.includes('='));
  if (odd !== undefined) return `“${odd}” cannot be the name of a variable`;
  return cwd.startsWith('/') ? undefined : `the folder ${cwd} is not absolute`;
}

async function checkProgram({ argv, cwd, environment }: JobOrder): Promise<JobEnd | undefined> {
  const [program = ''] = argv;
  const path = environment['PATH'] ?? systemPath;
  const isPath = program.includes('/');
  const folders = isPath ? [cwd] : path.split(':').map((folder) => resolve(cwd, folder));
  let found: string | undefined;
  for (const place of folders.map((folder) => resolve(folder, program))) {
    const file = await statOf(place);
    if (file?.isFile() === true && (await mayRun(place))) return undefined;
    if (file !== undefined) found ??= place;
  }
  if (found !== undefined) return cannotStart(`${found} is no program that can be run`);
  const where = isPath ? '' : ` in ${path}`;
  return cannotStart(`there is no program ${program}${where}`, notFoundCode);
}

async function mayRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** undefined where there is nothing that we can see. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
