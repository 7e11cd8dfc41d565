import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import type { CommandCall, Principal, Scope } from '../../../gateway/features/command.ts';
import { bindStubJobs } from '../../faces/stub-jobs.ts';
import { StubJobs } from '../../faces/web/stub-jobs.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { MemoryStore } from '../../faces/memory-store.ts';
import type { GivenJob } from '../../../gateway/features/jobs/job-port.ts';
import type { JobsSettings } from '../../../gateway/features/jobs/jobs-section.ts';

class HeardJobs extends StubJobs {
  readonly given: GivenJob[] = [];

  override add(job: GivenJob): ReturnType<StubJobs['add']> {
    this.given.push(job);
    return super.add(job);
  }
}

type Answer = Readonly<Record<string, unknown>>;

interface Bench {
  readonly desk: HeardJobs;
  readonly time: ManualTime;
  ask(id: string, input?: object, kind?: Principal['kind']): Promise<Answer>;
  refused(
    input: object,
    kind?: Principal['kind'],
  ): Promise<{ readonly code: string; readonly message: string }>;
}

function bench(sandbox: JobsSettings['sandbox'] = 'auto'): Bench {
  const time = new ManualTime();
  const desk = new HeardJobs(() => time.wall());
  const dispatcher = createDispatcher(bindStubJobs(time, desk, sandbox), {
    audit: new MemoryStore(),
    clock: time,
    logger: silentLogger,
    checkOutput: true,
  });
  const ask: Bench['ask'] = async (id, input = {}, kind = 'local') => {
    const scopes = new Set<Scope>(['read', 'jobs:run']);
    const principal = { kind, id: kind === 'local' ? 'local' : `${kind}:7`, scopes };
    const call: CommandCall = { principal, origin: 'local', signal: new AbortController().signal };
    return (await dispatcher.dispatch(id, { ...input }, call)) as Answer;
  };
  const refused: Bench['refused'] = async (input, kind) => {
    try {
      await ask('job.add', { estimate: '2h', argv: ['true'], ...input }, kind);
    } catch (error) {
      return { code: errorCodeOf(error) ?? '', message: (error as Error).message };
    }
    return { code: 'none', message: '' };
  };
  return { desk, time, ask, refused };
}

t.test('a job is what was given, and is answered as it is understood', async (t) => {
  const { desk, ask, time } = bench();
  const answer = await ask('job.add', {
    argv: ['/bin/echo', 'a b', '$HOME'],
    estimate: '1:30',
    deadline: '2026-01-02T12:00:00',
    when: 'carbon and window:22:00-06:00',
    name: 'nightly',
    powerWatts: 350,
    interruptible: true,
    retries: 2,
    timeout: '3h',
    cwd: '/srv',
    env: ['A=b=c', 'EMPTY='],
    user: 'worker',
    group: '100',
    memoryMb: 512,
    cpuSeconds: 60,
    noNetwork: true,
    requestKey: 'once',
  });
  t.match(answer, {
    id: 1,
    isNew: true,
    command: "/bin/echo 'a b' '$HOME'",
    argv: ['/bin/echo', 'a b', '$HOME'],
    commandline: null,
    estimate: '1 hour 30 minutes',
    when: 'carbon and window:22:00-06:00',
    deadline: '2026-01-02T12:00:00+01:00',
    latestStart: '2026-01-02T10:30:00+01:00',
    environment: ['A', 'EMPTY'],
    memoryMb: 512,
    owner: 'local',
  });
  t.equal(JSON.stringify(answer).includes('b=c'), false, 'what is in variables is not shown');
  const [given] = desk.given;
  t.match(given, {
    owner: 'local',
    originKey: 'local:once',
    deadlineMs: Date.UTC(2026, 0, 2, 11),
    definition: {
      estimateMs: 5_400_000,
      timeoutMs: 10_800_000,
      powerWatts: 350,
      isInterruptible: true,
      retries: 2,
      cwd: '/srv',
      environment: { A: 'b=c', EMPTY: '' },
      user: 'worker',
      group: '100',
      limits: { memoryBytes: 536_870_912, cpuSeconds: 60 },
      hasNetwork: false,
    },
  });
  t.ok((given?.deadlineMs ?? 0) > time.wall());
});

t.test(
  'with nothing but a line and an estimate it waits for surplus, for a day, where jobs run',
  async (t) => {
    const { desk, ask, time } = bench();
    t.match(await ask('job.add', { commandline: 'echo hi', estimate: '2h' }), {
      command: 'echo hi',
      commandline: 'echo hi',
      argv: null,
      when: 'surplus',
      cwd: '/srv/jobs',
      powerWatts: null,
      hasNetwork: true,
    });
    t.match(desk.given, [{ deadlineMs: time.wall() + 86_400_000, originKey: null, warnings: [] }]);
  },
);

t.test('others do not have run once more what they might not have added', async (t) => {
  const { ask, desk } = bench();
  await ask('job.add', { commandline: 'rm -rf build', estimate: '2h' });
  desk.put(1, { state: 'failed' }, { command: { line: 'rm -rf build' } });
  for (const kind of ['token', 'key', 'cloud'] as const)
    await t.rejects(ask('job.run-now', { id: 1 }, kind), { code: 'forbidden' }, kind);
  t.match(await ask('job.run-now', { id: 1 }), { id: 1 });
});

t.test('a local time that comes twice is said', async (t) => {
  const { ask } = bench();
  const deadline = '2026-10-25T02:30:00';
  const { warnings } = await ask('job.add', { argv: ['true'], estimate: '2h', deadline });
  t.match(warnings, [/shows 2026-10-25T02:30:00 twice/]);
});

t.test('what cannot be meant is refused by the name of its option', async (t) => {
  const { refused, desk } = bench();
  const table: readonly (readonly [object, string, RegExp])[] = [
    [{ estimate: '30' }, 'duration_invalid', /^--estimate "30" has no unit/],
    [{ estimate: '' }, 'duration_invalid', /^--estimate "" is empty/],
    [{ estimate: '-32m' }, 'duration_invalid', /^--estimate/],
    [{ timeout: '0s' }, 'duration_invalid', /^--timeout "0s"/],
    [{ deadline: 'tomorrow' }, 'deadline_invalid', /^--deadline "tomorrow"/],
    [{ deadline: '2020-01-01' }, 'deadline_invalid', /^--deadline "2020-01-01" has passed/],
    [{ when: 'cheap' }, 'policy_invalid', /^--when/],
    [{ argv: undefined }, 'input_invalid', /no command/],
    [{ commandline: 'true' }, 'input_invalid', /two commands/],
    [{ argv: undefined, commandline: '  ' }, 'input_invalid', /commandline is empty/],
    [{ argv: [] }, 'input_invalid', /argv/],
    [{ argv: [''] }, 'input_invalid', /no name/],
    [{ argv: ['a\u0000b'] }, 'input_invalid', /argv\[0\]/],
    [{ argv: ['x'.repeat(65_537)] }, 'input_invalid', /argv is too long/],
    [{ argv: Array.from({ length: 1_001 }, () => 'x') }, 'input_invalid', /argv/],
    [{ env: ['A'] }, 'input_invalid', /env\[0\]/],
    [{ env: ['1A=b'] }, 'input_invalid', /env\[0\]/],
    [{ env: ['A=1', 'A=2'] }, 'input_invalid', /env has A twice/],
    [{ cwd: 'sub' }, 'input_invalid', /cwd/],
    [{ name: 'a\nb' }, 'input_invalid', /name/],
    [{ powerWatts: -1 }, 'input_invalid', /powerWatts/],
    [{ retries: -1 }, 'input_invalid', /retries/],
    [{ user: '-u' }, 'input_invalid', /user/],
    [{ speed: 1 }, 'input_invalid', /no property "speed"/],
  ];
  for (const [input, code, message] of table) {
    const refusal = await refused(input);
    t.match(refusal, { code, message }, JSON.stringify(input).slice(0, 60));
  }
  t.same(desk.given, []);
});

t.test('who does not sit at the gateway may have run what is allowed, and under his own keys', async (t) => {
  const { ask, refused, desk } = bench();
  t.equal((await refused({}, 'token')).code, 'forbidden');
  t.equal((await refused({ argv: undefined, commandline: 'rm -rf /' }, 'cloud')).code, 'forbidden');
  const input = { commandline: 'make nightly', estimate: '2h', requestKey: 'once' };
  t.match(await ask('job.add', input, 'token'), { owner: 'token:7', cwd: '/srv/jobs' });
  t.match(desk.given, [{ originKey: 'token:7:once' }]);
  t.equal((await refused({ ...input, argv: undefined, user: 'root' }, 'key')).code, 'forbidden');
});

t.test('the folder that the caller is in is one of his choice where he is not the owner', async (t) => {
  const { ask, refused, desk } = bench();
  const input = { commandline: 'make nightly', estimate: '2h', callerFolder: '/home/him' };
  t.match(await refused({ ...input, argv: undefined }, 'token'), { code: 'forbidden', message: /folder/ });
  t.match(await ask('job.add', input), { cwd: '/home/him', warnings: [] });
  t.match(await ask('job.add', { ...input, cwd: '/srv' }), { cwd: '/srv' });
  t.match(await ask('job.add', { ...input, callerFolder: '/shut' }), { cwd: '/srv/jobs' });
  t.match(await refused({ cwd: '/shut' }), { code: 'folder_unusable', message: /go into the folder \/shut/ });
  t.match(desk.given.at(-1)?.warnings, [/^it runs in \/srv\/jobs, not in \/shut: /]);
  t.equal(desk.given.length, 3);
});

t.test('jobs come in pages, newest first, and of the states that were asked for', async (t) => {
  const { ask, desk } = bench();
  for (let id = 1; id <= 5; id += 1) desk.put(id, { state: id % 2 === 0 ? 'failed' : 'waiting' });
  const ids = ({ jobs }: Answer): unknown => (jobs as readonly { readonly id: number }[]).map(({ id }) => id);
  const first = await ask('job.list', { limit: 2 });
  t.same([ids(first), first['next']], [[5, 4], 4]);
  const last = await ask('job.list', { limit: 3, before: 4 });
  t.same([ids(last), last['next']], [[3, 2, 1], null]);
  t.same(ids(await ask('job.list', { states: ['failed'] })), [4, 2]);
});

t.test('one job is shown, read, cancelled and run at once by its number', async (t) => {
  const { ask, desk } = bench();
  desk.put(4);
  desk.outputs.set(4, 'so far\n');
  await t.rejects(ask('job.logs', { id: 4 }), { code: 'not_found' });
  t.match(await ask('job.run-now', { id: 4 }), { state: 'running', run: { trigger: 'manual' } });
  t.match(await ask('job.logs', { id: 4 }), { text: 'so far\n', attempt: 1, isRunning: true });
  t.match(await ask('job.show', { id: 4 }), { id: 4, runs: [], startMs: Number });
  t.match(await ask('job.cancel', { id: 4 }), { state: 'cancelled', run: null, startMs: null });
  await t.rejects(ask('job.cancel', { id: 4 }), { code: 'job_ended' });
  await t.rejects(ask('job.show', { id: 9 }), { code: 'not_found' });
  t.match(await ask('job.purge'), { cancelled: 0 });
});

t.test('where jobs must be kept apart and cannot be, none is taken', async (t) => {
  const { desk, ask, refused } = bench('required');
  await ask('job.add', { estimate: '2h', argv: ['true'] });
  desk.sandboxFacts = { form: 'lesser', reason: 'this machine lacks unshare' };
  t.match(await refused({}), { code: 'sandbox_unavailable', message: /lacks unshare/ });
  t.equal(desk.given.length, 1);
});
