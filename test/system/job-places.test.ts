import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findPlaces } from '../../gateway/system/job-places.ts';

t.test('where jobs may run, and what is hidden there', async (t) => {
  const root = realpathSync(t.testdir({ data: { jobs: { one: {} }, keys: {} }, 'data-of-others': {} }));
  const [data, jobs] = [join(root, 'data'), join(root, 'data/jobs')];
  symlinkSync(join(data, 'keys'), join(root, 'link'));
  symlinkSync(join(data, 'keys'), join(jobs, 'way-out'));
  mkdirSync(join(root, 'elsewhere'));
  const places = { hiddenPaths: [data, join(data, 'keys'), join(root, 'nothing')], jobsFolder: jobs };
  const refused = (cwd: string): string => `the folder ${cwd} is the gateway’s own`;
  const hiddenPaths = [data];
  for (const [cwd, expected] of [
    [root, { cwd: root, hiddenPaths, keptFolder: undefined }],
    [join(root, 'data-of-others'), { cwd: join(root, 'data-of-others'), hiddenPaths, keptFolder: undefined }],
    [jobs, { cwd: jobs, hiddenPaths, keptFolder: jobs }],
    [join(jobs, 'one'), { cwd: join(jobs, 'one'), hiddenPaths, keptFolder: jobs }],
    [data, refused(data)],
    [join(data, 'keys'), refused(join(data, 'keys'))],
    [join(root, 'link'), refused(join(root, 'link'))],
    [join(jobs, 'way-out'), refused(join(jobs, 'way-out'))],
    [join(jobs, 'one/../../keys'), refused(join(jobs, 'one/../../keys'))],
  ] as const) {
    t.same(await findPlaces(cwd, places), expected, cwd);
  }
  t.equal(await findPlaces(jobs, { hiddenPaths: [data] }), refused(jobs), 'without a folder of jobs');
  t.equal(
    await findPlaces(data, { hiddenPaths: [data], jobsFolder: data }),
    refused(data),
    'all of it is none',
  );
});
