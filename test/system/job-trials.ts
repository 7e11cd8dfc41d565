import { randomUUID } from 'node:crypto';
import type { JobEnd, JobOrder, JobProcesses, RunningJob } from '../../gateway/core/job-process.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { createRealJobProcesses, type JobProcessesOptions } from '../../gateway/system/real-job-processes.ts';
import { processesWith } from '../../gateway/system/process-table.ts';

export type JobForm = 'full' | 'lesser';

/** Processes of jobs on this machine, in the form that is asked for. */
export function jobProcesses(form: JobForm, options: Partial<JobProcessesOptions> = {}): JobProcesses {
  return createRealJobProcesses({
    clock: realClock,
    alarm: createRealAlarm(realClock),
    hiddenPaths: [],
    newKey: randomUUID,
    sandbox: form === 'full' ? 'auto' : 'off',
    ...options,
  });
}

export function jobOrder(argv: readonly string[], more: Partial<JobOrder> = {}): JobOrder {
  return {
    argv,
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin' },
    limits: {},
    hasNetwork: true,
    runKey: randomUUID(),
    ...more,
  };
}

export interface JobTrial extends JobEnd {
  readonly output: string;
  readonly outputBytes: number;
  /** Processes that were there still after its end. */
  readonly left: number;
}

/** Runs a job to its end. */
export async function runJob(
  processes: JobProcesses,
  order: JobOrder,
  act: (job: RunningJob) => Promise<void> | void = () => undefined,
): Promise<JobTrial> {
  const job = processes.start(order);
  await act(job);
  const end = await job.ended;
  const left = (await marked(order.runKey)).size;
  return { ...end, output: job.output(), outputBytes: job.outputBytes, left };
}

/** Processes of a run that there are. */
export async function marked(runKey: string): Promise<ReadonlySet<number>> {
  return await processesWith('EGW_JOB_RUN', new Set([runKey]));
}

/** Until it holds: as long as the test may take. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const look = async (): Promise<void> => {
    if (await condition()) resolve(undefined);
    else setTimeout(() => void look().catch(reject), 10);
  };
  look().catch(reject);
  await promise;
}

/** Until it has printed that. */
export async function untilPrinted(job: RunningJob, text: string): Promise<void> {
  await until(() => job.output().includes(text));
}
