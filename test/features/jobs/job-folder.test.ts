import t from 'tap';
import {
  jobFolderFinder,
  type JobFolder,
  type WantedFolder,
} from '../../../gateway/features/jobs/job-folder.ts';
import type { JobPlace } from '../../../gateway/core/job-process.ts';

const asked: JobPlace[] = [];
t.beforeEach(() => {
  asked.length = 0;
});

/** Where these folders are shut. */
async function find(
  wanted: WantedFolder,
  shut: readonly string[] = [],
  configured?: string,
): Promise<JobFolder> {
  const tryFolder = async (place: JobPlace): Promise<string | undefined> => {
    asked.push(place);
    return await Promise.resolve(shut.includes(place.cwd) ? `${place.cwd} is shut` : undefined);
  };
  return await jobFolderFinder({ processes: { tryFolder }, configured, started: '/opt/egw' })(wanted);
}

t.test('a folder that can be had is taken, and nothing is remarked', async (t) => {
  const table: readonly (readonly [WantedFolder, string | undefined, string])[] = [
    [{}, undefined, '/opt/egw'],
    [{}, '/srv/jobs', '/srv/jobs'],
    [{ preferred: '/home/a' }, undefined, '/home/a'],
    [{ preferred: '/home/a' }, '/srv/jobs', '/home/a'],
    [{ demanded: '/data', preferred: '/home/a' }, '/srv/jobs', '/data'],
  ];
  for (const [wanted, configured, path] of table) {
    t.same(await find(wanted, [], configured), { path, warnings: [] }, JSON.stringify([wanted, configured]));
  }
  t.equal(asked.length, table.length, 'none but the one that is taken is tried');
});

t.test('in place of what is shut comes the next that may, and both are named', async (t) => {
  const note = (path: string, first: string): object => ({
    path,
    warnings: [
      `it runs in ${path}, not in ${first}: ${first} is shut (--cwd names another folder, --user another user)`,
    ],
  });
  t.same(await find({}, ['/opt/egw']), note('/', '/opt/egw'));
  t.same(await find({ preferred: '/home/a' }, ['/home/a']), note('/opt/egw', '/home/a'));
  t.same(await find({ preferred: '/home/a' }, ['/home/a', '/opt/egw']), note('/', '/home/a'));
  t.same(await find({ preferred: '/home/a' }, ['/home/a'], '/srv/jobs'), note('/srv/jobs', '/home/a'));
});

t.test('what is demanded has nothing in its place', async (t) => {
  const code = 'folder_unusable';
  await t.rejects(find({ demanded: '/data', preferred: '/home/a' }, ['/data']), { code, message: /\/data/ });
  await t.rejects(find({}, ['/srv/jobs'], '/srv/jobs'), { code, message: /\/srv\/jobs is shut/ });
  await t.rejects(find({}, ['/opt/egw', '/']), {
    code,
    message: 'the job would not start: /opt/egw is shut; / is shut',
  });
});

t.test('it is tried as who is to run it', async (t) => {
  await find({ user: 'worker', group: 'users' });
  await find({});
  t.same(asked, [{ cwd: '/opt/egw', user: 'worker', group: 'users' }, { cwd: '/opt/egw' }]);
});
