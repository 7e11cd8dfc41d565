// A gateway of nothing but one job, run with the rights that the process has: prints what came of it, as JSON.
import type { JobOrder } from '../../gateway/core/job-process.ts';
import { jobProcesses, runJob } from './job-trials.ts';

interface Request {
  readonly hiddenPaths: readonly string[];
  readonly jobsFolder: string;
  readonly order: JobOrder;
}

const { order, ...options } = JSON.parse(process.argv[2] ?? '') as Request;
const processes = jobProcesses('full', options);
const facts = await processes.sandbox();
process.stdout.write(JSON.stringify({ ...facts, ...(await runJob(processes, order)) }));
