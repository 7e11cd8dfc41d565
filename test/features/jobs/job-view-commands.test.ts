import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import type { CommandCall, Principal } from '../../../gateway/features/command.ts';
import type { JobDecision, JobSaving } from '../../../gateway/features/jobs/decision.ts';
import type { AllowList } from '../../../gateway/features/jobs/jobs-section.ts';
import { bindJobViewCommands } from '../../../gateway/features/jobs/job-view-commands.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { StubJobs } from '../../faces/web/stub-jobs.ts';
import { StubSignals } from '../../faces/web/stub-signals.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const call: CommandCall = {
  principal: { kind: 'token', id: 'token:1', scopes: new Set(['read']) },
  signal: new AbortController().signal,
  origin: '192.168.1.7',
};

function createViews(): {
  readonly time: ManualTime;
  readonly jobs: StubJobs;
  readonly signals: StubSignals;
  ask(id: string, input?: Readonly<Record<string, unknown>>, by?: Partial<Principal>): Promise<unknown>;
  readonly settings: { remoteCommands: 'allow-list' | 'any'; readonly allow: AllowList };
} {
  const time = new ManualTime();
  const jobs = new StubJobs(() => time.wall());
  const signals = new StubSignals(() => time.wall());
  const settings: { remoteCommands: 'allow-list' | 'any'; allow: AllowList } = {
    remoteCommands: 'allow-list',
    allow: { lines: ['backup.sh --all'], programs: [] },
  };
  const audit = { call: () => Promise.reject(new Error('what only reads is not audited')) };
  const dispatcher = createDispatcher(bindJobViewCommands({ desk: jobs, signals, clock: time, settings }), {
    audit,
    clock: time,
    logger: silentLogger,
    checkOutput: true,
  });
  const ask = (id: string, input = {}, by = {}): Promise<unknown> =>
    dispatcher.dispatch(id, { ...input }, { ...call, principal: { ...call.principal, ...by } });
  return { time, jobs, signals, ask, settings };
}

function decided(saving: JobSaving | undefined): JobDecision {
  const means = { carbonGramsPerKwh: undefined, priceMicroEurosPerKwh: undefined };
  const words = { reason: 'best_now' as const, words: 'the cleanest time', warnings: [] };
  return { decidedMs: 0, ...words, slots: [], expected: means, ifAtOnce: means, saving };
}

const saving: JobSaving = {
  energyKwh: 0.2,
  isPowerAssumed: true,
  carbonGrams: { actual: 8, atOnce: 20, best: 6 },
  microEuros: { actual: 34_000, atOnce: 43_000, best: 34_000 },
  isFinal: false,
};

t.test('savings are those of jobs that ended in the time asked for', async (t) => {
  const { time, jobs, ask } = createViews();
  const nowMs = time.wall();
  jobs.put(1, { state: 'done', endedMs: nowMs - 31 * dayMs, decision: decided(saving) });
  jobs.put(2, { state: 'done', endedMs: nowMs - 29 * dayMs, decision: decided(saving) });
  jobs.put(3, { state: 'failed', endedMs: nowMs - hourMs, decision: decided({ ...saving, isFinal: true }) });
  jobs.put(4, { state: 'done', endedMs: nowMs - hourMs, decision: decided(undefined) });
  jobs.put(5, { state: 'waiting', decision: decided(saving) });
  t.match(await ask('job.savings'), {
    fromMs: nowMs - 30 * dayMs,
    toMs: nowMs,
    jobs: 2,
    energyKwh: 0.4,
    assumedPower: 2,
    open: 1,
    carbonGrams: { jobs: 2, actual: 16, atOnce: 40, best: 12 },
    isWhole: true,
  });
  t.match(await ask('job.savings', { days: 366 }), { jobs: 3 });
  await t.rejects(ask('job.savings', { days: 0 }), { code: 'input_invalid' });
});

t.test('more jobs than are asked of the store at once are all looked at, up to the limit', async (t) => {
  const { time, jobs, ask } = createViews();
  const facts = { state: 'done', endedMs: time.wall(), decision: decided(saving) } as const;
  for (let id = 1; id <= 405; id += 1) jobs.put(id, facts);
  t.match(await ask('job.savings'), { jobs: 405, isWhole: true });
  for (let id = 406; id <= 2_100; id += 1) jobs.put(id, facts);
  t.match(await ask('job.savings'), { jobs: 2_000, isWhole: false });
});

t.test('a gateway without jobs has saved nothing, and knows nothing', async (t) => {
  const { signals, ask } = createViews();
  t.match(await ask('job.savings'), { jobs: 0, carbonGrams: null, microEuros: null, isWhole: true });
  signals.forget('no source of the grid is configured');
  const none = { slots: [], unknown: 'no source of the grid is configured' };
  t.match(await ask('job.outlook'), {
    carbon: none,
    price: none,
    surplus: none,
    red: none,
    own_export: none,
  });
});

t.test('the outlook is that of the time asked for, two days ahead unless said', async (t) => {
  const { time, ask } = createViews();
  const nowMs = time.wall();
  t.match(await ask('job.outlook'), { fromMs: nowMs - hourMs, toMs: nowMs + 48 * hourMs });
  const range = { from: String(nowMs), to: String(nowMs + 2 * hourMs) };
  const { carbon, price } = (await ask('job.outlook', range)) as Record<
    'carbon' | 'price',
    { slots: unknown[] }
  >;
  t.match(carbon, { slots: [{ startMs: nowMs, basis: 'known' }, { basis: 'forecast' }], unknown: null });
  t.equal(carbon.slots.length, 2);
  t.equal(price.slots.length, 2);
});

t.test('a time that is none, turned round or longer than two weeks is refused', async (t) => {
  const { time, ask } = createViews();
  await t.rejects(ask('job.outlook', { from: 'yesterday' }), { code: 'input_invalid' });
  await t.rejects(ask('job.outlook', { to: '48h' }), { code: 'input_invalid' });
  const to = String(time.wall() + 13.99 * dayMs);
  await t.rejects(ask('job.outlook', { from: '2h', to }), { code: 'input_invalid', hint: /14 days/ });
  t.match(await ask('job.outlook', { from: '0s', to }), { fromMs: Number(time.wall()) });
});

t.test('who may only look is told so, and who may run what is allowed gets its lines', async (t) => {
  const { ask, settings } = createViews();
  const scopes = new Set(['read', 'jobs:run'] as const);
  t.same(await ask('job.rights'), { mayRun: false, mayRunAny: false, lines: [] });
  const lines = ['backup.sh --all'];
  t.same(await ask('job.rights', {}, { scopes }), { mayRun: true, mayRunAny: false, lines });
  t.same(await ask('job.rights', {}, { scopes, kind: 'local' }), { mayRun: true, mayRunAny: true, lines });
  settings.remoteCommands = 'any';
  t.same(await ask('job.rights', {}, { scopes }), { mayRun: true, mayRunAny: true, lines });
  t.same(await ask('job.rights'), { mayRun: false, mayRunAny: false, lines: [] });
});
