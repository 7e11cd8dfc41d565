import assert from 'node:assert/strict';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { jobStates, type JobState, type RunOutcome } from '../../gateway/storage/job-calls.ts';
import { beginRun, goodEnd, newJob } from './jobs.ts';
import { startMs } from './scratch.ts';

interface NaiveJob {
  state: JobState;
  readonly runs: RunOutcome[];
}

interface StepFacts {
  readonly service: DatabaseService;
  readonly id: number;
  /** undefined: there is none of this id. */
  readonly job: NaiveJob | undefined;
  readonly pick: number;
}

export type JobStep = 'add' | 'begin' | 'end' | 'move' | 'settle';

const jobsMax = 4;
const restPoints = ['queued', 'waiting', 'failed', 'cancelled', 'missed'] as const;
const endings = [
  ['done', 'done'],
  ['failed', 'queued'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
] as const;

/** What jobs and runs come to, in memory, beside the store that is told the same. */
export class NaiveJobs {
  readonly jobs: NaiveJob[] = [];

  static of(service: DatabaseService): readonly NaiveJob[] {
    return service
      .listJobs({ rowsMax: jobsMax + 1 })
      .toReversed()
      .map(({ id, state }) => ({ state, runs: service.listJobRuns(id).map(({ outcome }) => outcome) }));
  }

  take(
    service: DatabaseService,
    step: JobStep,
    { job: id, pick }: { readonly job: number; readonly pick: number },
  ): void {
    const job = this.jobs[id - 1];
    const takes: Readonly<Record<JobStep, (facts: StepFacts) => void>> = {
      add: () => this.#add(service),
      begin,
      end,
      move,
      settle: () => this.#settle(service),
    };
    takes[step]({ service, id, job, pick });
  }

  #add(service: DatabaseService): void {
    if (this.jobs.length >= jobsMax) return;
    assert.deepEqual(service.addJob(newJob), { id: this.jobs.length + 1, isNew: true });
    this.jobs.push({ state: 'queued', runs: [] });
  }

  #settle(service: DatabaseService): void {
    const running = this.jobs.flatMap(({ state }, index) => (state === 'running' ? [index + 1] : []));
    for (const job of this.jobs) if (isRunning(job)) job.runs[job.runs.length - 1] = 'interrupted';
    const settled = service.settleJobRuns(startMs);
    assert.deepEqual(
      settled.map(({ job, outcome }) => [job, outcome]),
      running.map((id) => [id, 'interrupted']),
    );
  }
}

function begin({ service, id, job, pick }: StepFacts): void {
  const run = beginRun(service, id, `${id}-${pick}-${job?.runs.length ?? 0}`);
  const mayBegin = job?.state === 'queued' || job?.state === 'waiting';
  assert.equal(run !== undefined, mayBegin);
  if (!mayBegin) return;
  job.state = 'running';
  job.runs.push('running');
}

function end({ service, id, job, pick }: StepFacts): void {
  const [outcome, state] = endings[pick % endings.length] ?? endings[0];
  service.endJobRun({ ...goodEnd, job: id, attempt: job?.runs.length ?? 1, outcome, state });
  if (job === undefined || !isRunning(job)) return;
  job.state = state;
  job.runs[job.runs.length - 1] = outcome;
}

function move({ service, id, job, pick }: StepFacts): void {
  const to = restPoints[pick % restPoints.length] ?? 'missed';
  const isMoved = job !== undefined && !isRunning(job);
  assert.equal(service.moveJob({ id, from: jobStates, to, atMs: startMs }), isMoved);
  if (isMoved) job.state = to;
}

function isRunning({ runs }: NaiveJob): boolean {
  return runs.at(-1) === 'running';
}
