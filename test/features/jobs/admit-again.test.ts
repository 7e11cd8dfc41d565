import t from 'tap';
import { admitAgain } from '../../../gateway/features/jobs/admit-again.ts';
import { jobsSettings } from '../../../gateway/features/jobs/jobs-section.ts';
import { noProgramFiles } from '../../../gateway/core/program-files.ts';
import type { JobDefinition } from '../../../gateway/features/jobs/job-definition.ts';
import type { JobFacts } from '../../../gateway/features/jobs/job-port.ts';
import { StubJobs } from '../../faces/web/stub-jobs.ts';

const settings = jobsSettings({
  allow: {
    lines: ['make nightly'],
    programs: [
      { program: '/bin/ls', arguments: ['**'], environment: [] },
      { program: '/bin/make', arguments: [], environment: [], cwd: '/srv' },
    ],
  },
});
const files = {
  ...noProgramFiles,
  realPath: (path: string) => Promise.resolve(path === '/bin/ls' ? '/bin/busybox' : path),
};
const findFolder = async () => await Promise.resolve({ path: '/srv/jobs', warnings: [] });
const parts = { settings, findFolder, files };

async function jobOf(state: JobFacts['state'], definition: Partial<JobDefinition>): Promise<JobFacts> {
  const desk = new StubJobs(() => 0);
  desk.put(1, { state }, { cwd: '/srv/jobs', environment: {}, ...definition });
  return await desk.show(1);
}

t.test('what has ended is run once more by others where they may add the same', async (t) => {
  for (const state of ['failed', 'missed'] as const) {
    await t.resolves(admitAgain(await jobOf(state, { command: { line: 'make nightly' } }), parts));
    await t.resolves(admitAgain(await jobOf(state, { command: { argv: ['/bin/ls', '-l'] } }), parts));
    const own = { command: { argv: ['/bin/make'] }, cwd: '/srv' };
    await t.resolves(admitAgain(await jobOf(state, own), parts));
  }
});

t.test('what the owner alone may have run is not run once more by others', async (t) => {
  const line = { command: { line: 'make nightly' } };
  const refused: readonly Partial<JobDefinition>[] = [
    { command: { line: 'rm -rf /srv' } },
    { command: { argv: ['/bin/busybox', 'sh', '-c', 'true'] } },
    { command: { argv: ['/bin/make'] } },
    { ...line, user: 'root' },
    { ...line, cwd: '/etc' },
    { ...line, environment: { LD_PRELOAD: '/tmp/x.so' } },
  ];
  for (const definition of refused) {
    const again = admitAgain(await jobOf('failed', definition), parts);
    await t.rejects(again, { code: 'forbidden' }, JSON.stringify(definition));
  }
});

t.test('what waits is to run anyway', async (t) => {
  await t.resolves(admitAgain(await jobOf('waiting', { command: { line: 'rm -rf /srv' } }), parts));
});
