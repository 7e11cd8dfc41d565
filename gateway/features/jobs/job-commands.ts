import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import type { ProgramFiles } from '../../core/program-files.ts';
import { jobStates } from '../../storage/job-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { admitAgain } from './admit-again.ts';
import { assertApart } from './assert-apart.ts';
import { closed, nullable, oneOf } from '../schema.ts';
import {
  addedJobSchema,
  describeJob,
  describePlan,
  describeShownJob,
  jobSchema,
  planSchema,
  shownJobSchema,
} from './describe-job.ts';
import type { FindJobFolder } from './job-folder.ts';
import { readJobPage } from './job-page.ts';
import type { JobDesk } from './job-port.ts';
import type { JobsSettings } from './jobs-section.ts';
import { checkJobTexts, jobInputSchema, readJob } from './read-job.ts';

export interface JobCommandPorts {
  readonly desk: JobDesk;
  readonly clock: Clock;
  /** Of the site, IANA. */
  readonly zone: string;
  readonly settings: JobsSettings;
  readonly findFolder: FindJobFolder;
  readonly files: ProgramFiles;
}

const jobsPerPageMax = 1_000;

const idProperty = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Of the job' });
const oneJob = closed({ id: idProperty });

const jobAdd = defineCommand({
  id: 'job.add',
  summary: 'Have a command run when power is clean, cheap or your own, and by its deadline',
  scope: 'jobs:run',
  input: jobInputSchema,
  output: addedJobSchema,
  http: { method: 'POST', path: '/api/v1/jobs', bodyBytesMax: limits.jobBodyBytesMax },
  cli: {
    verb: 'job add',
    aliases: ['run'],
    afterDashes: 'argv',
    oneOf: ['commandline', 'argv'],
    wholeTexts: ['env'],
    otherWords: { power: 'powerWatts', memory: 'memoryMb', cpu: 'cpuSeconds' },
    fromFolder: { path: 'cwd', unlessGiven: 'callerFolder' },
    check: checkJobTexts,
  },
  run: async (ports: JobCommandPorts, input, { principal }) => {
    const { desk, clock, zone, settings } = ports;
    const findFolder: FindJobFolder = async (wanted) => {
      await assertApart(desk, settings);
      return await ports.findFolder(wanted);
    };
    const given = await readJob(input, principal, { ...ports, findFolder, nowMs: clock.wall() });
    const { job, isNew } = await desk.add(given);
    return { ...describeJob(await desk.planned(job.id), zone), isNew };
  },
});

const jobPage = closed({
  jobs: Type.Array(jobSchema),
  plan: nullable(planSchema),
  next: nullable(Type.Integer({ description: 'There are older ones: ask again with this as `before`' })),
});

const jobList = defineCommand({
  id: 'job.list',
  summary: 'The jobs, newest first: what waits, for what, and until when',
  scope: 'read',
  input: closed({
    states: Type.Array(oneOf(jobStates), {
      default: [],
      maxItems: jobStates.length,
      description: `Only those that are in one of these states: ${jobStates.join(', ')}`,
    }),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Only jobs with smaller ids: for the next page' }),
    ),
    limit: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: jobsPerPageMax,
      description: `Jobs, at most ${jobsPerPageMax}; fewer where their commands are long`,
    }),
  }),
  output: jobPage,
  http: {
    method: 'GET',
    path: '/api/v1/jobs',
    nextPage: (answer) => {
      const { next } = answer as Static<typeof jobPage>;
      return next === null ? undefined : { before: next };
    },
  },
  cli: { verb: 'job list', list: 'jobs' },
  run: async ({ desk, zone }: JobCommandPorts, { states, before, limit }) => {
    const { jobs, hasMore } = await readJobPage(desk, { states, beforeId: before, jobsMax: limit });
    const bound = desk.bound();
    return {
      jobs: jobs.map((job) => describeJob(job, zone)),
      plan: bound === undefined ? null : describePlan(bound),
      next: hasMore ? (jobs.at(-1)?.id ?? null) : null,
    };
  },
});

const jobShow = defineCommand({
  id: 'job.show',
  summary: 'One job: why it waits or how it ran, and what it saved',
  scope: 'read',
  input: oneJob,
  output: shownJobSchema,
  http: { method: 'GET', path: '/api/v1/jobs/:id' },
  cli: { verb: 'job show', positionals: ['id'] },
  run: async ({ desk, zone }: JobCommandPorts, { id }) => describeShownJob(await desk.show(id), zone),
});

const jobLogs = defineCommand({
  id: 'job.logs',
  summary: 'What a run of a job printed last: its last 64 KiB, also while it runs',
  scope: 'read',
  input: closed({
    id: idProperty,
    attempt: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Of its runs; the newest unless said',
      }),
    ),
  }),
  output: closed({
    id: Type.Integer(),
    attempt: Type.Integer(),
    text: Type.String(),
    outputBytes: Type.Integer({
      description: 'Printed in all; more than the text when its beginning is gone',
    }),
    isRunning: Type.Boolean(),
  }),
  http: { method: 'GET', path: '/api/v1/jobs/:id/output' },
  cli: { verb: 'job logs', positionals: ['id'] },
  run: async ({ desk }: JobCommandPorts, { id, attempt: wanted }) => {
    const { attempt, text, outputBytes, isRunning } = await desk.output(id, wanted);
    return { id, attempt, text, outputBytes, isRunning };
  },
});

const jobCancel = defineCommand({
  id: 'job.cancel',
  summary: 'Have a job not run (again); one that runs is asked to end, then made to',
  scope: 'jobs:run',
  input: oneJob,
  output: jobSchema,
  http: { method: 'POST', path: '/api/v1/jobs/:id/cancel' },
  cli: { verb: 'job cancel', positionals: ['id'] },
  run: async ({ desk, zone }: JobCommandPorts, { id }) => describeJob(await desk.cancel(id), zone),
});

const jobRunNow = defineCommand({
  id: 'job.run-now',
  summary: 'Start a job at once, whatever it waits for; one that failed or was missed runs once more',
  scope: 'jobs:run',
  input: oneJob,
  output: jobSchema,
  http: { method: 'POST', path: '/api/v1/jobs/:id/run-now' },
  cli: { verb: 'job run-now', positionals: ['id'] },
  run: async (ports: JobCommandPorts, { id }, { principal }) => {
    const { desk, zone } = ports;
    if (principal.kind !== 'local') await admitAgain(await desk.show(id), ports);
    return describeJob(await desk.runNow(id), zone);
  },
});

const jobPurge = defineCommand({
  id: 'job.purge',
  summary: 'Cancel all jobs that wait; those that run go on',
  scope: 'jobs:run',
  input: closed({}),
  output: closed({ cancelled: Type.Integer({ description: 'How many' }) }),
  http: { method: 'POST', path: '/api/v1/jobs/purge' },
  cli: { verb: 'job purge' },
  run: async ({ desk }: JobCommandPorts) => ({ cancelled: await desk.purge() }),
});

export const jobCommands = [jobAdd, jobList, jobShow, jobLogs, jobCancel, jobRunNow, jobPurge] as const;

/** The commands about jobs with what they need. */
export function bindJobCommands(ports: JobCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(jobAdd, ports),
    bindCommand(jobList, ports),
    bindCommand(jobShow, ports),
    bindCommand(jobLogs, ports),
    bindCommand(jobCancel, ports),
    bindCommand(jobRunNow, ports),
    bindCommand(jobPurge, ports),
  ];
}
