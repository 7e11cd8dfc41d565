import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Where a job runs, and what it does not see there. Paths are absolute and without links. */
export interface JobPlaces {
  readonly cwd: string;
  /** None of them within another. */
  readonly hiddenPaths: readonly string[];
  /** Within one of those: the folder of jobs, when it runs in that. */
  readonly keptFolder: string | undefined;
}

export interface HiddenPlaces {
  readonly hiddenPaths: readonly string[];
  readonly jobsFolder?: string | undefined;
}

/** A text says why it cannot run there. */
export async function findPlaces(
  cwd: string,
  { hiddenPaths: hidden, jobsFolder }: HiddenPlaces,
): Promise<JobPlaces | string> {
  const hiddenPaths = await existing(hidden);
  const [folder = cwd] = await existing([cwd]);
  if (!hiddenPaths.some((path) => isWithin(folder, path))) {
    return { cwd: folder, hiddenPaths, keptFolder: undefined };
  }
  const [open] = await existing(jobsFolder === undefined ? [] : [jobsFolder]);
  // Kept as a whole: what is below it jobs can change, also while the path of one is looked up.
  const isOpen = open !== undefined && !hiddenPaths.includes(open) && isWithin(folder, open);
  return isOpen ? { cwd: folder, hiddenPaths, keptFolder: open } : `the folder ${cwd} is the gateway’s own`;
}

/** Those that are there, without links, and none that is within another. */
async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined) found.add(real);
  }
  return [...found].filter((path) => ![...found].some((other) => other !== path && isWithin(path, other)));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
