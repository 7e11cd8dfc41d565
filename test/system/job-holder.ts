// A gateway of nothing but one job, to be killed: prints `started` when the job has printed something.
import type { JobOrder } from '../../gateway/core/job-process.ts';
import { jobProcesses, until } from './job-trials.ts';

const [form, order] = process.argv.slice(2);
const job = jobProcesses(form === 'full' ? 'full' : 'lesser').start(JSON.parse(order ?? '') as JobOrder);
await until(() => job.outputBytes > 0);
process.stdout.write('started\n');
await job.ended;
