import assert from 'node:assert';
import { nextState } from '../../engine/state-machine.ts';
import { limits } from '../../core/limits.ts';
import type { JobState, StoredJob, StoredRun } from '../../storage/job-calls.ts';
import type { DeskPorts } from './desk-ports.ts';
import { jobMachine, type JobInput } from './job-machine.ts';
import { OpenJob } from './open-job.ts';
import { nextTryMs } from './retry-rule.ts';
import { wordsOfRetry } from './retry-words.ts';

const waitingStates = ['queued', 'waiting'] as const satisfies readonly JobState[];

const pageRows = 500;

type BookPorts = Pick<DeskPorts, 'clock' | 'feed' | 'logger' | 'store' | 'processes'>;

/** The jobs that have not ended: in memory as on disk, where the disk is right. */
export class JobBook {
  readonly #ports: BookPorts;
  readonly #open = new Map<number, OpenJob>();
  #isLoaded = false;
  #mustReload = false;

  constructor(ports: BookPorts) {
    this.#ports = ports;
  }

  /** Whether it is known what an earlier life has left. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether all that is open on disk is known here. */
  get isCertain(): boolean {
    return this.#isLoaded && !this.#mustReload;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Characters that they take in memory. */
  get definitionsLength(): number {
    let length = 0;
    for (const { definitionLength } of this.#open.values()) length += definitionLength;
    return length;
  }

  jobs(): IterableIterator<OpenJob> {
    return this.#open.values();
  }

  find(id: number): OpenJob | undefined {
    return this.#open.get(id);
  }

  /** What the store was asked may have been done though it did not say so: it is to be looked at again. */
  doubt(): void {
    this.#mustReload = true;
  }

  /** Reads what is open where that is not certain. Errors: those of the store; then it is to be called again. */
  async load(): Promise<void> {
    if (!this.#isLoaded) await this.#settle();
    if (this.isCertain) return;
    this.#mustReload = false;
    try {
      for (const job of await this.#readWaiting()) if (!this.#open.has(job.id)) await this.#take(job);
    } catch (error) {
      this.#mustReload = true;
      throw error;
    }
    this.#isLoaded = true;
  }

  /** Takes a job that is new on disk. */
  adopt(stored: StoredJob): OpenJob {
    const known = this.#open.get(stored.id);
    if (known !== undefined) return known;
    const job = new OpenJob(stored);
    this.#open.set(job.id, job);
    this.#tell(job.id, job.state);
    return job;
  }

  /**
   * Moves a job that waits, on disk and then here. False when the disk knows better: then it is looked at again. Errors:
   * those of the store; nothing has changed here then.
   */
  async move(job: OpenJob, input: 'planned' | 'missed' | 'cancelled'): Promise<boolean> {
    const to = nextState(jobMachine, job.state, input);
    assert(to === input || (input === 'planned' && to === 'waiting'), `a job ${job.state} is ${input}`);
    const atMs = this.#ports.clock.wall();
    const isMoved = await this.#ports.store.call('moveJob', { id: job.id, from: waitingStates, to, atMs });
    if (isMoved) this.moved(job, input);
    else this.forget(job);
    return isMoved;
  }

  /** As the store has it already. */
  moved(job: OpenJob, input: JobInput): void {
    job.state = nextState(jobMachine, job.state, input);
    if (!isOpen(job.state)) this.#open.delete(job.id);
    this.#tell(job.id, job.state);
  }

  /** The disk has it otherwise: it is read again. */
  forget(job: OpenJob): void {
    this.#open.delete(job.id);
    this.doubt();
  }

  #tell(id: number, state: JobState): void {
    this.#ports.feed.publish({ type: 'job', id, state });
  }

  /** Ends what an earlier life has left running, and says what has become of it. */
  async #settle(): Promise<void> {
    const { store, clock, processes, logger } = this.#ports;
    const runs = await store.call('settleJobRuns', clock.wall());
    if (runs.length === 0) return;
    const left = await processes.sweep(runs.map(({ runKey }) => runKey));
    if (left > 0) logger.warn({ processes: left }, 'processes of jobs that were cut are ended');
    for (const run of runs) {
      const stored = await store.call('findJob', run.job);
      if (stored?.state !== 'running') continue;
      const to = this.#afterCut(new OpenJob(stored), run);
      await store.call('moveJob', { id: run.job, from: ['running'], to, atMs: clock.wall() });
      this.#tell(run.job, to);
    }
  }

  /** What becomes of a job whose run was cut. */
  #afterCut(job: OpenJob, run: StoredRun): 'queued' | 'failed' | 'cancelled' {
    if (job.isCancelAsked) return 'cancelled';
    return this.#tryAgainMs(job, run) === undefined ? 'failed' : 'queued';
  }

  /** One that waited when the desk was opened. */
  async #take(stored: StoredJob): Promise<void> {
    const { store, clock } = this.#ports;
    const job = new OpenJob(stored);
    const last = (await store.call('listJobRuns', job.id)).at(-1);
    if (this.#open.has(job.id)) return;
    if (last !== undefined) {
      const tryMs = this.#tryAgainMs(job, last);
      if (tryMs === undefined) {
        // Its time has passed meanwhile, or it was to be run once more by hand: nobody said that it may be tried again.
        const atMs = clock.wall();
        await store.call('moveJob', { id: job.id, from: waitingStates, to: 'failed', atMs });
        this.#tell(job.id, 'failed');
        return;
      }
      job.attempts = last.attempt;
      job.notBeforeMs = tryMs;
      job.remark = wordsOfRetry(last);
    }
    this.#open.set(job.id, job);
  }

  /** When a job whose newest run was this one may be run again; undefined: never. */
  #tryAgainMs(job: OpenJob, { attempt, endedMs }: StoredRun): number | undefined {
    const nowMs = this.#ports.clock.wall();
    return nextTryMs({
      attempts: attempt,
      retries: job.definition.retries,
      endedMs: endedMs ?? nowMs,
      latestStartMs: job.latestStartMs,
      nowMs,
    });
  }

  /** Oldest first. */
  async #readWaiting(): Promise<readonly StoredJob[]> {
    const all: StoredJob[] = [];
    for (;;) {
      const beforeId = all.at(-1)?.id;
      const page = await this.#ports.store.call('listJobs', {
        states: waitingStates,
        ...(beforeId !== undefined && { beforeId }),
        rowsMax: pageRows,
      });
      all.push(...page);
      if (page.length < pageRows || all.length >= 2 * limits.jobsOpenMax) return all.reverse();
    }
  }
}

function isOpen(state: JobState): boolean {
  return state === 'running' || waitingStates.some((waiting) => waiting === state);
}
