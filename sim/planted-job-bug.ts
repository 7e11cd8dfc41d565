import { monotonicMs } from '../gateway/core/clock.ts';
import type { JobEnd, JobProcesses, RunningJob } from '../gateway/core/job-process.ts';
import type { JobCalls, StoredRun } from '../gateway/storage/job-calls.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** Faults put into the running of jobs on purpose: each must be found by what watches them. */
export const jobBugs = [
  'late-start',
  'begin-after-spawn',
  'unasked-retry',
  'forgotten-cut',
  'swallowed-end',
  'boasted-saving',
] as const;

export type JobBug = (typeof jobBugs)[number];

/** What they are planted in. */
export interface BuggyJobParts {
  readonly database: Database;
  readonly jobProcesses: JobProcesses;
}

type Planted = BuggyJobParts & { readonly clock: SimulatedClock };

const lateMs = 60_000;

const plants: Readonly<Record<JobBug, (parts: Planted) => Partial<BuggyJobParts>>> = {
  'late-start': ({ jobProcesses, clock }) => ({ jobProcesses: late(jobProcesses, clock) }),
  'begin-after-spawn': ({ database }) => ({ database: hasty(database) }),
  'unasked-retry': ({ database }) => ({ database: stubborn(database) }),
  'forgotten-cut': ({ database }) => ({ database: forgetful(database) }),
  'swallowed-end': ({ database }) => ({ database: kind(database) }),
  'boasted-saving': ({ database }) => ({ database: boastful(database) }),
};

export function withJobBug({ clock, ...parts }: Planted, bug: JobBug | undefined): BuggyJobParts {
  return bug === undefined ? parts : { ...parts, ...plants[bug]({ clock, ...parts }) };
}

/** Starts a minute after it was told to. */
function late(processes: JobProcesses, clock: SimulatedClock): JobProcesses {
  return {
    sandbox: async () => await processes.sandbox(),
    tryFolder: async (place) => await processes.tryFolder(place),
    sweep: async (keys) => await processes.sweep(keys),
    start: (order) => {
      const { promise, resolve } = Promise.withResolvers<JobEnd>();
      let job: RunningJob | undefined;
      clock.at(monotonicMs(clock.monotonic() + lateMs), () => {
        job = processes.start(order);
        void job.ended.then(resolve);
      });
      return {
        ended: promise,
        output: () => job?.output() ?? '',
        get outputBytes() {
          return job?.outputBytes ?? 0;
        },
        terminate: () => job?.terminate(),
        kill: () => job?.kill(),
        pause: () => job?.pause(),
        resume: () => job?.resume(),
      };
    },
  };
}

/** Says that a run is on disk before it is. */
function hasty(database: Database): Database {
  return changing(database, 'beginJobRun', async ([run], call) => {
    const soon = Promise.resolve().then(async () => {
      for (let step = 0; step < 30; step += 1) await Promise.resolve();
      await call();
    });
    void soon;
    const [last] = (await database.call('listJobRuns', run.job)).toReversed();
    const answer: StoredRun = {
      ...run,
      attempt: (last?.attempt ?? 0) + 1,
      ...{ endedMs: null, outcome: 'running', exitCode: null, signal: null, problem: null, outputBytes: 0 },
    };
    return answer;
  });
}

/** Every job may be tried again. */
function stubborn(database: Database): Database {
  return changing(database, 'addJob', async ([job]) => {
    const definition = JSON.stringify({ ...(JSON.parse(job.definition) as object), retries: 3 });
    return await database.call('addJob', { ...job, definition });
  });
}

/** Does not look for what an earlier life has left. */
function forgetful(database: Database): Database {
  return changing(database, 'settleJobRuns', () => Promise.resolve([]));
}

/** Whatever ended was done. */
function kind(database: Database): Database {
  return changing(database, 'endJobRun', async ([ending]) => {
    await database.call('endJobRun', { ...ending, outcome: 'done', state: 'done' });
  });
}

/** The best there was is not the best. */
function boastful(database: Database): Database {
  return changing(database, 'setJobDecision', async ([id, decision]) => {
    const boasted = decision.replaceAll(
      /"best":([\d.]+)/g,
      (_, best: string) => `"best":${Number(best) + 1_000_000}`,
    );
    await database.call('setJobDecision', id, boasted);
  });
}

function changing<Name extends keyof JobCalls>(
  database: Database,
  changed: Name,
  change: (
    parameters: Parameters<JobCalls[Name]>,
    call: () => Promise<unknown>,
  ) => Promise<ReturnType<JobCalls[Name]>>,
): Database {
  const call: Database['call'] = async (name, ...parameters) => {
    if ((name as string) !== changed) return await database.call(name, ...parameters);
    const given = parameters as unknown as Parameters<JobCalls[Name]>;
    return (await change(given, async () => await database.call(name, ...parameters))) as never;
  };
  return { call, close: async () => await database.close() };
}
