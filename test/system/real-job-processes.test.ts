import t from 'tap';
import { testJobProcesses } from './job-process-cases.ts';
import { jobProcesses } from './job-trials.ts';

const { form, reason } = await jobProcesses('full').sandbox();
t.setTimeout(120_000);

t.test('jobs in the full form', { skip: form === 'lesser' && (reason ?? 'unknown') }, async (t) => {
  await testJobProcesses(t, 'full');
});
