import type { JobEnd, JobOrder, JobProcesses, SandboxFacts } from '../core/job-process.ts';
import { endProcesses } from './end-processes.ts';
import { FolderTrials } from './folder-trials.ts';
import { hardLimits } from './hard-limits.ts';
import { fullChain, lesserChain, runVariable, type JobStart } from './job-chain.ts';
import { cannotStart, checkOrder } from './job-check.ts';
import { readJobHost, type JobHost } from './job-host.ts';
import { jobOwner } from './job-owner.ts';
import { findPlaces } from './job-places.ts';
import { tryJob } from './job-trial.ts';
import { listProcesses, processesWith, withDescendants } from './process-table.ts';
import type { Timers } from './pause.ts';
import { StartedJob, type JobLaunch } from './started-job.ts';

export interface JobProcessesOptions extends Timers {
  /** What jobs must not see: files and folders, absolute. What is not there is nothing to hide. */
  readonly hiddenPaths: readonly string[];
  /** Within one of those: jobs may run in it, and see it. */
  readonly jobsFolder?: string | undefined;
  /** Of jobs that ask for nobody: absent: ours, or `nobody` where that is root. */
  readonly user?: string | undefined;
  /** `off`: the lesser form. `required`: jobs do not start in the lesser form. */
  readonly sandbox?: 'auto' | 'required' | 'off';
  /** Unguessable: what the sandbox is tried with. */
  readonly newKey: () => string;
  /** Absent: this machine as it is. */
  readonly host?: JobHost;
}

/** Jobs as processes of this machine. The programs that they need are looked for once, and tried before the first job. */
export function createRealJobProcesses(options: JobProcessesOptions): JobProcesses {
  const host = options.host ?? readJobHost();
  let facts: Promise<SandboxFacts> | undefined;
  const sandbox = async (): Promise<SandboxFacts> => await (facts ??= findSandbox(host, options));
  const start = (order: JobOrder): StartedJob =>
    new StartedJob(options, async () => await prepare(host, options, order, sandbox));
  const trials = new FolderTrials(options, start);
  return {
    sandbox,
    tryFolder: async (place) => await trials.problemOf(place),
    start,
    sweep: async (runKeys) => await sweep(options, runKeys),
  };
}

/** Programs of util-linux and the coreutils: without one of them only the lesser form is left. */
const sandboxPrograms = ['unshare', 'setpriv', 'prlimit', 'mount', 'mkdir', 'sleep'];

/** All jobs wait for the trial: what hangs in it must not keep them from starting. */
const trialMsMax = 30_000;

async function findSandbox(host: JobHost, options: JobProcessesOptions): Promise<SandboxFacts> {
  if (options.sandbox === 'off') return lesser('it is switched off');
  if (!host.hasProc) return lesser('only Linux has namespaces');
  const missing = sandboxPrograms.filter((program) => host.find(program) === undefined);
  if (missing.length > 0) return lesser(`this machine lacks ${missing.join(', ')}`);
  const full = async (): Promise<SandboxFacts> => await Promise.resolve({ form: 'full', reason: undefined });
  const start = (order: JobOrder): StartedJob =>
    new StartedJob(options, async () => await prepare(host, options, order, full));
  const problem = await tryJob(options, start, { cwd: '/', hasNetwork: false, msMax: trialMsMax });
  return problem === undefined ? await full() : lesser(problem);
}

function lesser(reason: string): SandboxFacts {
  return { form: 'lesser', reason };
}

async function prepare(
  host: JobHost,
  options: JobProcessesOptions,
  order: JobOrder,
  sandbox: () => Promise<SandboxFacts>,
): Promise<JobLaunch | JobEnd> {
  const facts = await sandbox();
  const problem = refusal(host, options, order, facts);
  const wrong = problem === undefined ? await checkOrder(order) : cannotStart(problem);
  if (wrong !== undefined) return wrong;
  const owner = jobOwner(host, order.user ?? options.user, order.group);
  if (typeof owner === 'string') return cannotStart(owner);
  const places = await findPlaces(order.cwd, options);
  if (typeof places === 'string') return cannotStart(places);
  const start: JobStart = {
    order: { ...order, cwd: places.cwd },
    owner,
    hiddenPaths: places.hiddenPaths,
    keptFolder: places.keptFolder,
    limits: await hardLimits(order.limits, owner?.userId ?? host.userId),
  };
  const hasInit = facts.form === 'full';
  const words = hasInit ? fullChain(host, start) : lesserChain(host, start);
  // setpriv changes the user in the chain, after what only we may do.
  const chainOwner = hasInit || host.find('setpriv') !== undefined ? undefined : owner;
  return { words, hasInit, mkfifo: host.find('mkfifo'), owner: chainOwner, runKey: order.runKey };
}

/** What was asked for, and cannot be had in the lesser form: better no run than one without it. */
function refusal(
  host: JobHost,
  { sandbox }: JobProcessesOptions,
  { limits, hasNetwork }: JobOrder,
  { form, reason }: SandboxFacts,
): string | undefined {
  if (form === 'full') return undefined;
  if (sandbox === 'required') return `jobs are to be kept apart, and cannot be: ${reason ?? 'unknown'}`;
  if (!hasNetwork) return 'it must not reach the network, which only the full form can keep from it';
  const isLimited = Object.values(limits).some((limit) => limit !== undefined);
  return isLimited && host.find('prlimit') === undefined
    ? 'its limits cannot be set, as this machine lacks prlimit'
    : undefined;
}

async function sweep(timers: Timers, runKeys: readonly string[]): Promise<number> {
  const marks = new Set(runKeys);
  const seen = new Set<number>();
  if (marks.size > 0) await endProcesses(timers, find);
  return seen.size;

  async function find(): Promise<readonly number[]> {
    const marked = await processesWith(runVariable, marks);
    if (marked.size === 0) return [];
    const family = withDescendants(await listProcesses(), marked);
    for (const id of family) seen.add(id);
    return [...family];
  }
}
