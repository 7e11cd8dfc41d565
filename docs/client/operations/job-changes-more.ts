// Made by scripts/make-client.mjs from what the commands declare.
interface JobRunNowInput {
  /** Of the job */
  id: number;
}

interface JobRunNowOutput {
  id: number;
  /** For people; null where it was given none */
  name: string | null;
  state: 'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed';
  /** As one would type it */
  command: string;
  /** Program and arguments; null for a line of a shell */
  argv: string[] | null;
  /** For sh -c; null for a program with its arguments */
  commandline: string | null;
  /** Why it waits and what for, or why it runs or ran when it did, for people */
  why: string | null;
  /** What it waits for */
  when: string;
  queuedMs: number;
  /** By the clock of the site */
  queued: string;
  /** When it is planned to start; of one that runs, when it did */
  startMs: number | null;
  /** By the clock of the site */
  start: string | null;
  /** It starts then at the latest */
  latestStartMs: number;
  /** By the clock of the site */
  latestStart: string;
  deadlineMs: number;
  /** By the clock of the site */
  deadline: string;
  endedMs: number | null;
  /** By the clock of the site */
  ended: string | null;
  estimateMs: number;
  /** In words */
  estimate: string;
  /** What it draws, W; null: jobs.powerWatts is taken */
  powerWatts: number | null;
  isInterruptible: boolean;
  retries: number;
  /** Of one run; null: jobs.timeout, or as long as it takes */
  timeoutMs: number | null;
  /** Who gave it: local, token:ID, key:ID, cloud:ISSUER, spool */
  owner: string;
  cwd: string;
  /** Names of its variables; what is in them is not shown */
  environment: string[];
  user: string | null;
  group: string | null;
  /** What it may take, in MB of 1,048,576 bytes */
  memoryMb: number | null;
  /** Time of processors that it may take */
  cpuSeconds: number | null;
  hasNetwork: boolean;
  /** What was remarked when it was taken */
  warnings: string[];
  /** When it is expected to run */
  slots: {
    startMs: number;
    endMs: number;
  }[];
  expected: {
    /** g CO₂ equivalent per kWh; null: not known */
    carbonGramsPerKwh: number | null;
    /** null: not known */
    priceMicroEurosPerKwh: number | null;
  } | null;
  ifAtOnce: {
    /** g CO₂ equivalent per kWh; null: not known */
    carbonGramsPerKwh: number | null;
    /** null: not known */
    priceMicroEurosPerKwh: number | null;
  } | null;
  run: {
    /** Counts from 1 */
    attempt: number;
    trigger: 'policy' | 'deadline' | 'manual' | 'retry';
    startedMs: number;
    /** Without the time that it was held */
    ranMs: number;
    isPaused: boolean;
    /** It was asked to end, and has not yet */
    isEnding: boolean;
    /** Printed so far */
    outputBytes: number;
  } | null;
  saving: {
    energyKwh: number;
    /** Nobody said what it draws: jobs.powerWatts was taken */
    isPowerAssumed: boolean;
    carbonGrams: {
      /** Of the run as it was */
      actual: number;
      /** Of the same run, had it begun when it was queued */
      atOnce: number;
      /** Of the best start that there could have been */
      best: number;
    } | null;
    microEuros: {
      /** Of the run as it was */
      actual: number;
      /** Of the same run, had it begun when it was queued */
      atOnce: number;
      /** Of the best start that there could have been */
      best: number;
    } | null;
    /** false while some of its hours may still be told otherwise */
    isFinal: boolean;
  } | null;
}

type JobPurgeInput = Record<string, never>;

interface JobPurgeOutput {
  /** How many */
  cancelled: number;
}

export interface JobChangesMoreOperations {
  /** Start a job at once, whatever it waits for; one that failed or was missed runs once more. Needs the scope jobs:run. */
  'job.run-now': { input: JobRunNowInput; output: JobRunNowOutput };
  /** Cancel all jobs that wait; those that run go on. Needs the scope jobs:run. */
  'job.purge': { input: JobPurgeInput; output: JobPurgeOutput };
}
