/**
 * `queued`: taken, not looked at yet. `waiting`: planned. `running`, also while it is paused. Ended: `done`, `failed`
 * (the last try ended badly or was cut), `cancelled`, `missed` (its deadline passed before it could start).
 */
export const jobStates = ['queued', 'waiting', 'running', 'done', 'failed', 'cancelled', 'missed'] as const;

export type JobState = (typeof jobStates)[number];

/** Why a run was started. */
export type RunTrigger = 'policy' | 'deadline' | 'manual' | 'retry';

/**
 * `interrupted`: the gateway ended in the middle of it, and how it ended is not known. `stopped`: the gateway stopped
 * in good order, and ended it. `timeout`: it ran longer than it may.
 */
export type RunOutcome = 'running' | 'done' | 'failed' | 'timeout' | 'cancelled' | 'stopped' | 'interrupted';

export interface NewJob {
  readonly queuedMs: number;
  readonly deadlineMs: number;
  /** Of who gave it: `local`, `token:ID`, `spool`. */
  readonly owner: string;
  /** All that it is, as the feature writes it: JSON. Never changed. */
  readonly definition: string;
  /** The same key again answers the job that has it already; null: it is a new one for certain. */
  readonly originKey: string | null;
}

export interface StoredJob extends NewJob {
  /** Counts from 1 and is never used again. */
  readonly id: number;
  readonly state: JobState;
  /** When it came into an ended state; null before. */
  readonly endedMs: number | null;
  /** Why it waits and what it saved, as the feature writes it: JSON; null before it is looked at. */
  readonly decision: string | null;
}

export interface StoredRun {
  readonly job: number;
  /** Counts from 1 within the job. */
  readonly attempt: number;
  /** Unguessable: its processes carry it. */
  readonly runKey: string;
  readonly trigger: RunTrigger;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly outcome: RunOutcome;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started, or what there is to say of its end; null when nothing. */
  readonly problem: string | null;
  /** Bytes that it has printed in all. */
  readonly outputBytes: number;
}

export interface RunEnding extends Pick<
  StoredRun,
  'job' | 'attempt' | 'exitCode' | 'signal' | 'problem' | 'outputBytes'
> {
  readonly endedMs: number;
  readonly outcome: Exclude<RunOutcome, 'running'>;
  /** The end of what it printed. */
  readonly output: string;
  /** `queued` when it is to be tried again. */
  readonly state: Extract<JobState, 'queued' | 'done' | 'failed' | 'cancelled'>;
}

/** Jobs and their runs: the part of `StoreCalls` about them. What a call has done is on disk when it returns. */
export interface JobCalls {
  /**
   * In the state `queued`. `isNew` is false when its origin key was known: then it is that job, though damage may have
   * taken it since. Errors: `input_invalid` for times that are none; those of the store, and then nothing was added.
   */
  addJob(job: NewJob): { readonly id: number; readonly isNew: boolean };
  findJob(id: number): StoredJob | undefined;
  /** Newest first; those of all states unless said. */
  listJobs(query: {
    readonly states?: readonly JobState[];
    readonly beforeId?: number;
    readonly rowsMax: number;
  }): readonly StoredJob[];
  countJobs(): Readonly<Record<JobState, number>>;
  /**
   * What a job has come to without being run; false, and nothing changed, unless it is in one of `from`. One with a run
   * that has not ended is not moved: `endJobRun` and `settleJobRuns` end that.
   */
  moveJob(move: {
    readonly id: number;
    readonly from: readonly JobState[];
    readonly to: Exclude<JobState, 'running' | 'done'>;
    readonly atMs: number;
  }): boolean;
  /** Why it waits, or what it saved. The same text again writes nothing. */
  setJobDecision(id: number, decision: string): void;
  /**
   * Begins a run, once: undefined, and nothing changed, unless the job is `queued` or `waiting`. On disk when this
   * returns, so that whatever comes after it is never begun a second time. The same run key again answers that run as
   * long as it runs, for callers who did not get the answer. When this fails, nothing may be started.
   */
  beginJobRun(run: Pick<StoredRun, 'job' | 'runKey' | 'trigger' | 'startedMs'>): StoredRun | undefined;
  /** Ends one, and says what the job has come to; nothing where none runs, so that it may be said again until it is written. */
  endJobRun(ending: RunEnding): void;
  /** What a run has printed so far; nothing when it has ended, or has printed no more. Dropped while nothing can be written. */
  saveJobOutput(output: {
    readonly job: number;
    readonly attempt: number;
    readonly output: string;
    readonly outputBytes: number;
  }): void;
  /**
   * Runs of an earlier life of the gateway that never ended become `interrupted`, and their jobs stay `running` until
   * `moveJob` says otherwise. Answers the last run of each job that is `running`, also when it was settled before, and
   * how the job goes on was not said. To be called before anything is started, again when it fails.
   */
  settleJobRuns(atMs: number): readonly StoredRun[];
  /** Oldest first. */
  listJobRuns(job: number): readonly StoredRun[];
  /** The end of what it printed; '' where there is none any more. Errors: `not_found` for no such run. */
  jobOutput(job: number, attempt: number): string;
  /**
   * Jobs that ended before that time, and of those that ended all but the newest `jobsMax`, go with their runs; of the
   * others the latest outputs stay, and those of runs that have not ended. Answers how many jobs are gone; 500 a call at
   * most.
   */
  pruneJobs(keep: {
    readonly endedBeforeMs: number;
    readonly outputsMax: number;
    readonly jobsMax: number;
  }): number;
}
