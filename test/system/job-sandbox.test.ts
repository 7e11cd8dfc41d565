import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import type { JobOrder } from '../../gateway/core/job-process.ts';
import { jobOrder, jobProcesses, runJob, type JobTrial } from './job-trials.ts';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const { form, reason } = await jobProcesses('full').sandbox();
const skip = form === 'lesser' && (reason ?? 'unknown');
/** Why nobody cannot run what is here, as in a clone that root keeps to himself. */
const shut = await jobProcesses('full').tryFolder({ cwd: import.meta.dirname });
t.setTimeout(120_000);

interface Home {
  readonly root: string;
  readonly data: string;
  readonly jobs: string;
}

/** A data directory with secrets, and one of jobs within; all of it belongs to that user. */
async function makeHome(t: Test, owner: number): Promise<Home> {
  const root = await mkdtemp(join(tmpdir(), 'egw-home-'));
  t.teardown(async () => await rm(root, { recursive: true, force: true }));
  const data = join(root, 'data');
  const jobs = join(data, 'jobs');
  await mkdir(join(jobs, 'below'), { recursive: true });
  await writeFile(join(data, 'key'), 'the secret\n', { mode: 0o644 });
  await writeFile(join(root, 'egw.yaml'), 'password: the secret\n', { mode: 0o644 });
  await writeFile(join(jobs, 'own'), 'of jobs\n', { mode: 0o644 });
  await symlink(data, join(root, 'way-in'));
  await chmod(root, 0o755);
  if (isRoot) for (const path of [root, data, jobs, join(jobs, 'below')]) await chown(path, owner, owner);
  return { root, data, jobs };
}

type Run = (home: Home, order: JobOrder) => Promise<JobTrial>;

const asOurselves: Run = async (home, order) => await runJob(jobProcesses('full', hiding(home)), order);

/** By a gateway that has no rights but those of its user. */
const asNobody: Run = async (home, order) => {
  const program = fileURLToPath(new URL('./job-runner.ts', import.meta.url));
  const words = ['--no-warnings', program, JSON.stringify({ ...hiding(home), order })];
  const user = isRoot ? { uid: nobody, gid: nobody } : {};
  const { stdout } = await promisify(execFile)(process.execPath, words, { ...user, cwd: '/' });
  return JSON.parse(stdout) as JobTrial;
};

function hiding({ root, jobs }: Home): { hiddenPaths: readonly string[]; jobsFolder: string } {
  return {
    hiddenPaths: [join(root, 'way-in'), join(root, 'egw.yaml'), join(root, 'nothing')],
    jobsFolder: jobs,
  };
}

for (const [name, run, owner, unfit] of [
  ['as we are', asOurselves, isRoot ? 0 : (process.getuid?.() ?? 0), skip],
  [
    'with the rights of a user alone',
    asNobody,
    isRoot ? nobody : (process.getuid?.() ?? 0),
    skip || (shut ?? false),
  ],
] as const) {
  t.test(`a gateway that runs ${name}`, { skip: unfit }, async (t) => {
    await t.test('hides what is its own from jobs, by whatever path', async (t) => {
      const home = await makeHome(t, owner);
      const { root, data } = home;
      const line = `cat ${data}/key ${root}/way-in/key ${root}/egw.yaml; ls -A ${data}; echo x >${data}/new;
        cat /proc/*/environ /proc/*/root${data}/key | tr -d '\\0'; umount ${data}; umount -l ${data}; cat ${data}/key;
        unshare --user --map-root-user --mount -- sh -c 'umount ${data}; cat ${data}/key'; echo done`;
      const end = await run(home, jobOrder(['sh', '-c', line]));
      t.match(end, { exitCode: 0, problem: undefined, output: /done/ });
      t.notMatch(end.output, /the secret/);
      t.equal(await readFile(join(data, 'key'), 'utf8'), 'the secret\n');
      await t.rejects(readFile(join(data, 'new')), { code: 'ENOENT' });
    });

    await t.test('lets jobs run in the folder of jobs, from which no way leads out', async (t) => {
      const home = await makeHome(t, owner);
      const line =
        'pwd; cat ../own; cat ../key ../../key ../../../data/key; echo mine >new; cat new; ls -A ../..';
      const end = await run(home, jobOrder(['sh', '-c', line], { cwd: join(home.jobs, 'below') }));
      t.match(end.output, `${home.jobs}/below\nof jobs\n`);
      t.notMatch(end.output, /the secret/);
      if (owner !== 0) t.equal(await readFile(join(home.jobs, 'below', 'new'), 'utf8'), 'mine\n');
      const refused = await run(home, jobOrder(['pwd'], { cwd: home.data }));
      t.match(refused, { exitCode: 126, problem: `the folder ${home.data} is the gateway’s own` });
      await chmod(home.data, 0o700);
      t.equal(await jobProcesses('full', hiding(home)).tryFolder({ cwd: home.jobs }), undefined);
    });

    await t.test('shows jobs no process but theirs, and lets them signal none', async (t) => {
      const home = await makeHome(t, owner);
      const line = `kill -0 ${process.pid} && echo seen; ls /proc | grep -c '^[0-9]'; kill -9 -1; sleep 1; echo alive`;
      const end = await run(home, jobOrder(['sh', '-c', line]));
      t.notMatch(end.output, /seen/);
      t.ok(Number(/^\d+$/m.exec(end.output)?.[0]) < 10, end.output);
      t.equal(end.left, 0);
    });

    await t.test('gives jobs the network only when they are to have it', async (t) => {
      const home = await makeHome(t, owner);
      const server = createServer((_, response) => response.end('reached'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.teardown(() => server.close());
      const { port } = server.address() as AddressInfo;
      const code = `fetch('http://127.0.0.1:${port}').then((a) => a.text()).then(console.log, () => console.log('none'))`;
      for (const [hasNetwork, output] of [
        [true, 'reached\n'],
        [false, 'none\n'],
      ] as const) {
        const end = await run(home, jobOrder([process.execPath, '-e', code], { hasNetwork }));
        t.equal(end.output, output);
      }
    });

    await t.test('shows jobs their user as who he is, without other rights', async (t) => {
      const home = await makeHome(t, owner);
      const line =
        'id -u; id -g; cat /etc/shadow; hostname other; chown 0 .; grep -c "^CapBnd:.0*$" /proc/self/status';
      const end = await run(home, jobOrder(['sh', '-c', line]));
      const user = isRoot ? nobody : process.getuid?.();
      t.match(end.output, new RegExp(`^${user}\n${isRoot ? nobody : process.getgid?.()}\n`));
      t.match(end.output, /\n1\n$/);
      t.notMatch(end.output, /root:/);
    });
  });
}
