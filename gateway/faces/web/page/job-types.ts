/** What the gateway answers about jobs, as far as the page reads it. Times are UTC epoch milliseconds. */

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Means {
  readonly carbonGramsPerKwh: number | null;
  readonly priceMicroEurosPerKwh: number | null;
}

export interface Comparison {
  readonly actual: number;
  readonly atOnce: number;
  readonly best: number;
}

export interface Saving {
  readonly energyKwh: number;
  readonly isPowerAssumed: boolean;
  readonly carbonGrams: Comparison | null;
  readonly microEuros: Comparison | null;
  readonly isFinal: boolean;
}

export interface SignalSlot extends Stretch {
  readonly value: number;
  readonly basis: 'known' | 'forecast';
}

export interface Signal {
  readonly slots: readonly SignalSlot[];
  readonly unknown: string | null;
}

/** `carbon` in g CO₂ per kWh, `price` in micro-euros per kWh, `red` 1 in a red day. */
export interface Outlook {
  readonly fromMs: number;
  readonly toMs: number;
  readonly carbon: Signal;
  readonly price: Signal;
  readonly surplus: Signal;
  readonly red: Signal;
  readonly own_export: Signal;
}

export interface ComparisonSum extends Comparison {
  readonly jobs: number;
}

export interface SavingsSum {
  readonly jobs: number;
  readonly energyKwh: number;
  readonly assumedPower: number;
  readonly open: number;
  readonly carbonGrams: ComparisonSum | null;
  readonly microEuros: ComparisonSum | null;
  readonly isWhole: boolean;
}

export type JobState = 'queued' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'missed';

export interface JobRunNow {
  readonly attempt: number;
  readonly startedMs: number;
  readonly ranMs: number;
  readonly isPaused: boolean;
  readonly isEnding: boolean;
  readonly outputBytes: number;
}

export interface Job {
  readonly id: number;
  readonly name: string | null;
  readonly command: string;
  readonly state: JobState;
  readonly when: string;
  readonly estimateMs: number;
  readonly powerWatts: number | null;
  readonly isInterruptible: boolean;
  readonly owner: string;
  readonly queuedMs: number;
  readonly deadlineMs: number;
  readonly latestStartMs: number;
  readonly endedMs: number | null;
  /** Why it waits, runs, or ended so. */
  readonly why: string | null;
  readonly slots: readonly Stretch[];
  readonly expected: Means | null;
  readonly ifAtOnce: Means | null;
  readonly warnings: readonly string[];
  readonly run: JobRunNow | null;
  readonly saving: Saving | null;
}

export interface JobRun {
  readonly attempt: number;
  readonly trigger: string;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'timeout' | 'cancelled' | 'stopped' | 'interrupted';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly problem: string | null;
  readonly outputBytes: number;
}

export interface JobDetail extends Job {
  readonly runs: readonly JobRun[];
}

export interface JobOutput {
  readonly attempt: number;
  readonly text: string;
  readonly outputBytes: number;
  readonly isRunning: boolean;
}

/** What whoever asks may do about jobs. */
export interface JobRights {
  readonly mayRun: boolean;
  /** Whatever he likes, not only `lines`. */
  readonly mayRunAny: boolean;
  /** Command lines that he may add as they are. */
  readonly lines: readonly string[];
}

export interface NewJob {
  readonly commandline: string;
  /** The same key again is the same job. */
  readonly requestKey: string;
  readonly name?: string;
  readonly estimate: string;
  readonly deadline?: string;
  readonly when: string;
}
