import t from 'tap';
import { jobsSection, jobsSettings, type JobsSettings } from '../../../gateway/features/jobs/jobs-section.ts';
import { load, problemsOf } from '../../config/inputs.ts';

const sections = [jobsSection];

async function read(text: string): Promise<JobsSettings> {
  const { config } = await load(text, { sections });
  return jobsSettings(config.features['jobs']);
}

t.test('without a section jobs have the defaults of its schema', async (t) => {
  const settings = await read('');
  t.same(settings, jobsSettings(undefined));
  t.match(settings, { parallel: 2, stopMs: 2_000, powerWatts: 100, sandbox: 'auto', outputsMax: 200 });
  t.match(settings, { remoteCommands: 'allow-list', keepMs: 90 * 86_400_000, timeoutMs: undefined });
  t.same(settings.allow, { lines: [], programs: [] });
  t.same(settings.spool, { enabled: undefined, directory: undefined, stopToken: false });
});

t.test('what is written is in force', async (t) => {
  const settings = await read(`
jobs:
  parallel: 4
  stopSeconds: 0.5
  directory: /srv/jobs
  user: worker
  sandbox: required
  environment: [LANG, TZ]
  timeout: 12h
  allow:
    lines: [make nightly]
    programs:
      - { program: /usr/local/bin/backup, arguments: [--to, 'disk-*'], environment: [LEVEL] }
      - { program: /bin/true, sha256: ${'ab'.repeat(32)}, cwd: /tmp }
  spool: { enabled: true, directory: /srv/spool, stopToken: true }
`);
  t.match(settings, {
    parallel: 4,
    stopMs: 500,
    directory: '/srv/jobs',
    user: 'worker',
    sandbox: 'required',
  });
  t.same(settings.environment, ['LANG', 'TZ']);
  t.equal(settings.timeoutMs, 12 * 3_600_000);
  t.same(settings.allow.lines, ['make nightly']);
  t.same(settings.allow.programs, [
    { program: '/usr/local/bin/backup', arguments: ['--to', 'disk-*'], environment: ['LEVEL'] },
    { program: '/bin/true', arguments: [], environment: [], sha256: 'ab'.repeat(32), cwd: '/tmp' },
  ]);
  t.same(settings.spool, { enabled: true, directory: '/srv/spool', stopToken: true });
});

t.test('what opens the machine is said loudly', async (t) => {
  t.same((await load('', { sections })).warnings, []);
  const { warnings } = await load('jobs: { remoteCommands: any, sandbox: off }', { sections });
  t.match(warnings, [/^jobs\.remoteCommands is any/, /^jobs\.sandbox is off/]);
});

t.test('what is wrong is named with its place', async (t) => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['jobs: { parallel: 0 }', /jobs\.parallel/],
    ['jobs: { parallell: 2 }', /jobs\.parallell.*did you mean "parallel"/],
    ['jobs: { stopSeconds: 60 }', /jobs\.stopSeconds/],
    ['jobs: { powerWatts: 0 }', /jobs\.powerWatts/],
    ['jobs: { directory: work }', /jobs\.directory.*Absolute path/],
    ['jobs: { sandbox: on }', /jobs\.sandbox must be one of auto, required, off/],
    ['jobs: { user: "a b" }', /jobs\.user/],
    ['jobs: { environment: ["A=B"] }', /jobs\.environment\[0\]/],
    ['jobs: { environment: [A, A] }', /jobs\.environment/],
    ['jobs: { remoteCommands: all }', /jobs\.remoteCommands/],
    ['jobs: { timeout: soon }', /jobs\.timeout.*such as 12h/],
    ['jobs: { allow: { lines: [""] } }', /jobs\.allow\.lines\[0\]/],
    ['jobs: { allow: { programs: [{ program: true }] } }', /jobs\.allow\.programs\[0\]\.program/],
    ['jobs: { allow: { programs: [{}] } }', /jobs\.allow\.programs\[0\]\.program is missing/],
    ['jobs: { allow: { programs: [{ program: ls }] } }', /programs\[0\]\.program.*Absolute path/],
    ['jobs: { allow: { programs: [{ program: /a, sha256: 12 }] } }', /programs\[0\]\.sha256/],
    ['jobs: { allow: { programs: [{ program: /a, args: [] }] } }', /programs\[0\]\.args is an unknown key/],
    ['jobs: { spool: { directory: spool } }', /jobs\.spool\.directory/],
    ['jobs: { spool: { stopToken: maybe } }', /jobs\.spool\.stopToken must be true or false/],
  ];
  for (const [text, expected] of table)
    t.match((await problemsOf(text, { sections })).join('\n'), expected, text);
});
