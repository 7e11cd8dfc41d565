import type { SandboxFacts } from '../../core/job-process.ts';

/** Fits the lifecycle's health notes. */
export interface JobNote {
  readonly subject: string;
  readonly status: 'degraded' | 'failing';
  readonly message: string;
  readonly hint: string;
}

interface JobTroubles {
  readonly jobsOpen: number;
  readonly storeFailure: string | undefined;
  readonly planFailure: string | undefined;
  readonly sandbox: SandboxFacts | undefined;
  /** In the last day. */
  readonly missed: number;
}

/** What is not as it should be with the jobs; nothing where there are none. */
export function jobNotes(troubles: JobTroubles): readonly JobNote[] {
  const { jobsOpen, storeFailure, planFailure, sandbox, missed } = troubles;
  const notes: JobNote[] = [];
  if (storeFailure !== undefined) {
    notes.push({
      subject: 'jobs:store',
      status: 'failing',
      message: `jobs cannot be written down, and none is started: ${storeFailure}`,
      hint: 'egw db status says what is wrong with the storage; each second it is tried again',
    });
  }
  if (planFailure !== undefined && jobsOpen > 0) {
    notes.push({
      subject: 'jobs:plan',
      status: 'degraded',
      message: `jobs cannot be planned, and start at their latest start: ${planFailure}`,
      hint: 'it is tried again each minute; egw job list shows the latest starts',
    });
  }
  if (missed > 0) {
    notes.push({
      subject: 'jobs:missed',
      status: 'degraded',
      message: `${missed} ${missed === 1 ? 'job was' : 'jobs were'} missed in the last 24 hours`,
      hint: 'egw job list shows which; egw job run-now runs one all the same',
    });
  }
  if (sandbox?.form === 'lesser' && jobsOpen > 0) {
    notes.push({
      subject: 'jobs:sandbox',
      status: 'degraded',
      message: `jobs are less apart from this machine than they could be: ${sandbox.reason ?? 'no namespaces'}`,
      hint: 'docs/jobs.md says what that leaves open',
    });
  }
  return notes;
}
