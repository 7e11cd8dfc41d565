// Made by scripts/make-client.mjs from what the commands declare.
interface JobListInput {
  /**
   * Only those that are in one of these states: queued, waiting, running, done, failed, cancelled, missed
   *
   * @maxItems 7
   */
  states?:
    | []
    | ['queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed']
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ]
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ]
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ]
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ]
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ]
    | [
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
        'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed',
      ];
  /** Only jobs with smaller ids: for the next page */
  before?: number;
  /** Jobs, at most 1000; fewer where their commands are long */
  limit?: number;
}

interface JobListOutput {
  jobs: {
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
  }[];
  plan: {
    /** There is no better one */
    isExact: boolean;
    /** It costs at most so much more than the best; null: not known */
    excess: number | null;
    words: string;
  } | null;
  /** There are older ones: ask again with this as `before` */
  next: number | null;
}

interface JobShowInput {
  /** Of the job */
  id: number;
}

interface JobShowOutput {
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
  /** Oldest first */
  runs: {
    attempt: number;
    trigger: 'policy' | 'deadline' | 'manual' | 'retry';
    startedMs: number;
    /** By the clock of the site */
    started: string;
    endedMs: number | null;
    /** By the clock of the site */
    ended: string | null;
    outcome: 'running' | 'done' | 'failed' | 'timeout' | 'cancelled' | 'stopped' | 'interrupted';
    exitCode: number | null;
    signal: string | null;
    problem: string | null;
    /** Printed in all */
    outputBytes: number;
  }[];
}

interface JobLogsInput {
  /** Of the job */
  id: number;
  /** Of its runs; the newest unless said */
  attempt?: number;
}

interface JobLogsOutput {
  id: number;
  attempt: number;
  text: string;
  /** Printed in all; more than the text when its beginning is gone */
  outputBytes: number;
  isRunning: boolean;
}

interface JobSavingsInput {
  /** That ended in the last so many days */
  days?: number;
}

interface JobSavingsOutput {
  fromMs: number;
  toMs: number;
  /** That have run to their end */
  jobs: number;
  /** By what was said that they draw, and the time they ran */
  energyKwh: number;
  /** Of how many jobs nobody said what they draw */
  assumedPower: number;
  /** Of how many jobs not all hours are known for certain yet */
  open: number;
  carbonGrams: {
    /** Of how many jobs it is known */
    jobs: number;
    /** As they ran */
    actual: number;
    /** Had each run when it was queued */
    atOnce: number;
    /** Had each run at its best time, as it is known by now */
    best: number;
  } | null;
  microEuros: {
    /** Of how many jobs it is known */
    jobs: number;
    /** As they ran */
    actual: number;
    /** Had each run when it was queued */
    atOnce: number;
    /** Had each run at its best time, as it is known by now */
    best: number;
  } | null;
  /** false when there are more jobs than are looked at */
  isWhole: boolean;
}

export interface JobOperations {
  /** The jobs, newest first: what waits, for what, and until when. Needs the scope read. */
  'job.list': { input: JobListInput; output: JobListOutput };
  /** One job: why it waits or how it ran, and what it saved. Needs the scope read. */
  'job.show': { input: JobShowInput; output: JobShowOutput };
  /** What a run of a job printed last: its last 64 KiB, also while it runs. Needs the scope read. */
  'job.logs': { input: JobLogsInput; output: JobLogsOutput };
  /** What jobs saved by waiting: beside each run at once, and beside its best time. Needs the scope read. */
  'job.savings': { input: JobSavingsInput; output: JobSavingsOutput };
}
