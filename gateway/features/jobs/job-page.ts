import { limits } from '../../core/limits.ts';
import type { JobState } from '../../storage/job-calls.ts';
import type { JobDesk, JobFacts } from './job-port.ts';

/** Read at once: commands may be long. */
const rowsAtOnce = 50;

export interface JobPageQuery {
  /** None: of all states. */
  readonly states: readonly JobState[];
  /** undefined: from the newest on. */
  readonly beforeId: number | undefined;
  readonly jobsMax: number;
}

export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly JobFacts[];
  /** Whether there are older ones. */
  readonly hasMore: boolean;
}

/** Jobs up to a number, or until their commands are as long as one page may hold, but one at least. */
export async function readJobPage(desk: Pick<JobDesk, 'list'>, query: JobPageQuery): Promise<JobPage> {
  const { states, jobsMax } = query;
  const jobs: JobFacts[] = [];
  let length = 0;
  for (;;) {
    const beforeId = jobs.at(-1)?.id ?? query.beforeId;
    const rowsMax = Math.min(rowsAtOnce, jobsMax + 1 - jobs.length);
    const found = await desk.list({
      ...(states.length > 0 && { states }),
      ...(beforeId !== undefined && { beforeId }),
      rowsMax,
    });
    for (const job of found) {
      length += lengthOf(job);
      const isFull = jobs.length > 0 && length > limits.jobPageLengthMax;
      if (isFull || jobs.length === jobsMax) return { jobs, hasMore: true };
      jobs.push(job);
    }
    if (found.length < rowsMax) return { jobs, hasMore: false };
  }
}

function lengthOf({ definition: { command } }: JobFacts): number {
  return 'line' in command ? command.line.length : command.argv.reduce((sum, word) => sum + word.length, 0);
}
