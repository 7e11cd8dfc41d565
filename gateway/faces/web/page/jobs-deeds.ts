import type { JobTime } from './job-words.ts';
import type { JobsClient } from './jobs-client.ts';

/** What the parts of the view can ask for and have done. */
export interface JobsDeeds {
  readonly client: JobsClient;
  /** Whether buttons are of use; false too while it is not known. */
  mayRun(): boolean;
  time(): JobTime;
  /** Has something done, says how it went, and shows what came of it. */
  do(work: () => Promise<void>, done: string): Promise<void>;
}
