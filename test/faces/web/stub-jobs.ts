import type { SandboxFacts } from '../../../gateway/core/job-process.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { LiveFeed } from '../../../gateway/core/live-feed.ts';
import type { JobDefinition } from '../../../gateway/features/jobs/job-definition.ts';
import type {
  GivenJob,
  JobDesk,
  JobFacts,
  JobOutput,
  RunFacts,
} from '../../../gateway/features/jobs/job-port.ts';
import type { JobState } from '../../../gateway/storage/job-calls.ts';

const hourMs = 3_600_000;
const ended: readonly JobState[] = ['done', 'failed', 'cancelled', 'missed'];

/** A desk with jobs that are made up; tests change them as they like. */
export class StubJobs implements JobDesk {
  sandboxFacts: SandboxFacts = { form: 'full', reason: undefined };
  readonly #jobs = new Map<number, JobFacts>();
  readonly runs = new Map<number, readonly RunFacts[]>();
  readonly outputs = new Map<number, string>();
  readonly #feed: LiveFeed | undefined;
  readonly #now: () => number;

  constructor(now: () => number, feed?: LiveFeed) {
    this.#now = now;
    this.#feed = feed;
  }

  /** Sets what is said of one, and makes what is missing up. */
  put(id: number, facts: Partial<JobFacts> = {}, definition: Partial<JobDefinition> = {}): JobFacts {
    const known = this.#jobs.get(id) ?? freshJob(id, this.#now());
    const job: JobFacts = { ...known, ...facts, definition: { ...known.definition, ...definition } };
    this.#jobs.set(id, job);
    this.#feed?.publish({ type: 'job', id, state: job.state });
    return job;
  }

  add({
    definition,
    deadlineMs,
    owner,
    warnings,
  }: GivenJob): Promise<{ readonly job: JobFacts; readonly isNew: true }> {
    const id = Math.max(0, ...this.#jobs.keys()) + 1;
    const latestStartMs = deadlineMs - definition.estimateMs;
    const job = this.put(
      id,
      { owner, deadlineMs, latestStartMs, warnings, queuedMs: this.#now() },
      definition,
    );
    return Promise.resolve({ job, isNew: true });
  }

  planned(id: number): Promise<JobFacts> {
    return Promise.resolve(this.#find(id));
  }

  show(id: number): Promise<JobFacts & { readonly runs: readonly RunFacts[] }> {
    return Promise.resolve({ ...this.#find(id), runs: this.runs.get(id) ?? [] });
  }

  list({
    states,
    beforeId = Infinity,
    rowsMax,
  }: {
    readonly states?: readonly JobState[];
    readonly beforeId?: number;
    readonly rowsMax: number;
  }): Promise<readonly JobFacts[]> {
    const all = [...this.#jobs.values()].sort((a, b) => b.id - a.id);
    const asked = all.filter(({ id, state }) => id < beforeId && (states?.includes(state) ?? true));
    return Promise.resolve(asked.slice(0, rowsMax));
  }

  counts(): Promise<Readonly<Record<JobState, number>>> {
    const counts = { queued: 0, waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, missed: 0 };
    for (const { state } of this.#jobs.values()) counts[state] += 1;
    return Promise.resolve(counts);
  }

  async cancel(id: number): Promise<JobFacts> {
    const { state } = this.#find(id);
    if (ended.includes(state)) throw new GatewayError('job_ended', `job ${id} is ${state}`);
    return await Promise.resolve(this.put(id, { state: 'cancelled', endedMs: this.#now(), run: undefined }));
  }

  async runNow(id: number): Promise<JobFacts> {
    const { state } = this.#find(id);
    if (state === 'done' || state === 'cancelled')
      throw new GatewayError('job_ended', `job ${id} is ${state}`);
    const run = {
      attempt: 1,
      trigger: 'manual' as const,
      startedMs: this.#now(),
      ranMs: 0,
      isPaused: false,
      isEnding: false,
      outputBytes: 0,
    };
    return await Promise.resolve(this.put(id, { state: 'running', run }));
  }

  purge(): Promise<number> {
    return Promise.resolve(0);
  }

  output(id: number, attempt?: number): Promise<JobOutput> {
    const { run } = this.#find(id);
    const text = this.outputs.get(id) ?? '';
    const newest = this.runs.get(id)?.at(-1)?.attempt ?? run?.attempt;
    if (newest === undefined) throw new GatewayError('not_found', `job ${id} has not run yet`);
    const isRunning = run !== undefined;
    return Promise.resolve({ attempt: attempt ?? newest, text, outputBytes: text.length, isRunning });
  }

  bound(): undefined {
    return undefined;
  }

  sandbox(): Promise<SandboxFacts> {
    return Promise.resolve(this.sandboxFacts);
  }

  #find(id: number): JobFacts {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new GatewayError('not_found', `there is no job ${id}`);
    return job;
  }
}

function freshJob(id: number, nowMs: number): JobFacts {
  const estimateMs = 2 * hourMs;
  return {
    id,
    state: 'waiting',
    owner: 'local',
    definition: {
      name: undefined,
      command: { line: `job-${id}.sh` },
      cwd: '/var/lib/egw',
      environment: {},
      estimateMs,
      powerWatts: undefined,
      when: [{ kind: 'carbon' }],
      isInterruptible: false,
      retries: 0,
      timeoutMs: undefined,
      user: undefined,
      group: undefined,
      limits: {},
      hasNetwork: true,
    },
    queuedMs: nowMs - hourMs,
    deadlineMs: nowMs + 24 * hourMs,
    latestStartMs: nowMs + 24 * hourMs - estimateMs,
    endedMs: undefined,
    decision: undefined,
    warnings: [],
    remark: undefined,
    run: undefined,
  };
}
