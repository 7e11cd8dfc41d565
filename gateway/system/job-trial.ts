import { monotonicMs } from '../core/clock.ts';
import type { JobOrder, JobPlace, RunningJob } from '../core/job-process.ts';
import type { Timers } from './pause.ts';

export interface TrialParts extends Timers {
  /** Unguessable and unique. */
  readonly newKey: () => string;
}

interface Trial extends JobPlace {
  readonly hasNetwork: boolean;
  /** What takes longer is ended. */
  readonly msMax: number;
}

/** Runs a job that does nothing. Answers why it did not, for people; undefined: it did. Never rejects. */
export async function tryJob(
  { clock, alarm, newKey }: TrialParts,
  start: (order: JobOrder) => RunningJob,
  { msMax, ...place }: Trial,
): Promise<string | undefined> {
  const job = start({ ...place, argv: ['true'], environment: {}, limits: {}, runKey: newKey() });
  const giveUp = alarm.at(monotonicMs(clock.monotonic() + msMax), () => job.kill());
  const { exitCode, signal, problem } = await job.ended;
  giveUp();
  if (exitCode === 0 && problem === undefined) return undefined;
  return problem ?? `what was tried in it ended with ${String(exitCode ?? signal)}`;
}
