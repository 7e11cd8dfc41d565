import type { Alarm, Clock } from '../../core/clock.ts';
import type { JobProcesses } from '../../core/job-process.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { SignalReader } from '../../core/power-signal.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { JobCalls } from '../../storage/job-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { Plan, PlanInput } from './plan/plan.ts';

/** What the desk needs of the outside. */
export interface DeskPorts {
  readonly clock: Clock;
  /** Whether the wall clock is believed, or what it was before it was not: without that nothing has a time. */
  readonly isTimeKnown: () => boolean;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<keyof JobCalls>;
  readonly processes: JobProcesses;
  readonly signals: SignalReader;
  /** Plans in steps, each of which computes for a few milliseconds at most. */
  readonly plan: (input: PlanInput) => Generator<void, Plan>;
  /** Unguessable, never the same again. */
  readonly newKey: () => string;
  /** Errors: `stopping`. */
  readonly submit: (task: TaskDefinition) => void;
  /** Has a task that was submitted run now. */
  readonly hasten: (task: string) => void;
  readonly cancel: (task: string) => void;
}

/** How jobs are run, as configured. */
export interface DeskOptions {
  /** Of the site, IANA. */
  readonly zone: string;
  readonly parallelMax: number;
  /** Of a job that was not said to draw anything else, W. */
  readonly powerWatts: number;
  /** Time to end that jobs get when the gateway stops. */
  readonly stopMs: number;
  /** Of a run that has none of its own; undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  /** Whose rights jobs have that ask for nobody else's; undefined: as the host has it. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** What every job gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ended jobs are kept so long; of so many of them what they printed. */
  readonly keptMs: number;
  readonly outputsMax: number;
}
