import t from 'tap';
import { testJobProcesses } from './job-process-cases.ts';

t.setTimeout(120_000);

t.test('jobs in the lesser form', async (t) => {
  await testJobProcesses(t, 'lesser');
});
