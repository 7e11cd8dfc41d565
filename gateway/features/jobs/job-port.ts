import type { SandboxFacts } from '../../core/job-process.ts';
import type { JobState, RunOutcome, RunTrigger } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import type { JobDefinition } from './job-definition.ts';
import type { PlanBound } from './plan/plan.ts';

/** A job as it is given to the desk: all of it checked before. */
export interface GivenJob {
  readonly definition: JobDefinition;
  /** UTC epoch ms. */
  readonly deadlineMs: number;
  /** Of who gives it: `local`, `token:ID`, `spool`. */
  readonly owner: string;
  /** The same key again answers the job that has it already; null: it is a new one for certain. */
  readonly originKey: string | null;
  /** What was remarked while it was read, for people; the desk adds its own. */
  readonly warnings: readonly string[];
}

/** A job as it is now. Times are UTC epoch ms. */
export interface JobFacts {
  readonly id: number;
  readonly state: JobState;
  readonly owner: string;
  readonly definition: JobDefinition;
  readonly queuedMs: number;
  readonly deadlineMs: number;
  /** deadline − estimate: it starts then at the latest; of one that is held, deadline − what is left. */
  readonly latestStartMs: number;
  readonly endedMs: number | undefined;
  /** Why it waits, when it is planned, and what it saved; undefined before it is looked at. */
  readonly decision: JobDecision | undefined;
  /** What was remarked when it was taken. */
  readonly warnings: readonly string[];
  /** Why it waits when that is not its plan: a clock that is not set, the next try. */
  readonly remark: string | undefined;
  /** Of the run that goes on now. */
  readonly run: LiveRun | undefined;
}

export interface LiveRun {
  readonly attempt: number;
  readonly trigger: RunTrigger;
  readonly startedMs: number;
  /** Without the time that it was held. */
  readonly ranMs: number;
  readonly isPaused: boolean;
  /** It was asked to end, and has not yet. */
  readonly isEnding: boolean;
  readonly outputBytes: number;
}

/** A run of a job, for people: what is kept of it, without its key. */
export interface RunFacts {
  readonly attempt: number;
  readonly trigger: RunTrigger;
  readonly startedMs: number;
  readonly endedMs: number | undefined;
  readonly outcome: RunOutcome;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly problem: string | undefined;
  readonly outputBytes: number;
}

/**
 * Takes jobs and runs them when it is time. What it answers is on disk. Nothing here waits for a job to end. Errors
 * of all calls: those of the store, `stopping` while the gateway stops, and `not_found` where a job is asked for.
 */
export interface JobDesk {
  /**
   * Takes a job. Errors: `deadline_invalid` for a deadline that has passed, `limit_reached` for too many open jobs,
   * `clock_untrusted` (again later) while it is not known what time it is.
   */
  add(job: GivenJob): Promise<{ readonly job: JobFacts; readonly isNew: boolean }>;
  /** As `show` without its runs, once it has been planned for the first time; two seconds later at the latest. */
  planned(id: number): Promise<JobFacts>;
  show(id: number): Promise<JobFacts & { readonly runs: readonly RunFacts[] }>;
  /** Newest first; of all states unless said. */
  list(query: {
    readonly states?: readonly JobState[];
    readonly beforeId?: number;
    readonly rowsMax: number;
  }): Promise<readonly JobFacts[]>;
  counts(): Promise<Readonly<Record<JobState, number>>>;
  /** It never runs (again); one that runs is asked to end (SIGTERM), then made to. Errors: `job_ended`. */
  cancel(id: number): Promise<JobFacts>;
  /**
   * Starts it at once, whatever it waits for; one that failed or was missed is run once more. Errors: `job_ended` for
   * one that is done or was cancelled, `already_exists` for one that runs.
   */
  runNow(id: number): Promise<JobFacts>;
  /** Cancels all that wait; those that run go on. Answers how many. */
  purge(): Promise<number>;
  /** The end of what a run has printed, also while it runs; of the newest unless said. Errors: `not_found`. */
  output(id: number, attempt?: number): Promise<JobOutput>;
  /** Of the newest plan: how far from the best it can be at most; undefined before there is one. */
  bound(): PlanBound | undefined;
  /** How jobs are kept apart from the machine. */
  sandbox(): Promise<SandboxFacts>;
}

export interface JobOutput {
  readonly attempt: number;
  readonly text: string;
  /** Printed in all: more than the text when its beginning is gone. */
  readonly outputBytes: number;
  readonly isRunning: boolean;
}
