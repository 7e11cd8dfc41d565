import assert from 'node:assert/strict';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { JobState, RunOutcome, StoredJob } from '../../../gateway/storage/job-calls.ts';
import { beginRun, goodEnd, newJob } from '../jobs.ts';
import { startMs } from '../scratch.ts';
import type { Fault } from './store-verdict.ts';

const originOf = (job: number): string => `job-${job}`;
const keyOf = (job: number): string => `run-${job}`;

/** Jobs of an appender: each is begun, and ended when the next one comes. */
export class AppendedJobs {
  readonly #service: DatabaseService;
  readonly #persist: <Result>(work: () => Result) => Result;
  #begun = 0;

  constructor(service: DatabaseService, persist: <Result>(work: () => Result) => Result) {
    this.#service = service;
    this.#persist = persist;
  }

  /** As a gateway begins: what a life before left running has failed. */
  start(): void {
    const service = this.#service;
    for (const { job } of this.#persist(() => service.settleJobRuns(startMs)))
      this.#persist(() => service.moveJob({ id: job, from: ['running'], to: 'failed', atMs: startMs }));
    const [newest] = this.#persist(() => service.listJobs({ rowsMax: 1 }));
    if (newest !== undefined) this.#begun = newest.state === 'queued' ? newest.id - 1 : newest.id;
  }

  /** Answers the number of the job that is begun now. */
  step(): number {
    const service = this.#service;
    const job = this.#begun + 1;
    this.#persist(() => service.endJobRun({ ...goodEnd, job: this.#begun, attempt: 1 }));
    const { id } = this.#persist(() => service.addJob({ ...newJob, originKey: originOf(job) }));
    assert.equal(id, job, 'the next id');
    const run = this.#persist(() => beginRun(service, job, keyOf(job)));
    assert.equal(run?.attempt, 1, `job ${job} begins`);
    this.#begun = job;
    return job;
  }
}

/** One that was killed may have settled a run, and not yet have said how its job goes on. */
const outcomesOf: Partial<Record<JobState, readonly RunOutcome[]>> = {
  running: ['running', 'interrupted'],
  done: ['done'],
  failed: ['interrupted'],
};

/** What is wrong with the jobs that an appender left, when it was told that so many were begun; and how many were. */
export function judgeJobs(
  service: DatabaseService,
  acknowledged: number,
): { readonly begun: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const jobs = service.listJobs({ rowsMax: 100_000 }).toReversed();
  const begun = jobs.filter(({ state }) => state !== 'queued').length;
  if (begun < acknowledged) faults.push({ kind: 'lost', what: `jobs ${begun + 1} to ${acknowledged}` });
  if (begun > acknowledged + 1) faults.push({ kind: 'wrong', what: `${begun} jobs, not ${acknowledged}` });
  for (const [index, job] of jobs.entries()) {
    const { id, state, originKey } = job;
    const isInPlace = id === index + 1 && originKey === originOf(id);
    const mayBeOpen = index === jobs.length - 1;
    if (!isInPlace || (isOpen(state) && !mayBeOpen))
      faults.push({ kind: 'wrong', what: `job ${id}, ${state}, in place ${index + 1}` });
    faults.push(...doubledRuns(service, job));
  }
  return { begun, faults };
}

function isOpen(state: JobState): boolean {
  return state === 'queued' || state === 'running';
}

function doubledRuns(service: DatabaseService, { id, state }: StoredJob): readonly Fault[] {
  const runs = service.listJobRuns(id).map(({ runKey, outcome }) => `${runKey} ${outcome}`);
  const expected = outcomesOf[state]?.map((outcome) => `${keyOf(id)} ${outcome}`) ?? [];
  const hasItsRun =
    state === 'queued' ? runs.length === 0 : runs.length === 1 && expected.includes(runs.join());
  const faults: Fault[] = [];
  if (!hasItsRun) faults.push({ kind: 'doubled', what: `job ${id}, ${state}: ${runs.join()}` });
  if (state !== 'queued' && beginRun(service, id, 'another') !== undefined)
    faults.push({ kind: 'doubled', what: `job ${id} begins again` });
  return faults;
}
