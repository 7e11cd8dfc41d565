import { GatewayError } from '../../core/errors.ts';
import type { JobProcesses } from '../../core/job-process.ts';

/** Where a job is to run, as far as somebody said. Folders are absolute. */
export interface WantedFolder {
  /** There, and nowhere else. */
  readonly demanded?: string | undefined;
  /** There if it can, else where jobs run of which nothing is said. */
  readonly preferred?: string | undefined;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}

export interface JobFolder {
  /** Absolute. */
  readonly path: string;
  /** That it is another than was wanted, for people. */
  readonly warnings: readonly string[];
}

/** Errors: `folder_unusable`. */
export type FindJobFolder = (wanted: WantedFolder) => Promise<JobFolder>;

export interface JobFolderParts {
  readonly processes: Pick<JobProcesses, 'tryFolder'>;
  /** `jobs.directory`: no other does where it is said. */
  readonly configured: string | undefined;
  /** Where the gateway was started: as good as any, if the user of jobs may enter it. */
  readonly started: string;
}

/** Finds the folder that a job runs in: the first of those that come into question in which one can. */
export function jobFolderFinder(parts: JobFolderParts): FindJobFolder {
  return async (wanted) => {
    const { user, group } = wanted;
    const problems: string[] = [];
    const [first, ...others] = candidatesOf(wanted, parts);
    for (const cwd of [first, ...others]) {
      const place = { cwd, ...(user !== undefined && { user }), ...(group !== undefined && { group }) };
      const problem = await parts.processes.tryFolder(place);
      if (problem === undefined) return { path: cwd, warnings: warningsOf(cwd, first, problems) };
      problems.push(problem);
    }
    throw new GatewayError(
      'folder_unusable',
      `the job would not start: ${[...new Set(problems)].join('; ')}`,
      {
        hint: 'name another folder with --cwd (for all jobs: jobs.directory), or who may enter it with --user',
      },
    );
  };
}

function candidatesOf(
  { demanded, preferred }: WantedFolder,
  { configured, started }: JobFolderParts,
): readonly [string, ...string[]] {
  if (demanded !== undefined) return [demanded];
  const usual = configured === undefined ? ([started, '/'] as const) : ([configured] as const);
  return preferred === undefined ? usual : [preferred, ...usual];
}

function warningsOf(path: string, wanted: string, [problem]: readonly string[]): readonly string[] {
  if (problem === undefined) return [];
  return [
    `it runs in ${path}, not in ${wanted}: ${problem} (--cwd names another folder, --user another user)`,
  ];
}
