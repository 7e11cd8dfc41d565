import type { JobLimits } from '../../core/job-process.ts';
import type { When } from './when.ts';

/** What a job is, as it was given: kept as JSON, and never changed. */
export interface JobDefinition {
  /** For people. */
  readonly name: string | undefined;
  readonly command: JobCommand;
  /** Absolute. */
  readonly cwd: string;
  /** Besides what every job gets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly estimateMs: number;
  /** What it draws while it runs; undefined: not said, and then `jobs.powerWatts` counts. */
  readonly powerWatts: number | undefined;
  readonly when: When;
  /** Whether it may be held (SIGSTOP) and gone on with. */
  readonly isInterruptible: boolean;
  /** How often it is tried again after a run that failed, ran too long, or was cut. */
  readonly retries: number;
  /** Of one run, held or not; undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly limits: JobLimits;
  readonly hasNetwork: boolean;
}

/** A line is for `sh -c`. */
export type JobCommand = { readonly argv: readonly string[] } | { readonly line: string };
