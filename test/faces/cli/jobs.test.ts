import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { runCli } from '../../../gateway/faces/cli/main.ts';
import type { GivenJob } from '../../../gateway/features/jobs/job-port.ts';
import { ManualTime } from '../manual-time.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';
import { bindStubJobs, putExampleJobs } from '../stub-jobs.ts';
import { StubJobs } from '../web/stub-jobs.ts';

class HeardJobs extends StubJobs {
  readonly given: GivenJob[] = [];

  override add(job: GivenJob): ReturnType<StubJobs['add']> {
    this.given.push(job);
    return super.add(job);
  }
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Bench {
  readonly desk: HeardJobs;
  readonly gateway: StubGateway;
  egw(argv: readonly string[], more?: Readonly<Record<string, string>>): Promise<Ended>;
}

const usualFolder = '/home/somebody/work';

interface Caller {
  readonly columns?: number;
  readonly folder?: string;
}

async function bench(t: Test, { columns, folder = usualFolder }: Caller = {}): Promise<Bench> {
  const time = new ManualTime();
  const desk = new HeardJobs(() => time.wall());
  const gateway = await createStubGateway(bindStubJobs(time, desk));
  const directory = mkdtempSync(join(tmpdir(), 'egw-jobs-'));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  t.teardown(async () => {
    await gateway.rest.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const egw: Bench['egw'] = async (argv, more = {}) => {
    const ended = { out: '', err: '' };
    const code = await runCli({
      argv,
      environment: { EGW_DATA_DIR: directory, ...more },
      folder,
      io: {
        stdout: { ...(columns !== undefined && { columns }), write: (text) => (ended.out += text) },
        stderr: { write: (text) => (ended.err += text) },
        onInterrupt: () => () => undefined,
      },
      time: { now: () => time.wall(), every: () => () => undefined },
      version: '1.2.3',
      loadProgram: () => Promise.resolve({ startGateway: () => Promise.resolve(0), offlineCommands: [] }),
    });
    return { code, ...ended };
  };
  return { desk, gateway, egw };
}

t.test('what stands after -- is the command, whatever it looks like', async (t) => {
  const { desk, egw } = await bench(t);
  const command = ['ls', '-la', '--help', '--json', '--', 'a,b', '', '-5'];
  const { code, out, err } = await egw(['job', 'add', '--estimate', '1:30', '--', ...command]);
  t.same([code, err], [0, '']);
  t.match(out, /^takes +1 hour 30 minutes$/m);
  t.match(out, /^command +ls -la --help --json -- a,b '' -5$/m);
  t.match(desk.given, [
    { definition: { command: { argv: command }, cwd: usualFolder }, owner: 'local', warnings: [] },
  ]);
});

t.test('options of a job are as they are written, and variables may be many', async (t) => {
  const { desk, egw } = await bench(t);
  const options = ['--power', '350', '--memory', '512', '--cpu', '60', '--no-network', '--interruptible'];
  const variables = ['--env', 'A=b,c=d', '--env', 'E='];
  const line = ['--commandline', 'echo "a  b" && true', '--cwd', '../other', '--when', 'carbon and not-red'];
  const { code } = await egw(['job', 'add', '--estimate', '2h', ...options, ...variables, ...line]);
  t.equal(code, 0);
  t.match(desk.given, [
    {
      definition: {
        command: { line: 'echo "a  b" && true' },
        environment: { A: 'b,c=d', E: '' },
        cwd: '/home/somebody/other',
        powerWatts: 350,
        limits: { memoryBytes: 536_870_912, cpuSeconds: 60 },
        hasNetwork: false,
        isInterruptible: true,
        when: [{ kind: 'carbon' }, { kind: 'not_red' }],
      },
    },
  ]);
});

t.test('egw run takes what electricity_usage run took', async (t) => {
  const { desk, egw } = await bench(t);
  for (const deadline of ['2026-03-05', '2026-03-05T12:00:00', '2026-03-05 12:00:00']) {
    const line = ['run', '--estimate', '2h', '--deadline', deadline, '--commandline', 'python train.py'];
    t.match(await egw(line), { code: 0, out: /^job +\d+$/m, err: '' });
  }
  t.match(await egw(['run', '--estimate=2h', '--commandline=echo hi']), { code: 0 });
  t.match(desk.given.at(-1)?.definition, { command: { line: 'echo hi' }, when: [{ kind: 'surplus' }] });
  t.match(await egw(['run', '--help']), { code: 0, out: /usage: egw run --estimate ESTIMATE/ });
});

t.test('every trap of its durations and deadlines ends with 2 and names the option', async (t) => {
  const { desk, egw } = await bench(t);
  for (const estimate of [
    '30',
    '60',
    '1.5',
    '-32m',
    '0s',
    '1.2.3h',
    '100:00',
    '25:61',
    '1h30',
    '',
    '1:2:3',
  ]) {
    const ended = await egw(['run', '--estimate', estimate, '--commandline', 'echo hi']);
    t.match(ended, { code: 2, out: '', err: /--estimate/ }, JSON.stringify(estimate));
  }
  for (const deadline of ['tomorrow', '2026-02-30', '2020-01-01', '2026-03-05T25:00:00']) {
    const ended = await egw(['run', '--estimate', '2h', '--deadline', deadline, '--commandline', 'echo hi']);
    t.match(ended, { code: 2, out: '', err: /--deadline/ }, deadline);
  }
  const unsure = await egw(['job', 'add', '--estimate', '2h', '--when', 'cheap', '--', 'true']);
  t.match(unsure, { code: 2, err: /--when/ });
  const json = await egw(['run', '--estimate', '30', '--commandline', 'x', '--json']);
  t.match(JSON.parse(json.err), { exitCode: 2, code: 'duration_invalid' });
  t.same(desk.given, []);
});

t.test('what can never be meant is refused also where no gateway answers', async (t) => {
  const { egw } = await bench(t);
  const nobody = { EGW_DATA_DIR: '/nonexistent' };
  const refused = [
    ['--estimate', '30'],
    ['--estimate', '2h', '--deadline', 'tomorrow'],
    ['--estimate', '2h', '--timeout', '5'],
    ['--estimate', '2h', '--when', 'cheap'],
  ];
  for (const options of refused)
    t.match(await egw(['run', ...options, '--commandline', 'x'], nobody), { code: 2, err: /--/ });
  const line = ['run', '--estimate', '2h', '--deadline', '2020-01-01', '--commandline', 'x'];
  t.match(await egw(line, nobody), { code: 11, err: /no gateway answers/ });
});

t.test('a command line that is not whole, or says two things, ends with 2', async (t) => {
  const { egw } = await bench(t);
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [['run', '--commandline', 'x'], /--estimate is missing/],
    [['run', '--estimate', '2h'], /--commandline or a command after -- is missing/],
    [['run', '--estimate', '2h', '--'], /is missing/],
    [['run', '--estimate', '2h', '--commandline', 'x', '--', 'y'], /are given both/],
    [
      ['job', 'add', '--estimate', '2h', 'ls'],
      /ls is one argument too many \(what is to be run stands after --\)/,
    ],
    [['job', 'add', '--estimate', '2h', '--argv', 'ls'], /there is no option --argv/],
    [['run', '--estimate', '2h', '--commandline', ''], /--commandline needs a value/],
    [['run', '--estimate', '2h', '--estimate', '3h', '--commandline', 'x'], /given twice/],
    [['run', '--estimate'], /--estimate needs a value/],
  ];
  for (const [argv, err] of table) t.match(await egw(argv), { code: 2, out: '', err }, argv.join(' '));
});

t.test('over the network the folder is not that of the caller', async (t) => {
  const { desk, egw, gateway } = await bench(t);
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const remote = ['--url', `http://127.0.0.1:${port}`, '--token', await gateway.token(['jobs:run'])];
  const line = ['run', '--estimate', '2h', '--commandline', 'make nightly'];
  t.match(await egw([...line, ...remote]), { code: 0, err: '' });
  t.match(desk.given, [{ owner: /^token:/, definition: { cwd: '/srv/jobs' } }]);
  t.match(await egw([...line, ...remote, '--cwd', '/srv']), { code: 12, err: /folder of your choice/ });
  t.match(await egw([...line, ...remote, '--cwd', 'srv']), { code: 14, err: /cwd/ });
});

t.test('where the caller is and no job can be it runs where jobs run, and that is said', async (t) => {
  const { desk, egw } = await bench(t, { folder: '/shut/mine' });
  const line = ['run', '--estimate', '2h', '--commandline', 'echo hi'];
  const { code, err } = await egw(line);
  t.same([code, err], [0, '']);
  const warning = 'it runs in /srv/jobs, not in /shut/mine: nobody cannot go into the folder /shut/mine';
  t.match(desk.given, [{ definition: { cwd: '/srv/jobs' }, warnings: [warning] }]);
  t.match(await egw([...line, '--cwd', '.']), {
    code: 14,
    out: '',
    err: /would not start: nobody cannot go into the folder \/shut\/mine\b[^]*--cwd/,
  });
  t.match(await egw([...line, '--cwd', '/srv']), { code: 0 });
  t.match(await egw([...line, '--caller-folder', '/srv']), { code: 2, err: /there is no option/ });
  t.match(
    desk.given.map(({ definition }) => definition.cwd),
    ['/srv/jobs', '/srv'],
  );
});

t.test('on a terminal the list is no wider than that, and nothing in it moves the cursor', async (t) => {
  const { desk, egw } = await bench(t, { columns: 80 });
  putExampleJobs(desk, new ManualTime().wall());
  desk.put(
    9,
    { remark: `waits ${'for a reason that is long '.repeat(9)}${'x'.repeat(200)}` },
    { name: '長'.repeat(90) },
  );
  const { out } = await egw(['job', 'list']);
  for (const line of out.split('\n')) t.ok(line.length <= 80, line);
  t.notMatch(out, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  t.match(out, /^ 1 +waiting +01-01 04:00 +01-01 23:00 +01-02 01:00 +nightly/m);
  t.match(out, /^ {4}waits for 03:00: 41 g\/kWh then, 180 g\/kWh now$/m);
  t.match(out, /^ {4}running, tried again, run 2, 60 m 00 s so far$/m);
  t.match((await egw(['job', 'list', '--limit', '1'])).out, /older ones: egw job list --before 9/);
  t.match((await egw(['job', 'list', '--states', 'failed'])).out, /There is no job/);
});

t.test('a job that has run tells what it saved, in grams and euros', async (t) => {
  const { desk, egw } = await bench(t);
  putExampleJobs(desk, new ManualTime().wall());
  const { out } = await egw(['job', 'show', '3']);
  t.match(out, 'energy  0.2 kWh, assumed: nobody said what it draws');
  t.match(out, 'CO₂     8.2 g, at once 36 g: 28 g saved, 0.2 g less at the best start');
  t.match(out, 'cost    0.0320 €, at once 0.0500 €: 0.0180 € saved, the best start');
  t.match(out, /^1 +as planned .* done +0$/m);
  t.equal((await egw(['job', 'logs', '3'])).out, 'done\ufffd[2J\n');
  t.match(await egw(['job', 'logs', '9']), { code: 13 });
  t.match(await egw(['job', 'cancel', '1']), { code: 0, out: /^state +cancelled$/m });
  t.match(await egw(['job', 'cancel', '1']), { code: 14, err: /job 1/ });
  t.match(await egw(['job', 'run-now', '1']), { code: 14 });
  t.match(await egw(['job', 'run-now', '2']), { code: 0 });
  t.match(await egw(['job', 'show', 'x']), { code: 14 });
});

t.test('status tells what waits, for what and until when, and what the spool rejected', async (t) => {
  const { desk, egw } = await bench(t);
  t.match((await egw(['status'])).out, /^No job waits\.$/m);
  putExampleJobs(desk, new ManualTime().wall());
  const { code, out } = await egw(['status']);
  t.equal(code, 0);
  t.match(out, /^storage /m);
  t.match(out, /^ {4}waits for 03:00: 41 g\/kWh then/m);
  t.match(out, /^spool \/srv\/spool: a file waits\nrejected .*json: estimate "30" has no unit$/m);
  const json = JSON.parse((await egw(['status', '--json'])).out) as object;
  t.match(json, { version: { version: '1.2.3' }, jobs: [{ id: 2 }, { id: 1 }], spool: { waiting: 1 } });
  t.match(await egw(['status', '--zone', 'FR']), { code: 2 });
  t.match(await egw(['status', '--help']), { code: 0, out: /--area AREA/ });
});

t.test('status tells of jobs that ended in the last day when, how and why they ran', async (t) => {
  const { desk, egw } = await bench(t);
  const nowMs = new ManualTime().wall();
  const hourMs = 3_600_000;
  putExampleJobs(desk, nowMs);
  const run = { attempt: 1, exitCode: 3, signal: undefined, problem: undefined, outputBytes: 0 } as const;
  const ran = { startedMs: nowMs - 3 * hourMs, endedMs: nowMs - 2 * hourMs, outcome: 'failed' } as const;
  const decision = {
    ...{ decidedMs: nowMs, reason: 'condition' as const, slots: [], warnings: [], saving: undefined },
    words: 'starts at 23:00 at the latest: the zone produces 40 MW less than it consumes',
    expected: { carbonGramsPerKwh: undefined, priceMicroEurosPerKwh: undefined },
    ifAtOnce: { carbonGramsPerKwh: undefined, priceMicroEurosPerKwh: undefined },
  } as const;
  desk.put(4, { state: 'failed', endedMs: nowMs - 2 * hourMs, decision });
  desk.runs.set(4, [{ ...run, ...ran, trigger: 'deadline' }]);
  desk.put(5, { state: 'done', endedMs: nowMs - 25 * hourMs });
  const { out } = await egw(['status']);
  t.match(out, /^What ended in the last day:\n *id .*\n *3 +done .*\n.*\n *4 +failed .*\n.*\n\n/m);
  t.match(out, /^ *3 +done +12-31 22:00 /m, 'when it began, by the clock of the site');
  t.match(
    out,
    /^ {4}ended 12-31 23:00, exit code 3, at its latest start: the zone produces 40 MW less than it consumes$/m,
  );
  t.notMatch(out, /^ *5 +done/m);
  const json = JSON.parse((await egw(['status', '--json'])).out) as object;
  t.match(json, { endedJobs: [{ id: 3, runs: [{ trigger: 'policy' }] }, { id: 4 }] });
});

t.test('all times of a job are those of the site', async (t) => {
  const { desk, egw } = await bench(t);
  putExampleJobs(desk, new ManualTime().wall());
  const { out } = await egw(['job', 'show', '3']);
  for (const name of ['at the latest', 'deadline', 'queued', 'ended'])
    t.match(out, new RegExp(`^${name} +\\S+T\\d\\d:00:00\\+01:00$`, 'm'));
  t.match(out, /^1 +as planned +2025-12-31T22:00:00\+01:00 /m);
});

t.test('status comes also when the jobs cannot be told', async (t) => {
  const { desk, egw } = await bench(t);
  desk.list = () => Promise.reject(new GatewayError('storage_failed', 'the database does not answer'));
  const { code, out } = await egw(['status']);
  t.equal(code, 0);
  t.match(out, /^storage /m);
  t.match(out, /^what jobs wait for cannot be told: the database does not answer$/m);
  t.match(out, /^spool \/srv\/spool/m);
  t.match(JSON.parse((await egw(['status', '--json'])).out), { jobs: null, spool: { waiting: 1 } });
});

t.test('the gateway is stopped by the word of its owner', async (t) => {
  const { egw } = await bench(t);
  t.match(await egw(['stop']), { code: 0, out: /jobs that wait are kept/ });
});
