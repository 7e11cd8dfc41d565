import type { DeliveryAccount } from './delivery-watch.ts';
import type { HouseholdOptions } from './household-plan.ts';
import type { Violation } from './invariants.ts';
import type { JobReport } from './job-account.ts';
import type { JobBug } from './planted-job-bug.ts';
import type { OutsideBug } from './planted-outside-bug.ts';
import type { UplinkBug } from './planted-uplink-bug.ts';
import type { UplinkReport } from './uplink-watch.ts';

export interface HouseholdRunOptions extends HouseholdOptions {
  /** Where the database goes; best on tmpfs. Removed by whoever made it. */
  readonly directory: string;
  /** Of the meter; a minute unless said. */
  readonly periodMs?: number;
  /** Days that raw readings are kept; 40 unless said. */
  readonly rawDays?: number;
  /** Whether what the meter says goes to CSV and SQLite files, too. */
  readonly hasFiles?: boolean;
  readonly plantedBug?: OutsideBug;
  readonly uplinkBug?: UplinkBug;
  /** Jobs that somebody gives; none unless said. */
  readonly jobsPerDay?: number;
  readonly jobBug?: JobBug;
}

export interface HouseholdRunResult {
  readonly hash: string;
  readonly events: number;
  readonly requests: number;
  readonly readings: number;
  readonly restarts: number;
  readonly checks: number;
  readonly violations: readonly Violation[];
  /** By receiver. */
  readonly deliveries: Readonly<Record<string, DeliveryAccount>>;
  /** Where a backend is. */
  readonly uplink?: UplinkReport;
  /** Where there are jobs. */
  readonly jobs?: JobReport;
  /** Values in the CSV files. */
  readonly fileValues: number;
  /** By task of a source or device: the longest time between two of its starts while it was well. */
  readonly worstGapMs: Readonly<Record<string, number>>;
  /** Log-ins that the thermostats' service has seen. */
  readonly logins: number;
}
