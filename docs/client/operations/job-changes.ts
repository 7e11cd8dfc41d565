// Made by scripts/make-client.mjs from what the commands declare.
interface JobAddInput {
  /**
   * A program and its arguments, as they are: no shell between
   *
   * @minItems 1
   * @maxItems 1000
   */
  argv?: [string, ...string[]];
  /** A line for sh -c, instead of a program and its arguments */
  commandline?: string;
  /** How long it takes: 2h, 1h30m, 90m, 1:30 (hours and minutes), PT1H30M */
  estimate: string;
  /** When it must be done by: 2026-11-22, 2026-11-22T18:00:00 by the clock of the site, or with an offset; 24 hours from now unless said */
  deadline?: string;
  /** What it waits for: surplus, carbon, price, own-export:W, not-red, window:HH:MM-HH:MM, joined by and */
  when?: string;
  /** For people */
  name?: string;
  /** What it draws, W; jobs.powerWatts of the configuration unless said */
  powerWatts?: number;
  /** It may be held (SIGSTOP) and gone on with, to run in the best hours */
  interruptible?: boolean;
  /** How often it is tried again after a run that failed, took too long or was cut */
  retries?: number;
  /** How long one run may take; jobs.timeout unless said */
  timeout?: string;
  /** Absolute path of the folder that it runs in; jobs.directory unless said */
  cwd?: string;
  /** Absolute path of the folder that the owner of the gateway is in: it runs there if it can and no cwd is said; from others it is a cwd */
  callerFolder?: string;
  /**
   * Variables of its environment: NAME=VALUE
   *
   * @maxItems 200
   */
  env?: string[];
  /** Who runs it, a name or a number; only from the gateway itself */
  user?: string;
  /** A name or a number; only from the gateway itself */
  group?: string;
  /** What it may take, in MB of 1,048,576 bytes */
  memoryMb?: number;
  /** Time of processors that it may take */
  cpuSeconds?: number;
  /** It must not reach the network */
  noNetwork?: boolean;
  /** Of your own, and new for each job: the same again makes no second one, and answers the first */
  requestKey?: string;
}

interface JobAddOutput {
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
  /** false: the same request key gave it before */
  isNew: boolean;
}

interface JobCancelInput {
  /** Of the job */
  id: number;
}

interface JobCancelOutput {
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

export interface JobChangesOperations {
  /** Have a command run when power is clean, cheap or your own, and by its deadline. Needs the scope jobs:run. */
  'job.add': { input: JobAddInput; output: JobAddOutput };
  /** Have a job not run (again); one that runs is asked to end, then made to. Needs the scope jobs:run. */
  'job.cancel': { input: JobCancelInput; output: JobCancelOutput };
}
