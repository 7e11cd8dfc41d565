import type { ApiClient } from './api-client.ts';
import type { Job, JobDetail, JobOutput, JobRights, NewJob, Outlook, SavingsSum } from './job-types.ts';

/** The gateway's API about jobs. Every call rejects with an `ApiProblem`. */
export interface JobsClient {
  /** All that wait or run, and of the others the newest. */
  jobs(): Promise<readonly Job[]>;
  job(id: number): Promise<JobDetail>;
  output(id: number): Promise<JobOutput>;
  outlook(span: { readonly fromMs: number; readonly toMs: number }): Promise<Outlook>;
  savings(): Promise<SavingsSum>;
  rights(): Promise<JobRights>;
  cancel(id: number): Promise<void>;
  runNow(id: number): Promise<void>;
  add(job: NewJob): Promise<Job>;
}

const jobsPath = '/api/v1/jobs';
const endedPath = `${jobsPath}?states=done,failed,cancelled,missed&limit=20`;

export function createJobsClient(client: Pick<ApiClient, 'openJobs' | 'read' | 'post'>): JobsClient {
  return {
    jobs: async () => {
      const ended = (await client.read(endedPath)) as { jobs: Job[] };
      return [...(await client.openJobs()), ...ended.jobs];
    },
    job: async (id) => (await client.read(`${jobsPath}/${id}`)) as JobDetail,
    output: async (id) => (await client.read(`${jobsPath}/${id}/output`)) as JobOutput,
    outlook: async ({ fromMs, toMs }) =>
      (await client.read(`${jobsPath}/outlook?from=${fromMs}&to=${toMs}`)) as Outlook,
    savings: async () => (await client.read(`${jobsPath}/savings`)) as SavingsSum,
    rights: async () => (await client.read(`${jobsPath}/rights`)) as JobRights,
    cancel: async (id) => {
      await client.post(`${jobsPath}/${id}/cancel`);
    },
    runNow: async (id) => {
      await client.post(`${jobsPath}/${id}/run-now`);
    },
    add: async (job) => (await client.post(jobsPath, job)) as Job,
  };
}
