import type { TransitionTable } from '../../engine/state-machine.ts';
import type { JobState } from '../../storage/job-calls.ts';

/**
 * `broke`: a run ended badly, and it is tried again. `gave_up`: it is not. `revived`: somebody wants it run all the
 * same.
 */
export type JobInput =
  'planned' | 'begun' | 'succeeded' | 'broke' | 'gave_up' | 'cancelled' | 'missed' | 'revived';

/**
 * The life of a job:
 *
 *     queued ──planned──► waiting ──begun──► running ──succeeded──► done
 *       │ ▲ ▲                │              │  │  └─────cancelled──► cancelled
 *       │ │ └────────────────┼─────broke────┘  └──────gave_up──────► failed ──revived──► queued
 *       │ └────revived── missed ◄──missed──── queued, waiting
 *       └──begun──► running        cancelled ◄── queued, waiting
 *
 * A job that is `queued` may give up too: one that was to be run once more by hand when the gateway died.
 */
export const jobMachine: TransitionTable<JobState, JobInput> = {
  queued: {
    planned: 'waiting',
    begun: 'running',
    cancelled: 'cancelled',
    missed: 'missed',
    gave_up: 'failed',
  },
  waiting: { begun: 'running', cancelled: 'cancelled', missed: 'missed' },
  running: { succeeded: 'done', broke: 'queued', gave_up: 'failed', cancelled: 'cancelled' },
  done: {},
  failed: { revived: 'queued' },
  cancelled: {},
  missed: { revived: 'queued' },
};
