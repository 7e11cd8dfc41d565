import type { Gateway, GatewayParts } from '../gateway/app.ts';
import { monotonicMs } from '../gateway/core/clock.ts';
import type { JobOrder, JobProcesses, RunningJob } from '../gateway/core/job-process.ts';
import { localIso } from '../gateway/core/local-hour.ts';
import type { JobCalls } from '../gateway/storage/job-calls.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { accountOfJobs, jobKeyOf, type JobReport } from './job-account.ts';
import { drawJobs, type JobStep, type PlannedJob } from './job-plan.ts';
import { JobWatch } from './job-watch.ts';
import { withJobBug, type JobBug } from './planted-job-bug.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { HttpExchange } from './simulated-http.ts';
import { VirtualJobProcesses } from './virtual-job-processes.ts';
import { VirtualSpool } from './virtual-spool.ts';

export interface VirtualJobsParts {
  readonly seed: number;
  readonly days: number;
  readonly jobsPerDay: number;
  readonly clock: SimulatedClock;
  /** Of the site. */
  readonly zone: string;
  readonly isClockFaulty: boolean;
  readonly plantedBug: JobBug | undefined;
  /** Hears what happens, to be compared with another run. */
  readonly log: (event: string) => void;
  readonly report: (message: string) => void;
}

/** What of it the gateway works with, in one of its lives. */
export interface JobLifeParts {
  readonly database: Database;
  readonly outside: Partial<Pick<GatewayParts, 'jobProcesses' | 'jobSpool'>>;
}

interface JobLife {
  readonly isOver: () => boolean;
  /** As a kill. */
  readonly end: () => void;
}

const dayMs = 86_400_000;
const againMs = 10_000;
const gridHost = 'api.electricitymaps.com';
/** Of its answers: some of each round of requests may be bad. */
const exchangesKept = 100;

/** Jobs that somebody gives to the virtual home, the machine that they run on, and who watches. */
export class VirtualJobs {
  readonly watch: JobWatch;
  /** What the gateway is told of jobs. */
  readonly config = { remoteCommands: 'any', stopSeconds: 1 };
  readonly #parts: VirtualJobsParts;
  readonly #plans: ReadonlyMap<string, PlannedJob>;
  readonly #processes: VirtualJobProcesses;
  readonly #spool: VirtualSpool;
  readonly #keys = new Map<number, string>();
  readonly #kills = new Set<string>();
  #gateway: Gateway | undefined;
  #life: JobLife | undefined;
  #token = '';
  #signals: readonly HttpExchange[] = [];
  /** By job: ends the wait for an answer. */
  readonly #asking = new Map<string, () => void>();

  constructor(parts: VirtualJobsParts) {
    this.#parts = parts;
    const { clock, isClockFaulty, report } = parts;
    const nowMs = (): number => clock.truth();
    const plans = drawJobs(parts.seed, parts);
    this.#plans = new Map(plans.map((plan) => [plan.key, plan]));
    this.#processes = new VirtualJobProcesses({ clock, alarm: clock, nowMs }, (order) =>
      this.#programOf(order),
    );
    this.#spool = new VirtualSpool(clock);
    this.watch = new JobWatch({ nowMs, signalMs: () => this.#signalMs(), isClockFaulty, report });
    for (const plan of plans) clock.at(monotonicMs(plan.atMs), () => this.#give(plan));
  }

  parts(database: Database, life: JobLife): JobLifeParts {
    this.#life = life;
    this.watch.born();
    const { jobProcesses, database: kept } = withJobBug(
      { database: this.#tapped(database), jobProcesses: this.#machine(), clock: this.#parts.clock },
      this.#parts.plantedBug,
    );
    return { database: kept, outside: { jobProcesses, jobSpool: this.#spool.folder(life.isOver) } };
  }

  /** It takes jobs from here on. */
  async booted(gateway: Gateway, pairingCode: string | undefined): Promise<void> {
    this.#gateway = gateway;
    if (pairingCode === undefined) return;
    const payload = { code: pairingCode, label: 'jobs' };
    const answer = await this.#parts.clock.pend(
      gateway.inject({ method: 'POST', url: '/api/v1/pair', payload }),
    );
    this.#token = answer.json<{ token: string }>().token;
  }

  /** A request of the gateway that was made. */
  asked(exchange: HttpExchange): void {
    if (exchange.host === gridHost) this.#signals = [...this.#signals, exchange].slice(-exchangesKept);
  }

  /** The gateway stops, or is dead. */
  ending(): void {
    this.watch.died();
    this.#gateway = undefined;
    for (const hangUp of [...this.#asking.values()]) hangUp();
  }

  /** It is gone, and its processes with it. */
  gone(): void {
    this.#processes.cut();
  }

  async settle(database: Database): Promise<JobReport> {
    const { clock, isClockFaulty, report } = this.#parts;
    const { given, claimed, rejected } = this.#spool;
    const files = [...given.values(), ...claimed.values(), ...rejected.map(({ text }) => text)];
    const nowMs = clock.truth();
    return await accountOfJobs({
      ...{ database, watch: this.watch, isClockFaulty, nowMs, report },
      excused: new Set(files.map(jobKeyOf)),
    });
  }

  /** When the grid's provider was heard last, at the latest: UTC epoch ms, true. */
  #signalMs(): number {
    const heard = this.#signals.filter(({ answer }) => answer?.status === 200);
    return Math.max(-Infinity, ...heard.map(({ endMs }) => endMs ?? -Infinity));
  }

  #programOf({ argv }: JobOrder): PlannedJob['program'] {
    return this.#plans.get(jobKeyOf(argv.join(' ')))?.program ?? { runsMs: 0, exitCode: 0 };
  }

  #give(plan: PlannedJob): void {
    const { clock, zone, log } = this.#parts;
    const gateway = this.#gateway;
    if (plan.way === 'api' && gateway === undefined) {
      clock.at(monotonicMs(clock.monotonic() + againMs), () => this.#give(plan));
      return;
    }
    const deadlineMs = Math.ceil((clock.truth() + plan.deadlineInMs) / 1_000) * 1_000;
    this.watch.asked({ plan, deadlineMs, takenMs: undefined });
    log(`given ${clock.truth()} ${plan.key}`);
    if (gateway !== undefined && plan.way === 'api') void clock.pend(this.#post(gateway, plan, deadlineMs));
    else this.#spool.given.set(`${plan.key}.json`, spoolFileOf(plan, localIso(zone, deadlineMs)));
  }

  /** Until it is on disk, refused, or the gateway gone: while the request waits for a plan time goes on. */
  async #post(gateway: Gateway, plan: PlannedJob, deadlineMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#asking.set(plan.key, () => resolve(undefined));
    const headers = { authorization: `Bearer ${this.#token}` };
    const payload = requestOf(plan, new Date(deadlineMs).toISOString());
    const answered = gateway.inject({ method: 'POST', url: '/api/v1/jobs', headers, payload });
    const heard = answered.then(({ statusCode, body }) =>
      statusCode < 300 ? undefined : `${statusCode} ${body}`,
    );
    const refusal = await Promise.race([promise, heard]);
    this.#asking.delete(plan.key);
    if (refusal !== undefined) this.#refused(plan, refusal);
    else if (!this.watch.isTaken(plan.key)) this.#giveAgain(plan);
  }

  /** While the gateway does not know the time, or has a wrong one, he comes again. */
  #refused(plan: PlannedJob, answer: string): void {
    const { isClockFaulty, report } = this.#parts;
    if (!isClockFaulty || !/clock_untrusted|deadline_invalid/.test(answer)) {
      report(`${plan.key} was refused: ${answer}`);
      return;
    }
    this.#giveAgain(plan);
  }

  #giveAgain(plan: PlannedJob): void {
    const { clock } = this.#parts;
    this.watch.refused(plan.key);
    clock.at(monotonicMs(clock.monotonic() + againMs), () => this.#give(plan));
  }

  /** As a machine: what is started by a gateway that is dead does not start. */
  #machine(): JobProcesses {
    const life = this.#life;
    return {
      sandbox: async () => await this.#processes.sandbox(),
      tryFolder: async () => await this.#processes.tryFolder(),
      sweep: async () => await this.#processes.sweep(),
      start: (order) => {
        if (life?.isOver() === true) return stillborn;
        const running = this.#processes.start(order);
        const run = this.#processes.seen.at(-1);
        const key = jobKeyOf(order.argv.join(' '));
        this.#parts.log(`started ${this.#parts.clock.truth()} ${key}`);
        if (run !== undefined) this.watch.started(key, run);
        this.#killAt('started', key);
        return running;
      },
    };
  }

  #tapped(database: Database): Database {
    const call: Database['call'] = async (name, ...parameters) => {
      const answer = await database.call(name, ...parameters);
      if (name === 'addJob') this.#taken(parameters as never, answer as never);
      if (name === 'beginJobRun') this.#begun(parameters as never, answer as never);
      if (name === 'endJobRun') {
        const [{ job }] = parameters as unknown as Parameters<JobCalls['endJobRun']>;
        this.#killAt('ended', this.#keys.get(job) ?? '');
      }
      return answer;
    };
    return { call, close: async () => await database.close() };
  }

  #taken([{ definition }]: Parameters<JobCalls['addJob']>, { id }: ReturnType<JobCalls['addJob']>): void {
    const key = jobKeyOf(definition);
    this.#keys.set(id, key);
    this.watch.taken(key);
    this.#asking.get(key)?.();
    this.#killAt('taken', key);
  }

  #begun(
    [{ job, runKey, trigger }]: Parameters<JobCalls['beginJobRun']>,
    run: ReturnType<JobCalls['beginJobRun']>,
  ): void {
    const key = this.#keys.get(job) ?? '';
    if (run === undefined) return;
    this.watch.begun(key, runKey, trigger);
    this.#killAt('begun', key);
  }

  #killAt(step: JobStep, key: string): void {
    if (this.#plans.get(key)?.killAt !== step || this.#kills.has(key)) return;
    // What starts or stops is not killed: those who wait for it would wait for ever. Nor what is looked at in the end.
    if (this.#gateway === undefined || this.#parts.clock.monotonic() >= this.#parts.days * dayMs) return;
    this.#kills.add(key);
    this.#life?.end();
  }
}

/** Of a machine that is not there any more. */
const stillborn: RunningJob = {
  ended: new Promise(() => undefined),
  output: () => '',
  outputBytes: 0,
  terminate: () => undefined,
  kill: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
};

function requestOf(plan: PlannedJob, deadline: string): object {
  const { key, estimateMs, when, isInterruptible: interruptible, retries, timeoutMs } = plan;
  return {
    ...{
      argv: ['/bin/work', key],
      estimate: `${estimateMs / 1_000}s`,
      deadline,
      when,
      interruptible,
      retries,
    },
    ...(timeoutMs !== undefined && { timeout: `${timeoutMs / 1_000}s` }),
    requestKey: key,
  };
}

function spoolFileOf({ key, estimateMs }: PlannedJob, deadline: string): string {
  return JSON.stringify({
    estimate: `${estimateMs / 1_000}s`,
    deadline: deadline.slice(0, 19).replace('T', ' '),
    commandline: `/bin/work ${key}`,
  });
}
