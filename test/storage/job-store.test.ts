import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import {
  jobStates,
  type JobState,
  type RunEnding,
  type RunOutcome,
} from '../../gateway/storage/job-calls.ts';
import { beginRun, goodEnd, newJob } from './jobs.ts';
import { NaiveJobs, type JobStep } from './naive-jobs.ts';
import { openScratch, startMs } from './scratch.ts';

const atMs = startMs + 5_000;

/** A job in that state, as it comes there. */
function jobIn(service: DatabaseService, state: JobState): number {
  const { id } = service.addJob(newJob);
  if (state === 'running' || state === 'done') beginRun(service, id);
  if (state === 'done') service.endJobRun({ ...goodEnd, job: id, attempt: 1 });
  else if (state !== 'queued' && state !== 'running')
    service.moveJob({ id, from: ['queued'], to: state, atMs });
  return id;
}

t.test('a job is kept as it was given, with the next id', (t) => {
  const service = openScratch(t.testdir());
  const definition = JSON.stringify({ line: 'echo "é\u0000\u2028" \ud83d\ude00', nested: { rows: [1, 2] } });
  t.same(service.addJob({ ...newJob, definition }), { id: 1, isNew: true });
  t.same(service.addJob(newJob), { id: 2, isNew: true }, 'without a key the same again is another one');
  t.same(service.findJob(1), {
    ...newJob,
    id: 1,
    state: 'queued',
    definition,
    endedMs: null,
    decision: null,
  });
  t.equal(service.findJob(3), undefined);
  service.close();
  t.end();
});

t.test('words that are no proper Unicode do not make a row that fails its check', (t) => {
  const service = openScratch(t.testdir());
  const odd = 'x\ud800\u0000';
  const { id } = service.addJob({ ...newJob, owner: odd, definition: odd, originKey: odd });
  t.same(service.addJob({ ...newJob, originKey: odd }), { id, isNew: false });
  service.setJobDecision(id, odd);
  beginRun(service, id, odd);
  t.equal(beginRun(service, id, odd)?.attempt, 1);
  service.endJobRun({ ...goodEnd, job: id, attempt: 1, signal: odd, problem: odd, output: odd });
  const [kept, run] = [service.findJob(id), service.listJobRuns(id)[0]];
  for (const text of [kept?.owner, kept?.definition, kept?.decision, run?.runKey, run?.signal, run?.problem])
    t.equal(text, 'x\ufffd\u0000');
  t.equal(service.jobOutput(id, 1), 'x\ufffd\u0000');
  t.equal(service.checkStep({ stage: 4, key: [] }).damage, null);
  service.close();
  t.end();
});

t.test('a key of an origin answers the job that has it, through restarts and in every state', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  const ids = jobStates.map((state) => {
    const { id } = service.addJob({ ...newJob, originKey: `spool:${state}` });
    if (state === 'missed') service.moveJob({ id, from: ['queued'], to: 'missed', atMs });
    return id;
  });
  service.close();
  service = openScratch(directory);
  for (const [index, state] of jobStates.entries()) {
    const again = service.addJob({ ...newJob, originKey: `spool:${state}`, definition: 'another' });
    t.same(again, { id: ids[index], isNew: false });
  }
  t.equal(service.listJobs({ rowsMax: 100 }).length, jobStates.length);
  service.close();
  t.end();
});

t.test('an id that is there is not given again, though what was noted of it is gone', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  service.addJob(newJob);
  service.addJob(newJob);
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'));
  file.exec("DELETE FROM mark WHERE name = 'job_last_id'");
  file.close();
  service = openScratch(directory);
  t.same(service.addJob(newJob), { id: 3, isNew: true });
  service.close();
  t.end();
});

t.test('times that are none are refused, and nothing is added', (t) => {
  const service = openScratch(t.testdir());
  for (const badMs of [NaN, Infinity, -1, 1.5, 253_402_300_800_000]) {
    t.throws(() => service.addJob({ ...newJob, deadlineMs: badMs, originKey: 'a' }), {
      code: 'input_invalid',
      message: /deadline/,
    });
    t.throws(() => service.addJob({ ...newJob, queuedMs: badMs }), { code: 'input_invalid' });
  }
  t.same(
    service.addJob({ ...newJob, originKey: 'a' }),
    { id: 1, isNew: true },
    'nor is an id or a key taken',
  );
  t.throws(() => service.beginJobRun({ job: 1, runKey: 'k', trigger: 'manual', startedMs: NaN }), {
    code: 'input_invalid',
  });
  t.match(service.findJob(1), { state: 'queued' });
  beginRun(service, 1);
  t.throws(() => service.endJobRun({ ...goodEnd, job: 1, attempt: 1, endedMs: 0.5 }), {
    code: 'input_invalid',
  });
  t.match(service.findJob(1), { state: 'running' });
  service.close();
  t.end();
});

t.test('a run begins from queued and waiting alone, and once', (t) => {
  const service = openScratch(t.testdir());
  for (const state of jobStates) {
    const id = jobIn(service, state);
    const mayBegin = state === 'queued' || state === 'waiting';
    const run = service.beginJobRun({ job: id, runKey: 'another', trigger: 'manual', startedMs: atMs });
    t.equal(run !== undefined, mayBegin, state);
    t.match(service.findJob(id), { state: mayBegin ? 'running' : state, endedMs: endedIn(state, mayBegin) });
    t.equal(beginRun(service, id, 'a third'), undefined, `${state}, once more`);
  }
  t.equal(beginRun(service, 99), undefined, 'of no job');
  service.close();
  t.end();
});

function endedIn(state: JobState, hasBegun: boolean): number | null {
  if (hasBegun || state === 'running') return null;
  return state === 'done' ? goodEnd.endedMs : atMs;
}

t.test('the same run key again answers the run while it runs, and not when it has ended', (t) => {
  const service = openScratch(t.testdir());
  const id = jobIn(service, 'queued');
  const run = beginRun(service, id);
  t.same(beginRun(service, id), run);
  service.endJobRun({ ...goodEnd, job: id, attempt: 1, outcome: 'failed', exitCode: 3, state: 'queued' });
  t.match(beginRun(service, id), { attempt: 2 }, 'queued again, it is another run');
  t.equal(service.listJobRuns(id).length, 2);
  service.close();
  t.end();
});

t.test('a job is moved from the states that are named, to every state without a run', (t) => {
  const service = openScratch(t.testdir());
  for (const from of jobStates) {
    for (const to of ['queued', 'waiting', 'failed', 'cancelled', 'missed'] as const) {
      const id = jobIn(service, from);
      const before = service.findJob(id);
      t.equal(service.moveJob({ id, from: jobStates.filter((state) => state !== from), to, atMs }), false);
      t.same(service.findJob(id), before);
      const isMoved = from !== 'running';
      t.equal(service.moveJob({ id, from: [from], to, atMs: atMs + 1 }), isMoved, `${from} to ${to}`);
      const isSame = from === to || !isMoved;
      const endedMs = to === 'queued' || to === 'waiting' ? null : atMs + 1;
      t.match(service.findJob(id), isSame ? before : { state: to, endedMs });
    }
  }
  t.equal(service.moveJob({ id: 999, from: jobStates, to: 'failed', atMs }), false);
  service.close();
  t.end();
});

t.test('a run ends once, and tells what the job has come to', (t) => {
  const service = openScratch(t.testdir());
  const ends: readonly [Exclude<RunOutcome, 'running'>, RunEnding['state']][] = [
    ['done', 'done'],
    ['failed', 'failed'],
    ['failed', 'queued'],
    ['timeout', 'queued'],
    ['cancelled', 'cancelled'],
    ['stopped', 'queued'],
    ['interrupted', 'failed'],
  ];
  for (const [outcome, state] of ends) {
    const id = jobIn(service, 'running');
    const end = { ...goodEnd, exitCode: null, signal: 'SIGKILL', problem: 'it was ended' };
    service.endJobRun({ ...end, job: id, attempt: 2, outcome, state });
    t.match(service.findJob(id), { state: 'running' }, 'another attempt is not its run');
    service.endJobRun({ ...end, job: id, attempt: 1, outcome, state });
    service.endJobRun({ ...goodEnd, job: id, attempt: 1, output: 'late' });
    t.match(service.findJob(id), { state, endedMs: state === 'queued' ? null : goodEnd.endedMs });
    t.match(service.listJobRuns(id), [
      { outcome, exitCode: null, signal: 'SIGKILL', problem: 'it was ended', endedMs: goodEnd.endedMs },
    ]);
    t.equal(service.jobOutput(id, 1), 'well\n');
  }
  service.close();
  t.end();
});

t.test('what a run prints is kept as far as it has come, and stays when it was interrupted', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  const id = jobIn(service, 'running');
  t.equal(service.jobOutput(id, 1), '');
  service.saveJobOutput({ job: id, attempt: 1, output: 'one\n', outputBytes: 4 });
  service.saveJobOutput({ job: id, attempt: 1, output: 'not written', outputBytes: 4 });
  service.saveJobOutput({ job: id, attempt: 2, output: 'of no run', outputBytes: 9 });
  t.equal(service.jobOutput(id, 1), 'one\n', 'nothing is written where nothing was printed');
  service.close();
  service = openScratch(directory);
  t.match(service.settleJobRuns(atMs), [{ job: id, outcome: 'interrupted', endedMs: atMs, outputBytes: 4 }]);
  service.saveJobOutput({ job: id, attempt: 1, output: 'late', outputBytes: 40 });
  t.equal(service.jobOutput(id, 1), 'one\n');
  t.throws(() => service.jobOutput(id, 2), { code: 'not_found', message: /no run 2/ });
  t.throws(() => service.jobOutput(99, 1), { code: 'not_found' });
  service.close();
  t.end();
});

t.test('the longest output there can be is kept whole', (t) => {
  const service = openScratch(t.testdir());
  const id = jobIn(service, 'running');
  // What is no text comes as U+FFFD, three bytes for one.
  const output = '\ufffd'.repeat(limits.jobOutputBytesMax);
  service.endJobRun({ ...goodEnd, job: id, attempt: 1, output, outputBytes: 10 ** 12 });
  t.equal(service.jobOutput(id, 1), output);
  t.match(service.listJobRuns(id), [{ outputBytes: 10 ** 12 }]);
  service.close();
  t.end();
});

t.test(
  'runs that a life before began are interrupted, and told until it is said how their jobs go on',
  (t) => {
    const directory = t.testdir();
    let service = openScratch(directory);
    const [first, second, third] = [
      jobIn(service, 'running'),
      jobIn(service, 'running'),
      jobIn(service, 'waiting'),
    ];
    service.endJobRun({ ...goodEnd, job: first, attempt: 1, outcome: 'failed', state: 'queued' });
    beginRun(service, first, 'again');
    service.close();
    service = openScratch(directory);
    const settled = service.settleJobRuns(atMs);
    t.match(settled, [
      { job: first, attempt: 2, runKey: 'again', outcome: 'interrupted', endedMs: atMs },
      { job: second, attempt: 1, outcome: 'interrupted' },
    ]);
    t.equal(beginRun(service, second), undefined, 'nothing begins by itself');
    t.equal(service.moveJob({ id: first, from: ['running'], to: 'queued', atMs }), true);
    service.close();
    service = openScratch(directory);
    t.match(service.settleJobRuns(atMs + 9), [{ job: second, outcome: 'interrupted', endedMs: atMs }]);
    t.match(service.findJob(third), { state: 'waiting' });
    t.match(beginRun(service, first, 'a third'), { attempt: 3 });
    service.close();
    t.end();
  },
);

t.test('what says the same again writes nothing', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  const id = jobIn(service, 'waiting');
  service.setJobDecision(id, '{"reason":"better_later"}');
  service.setJobDecision(99, 'of no job');
  const running = jobIn(service, 'running');
  service.saveJobOutput({ job: running, attempt: 1, output: 'one\n', outputBytes: 4 });
  const { walBytes } = service.databaseStatus();
  service.setJobDecision(id, '{"reason":"better_later"}');
  service.moveJob({ id, from: ['waiting'], to: 'waiting', atMs });
  service.saveJobOutput({ job: running, attempt: 1, output: 'one\n', outputBytes: 4 });
  beginRun(service, running);
  service.endJobRun({ ...goodEnd, job: id, attempt: 1 });
  service.pruneJobs({ endedBeforeMs: 0, jobsMax: 9, outputsMax: 9 });
  t.equal(service.databaseStatus().walBytes, walBytes);
  t.match(service.findJob(id), { decision: '{"reason":"better_later"}' });
  t.equal(service.findJob(99), undefined);
  service.close();
  t.end();
});

t.test('jobs are listed newest first, by their states, page by page', (t) => {
  const service = openScratch(t.testdir());
  const ids = [...jobStates, ...jobStates].map((state) => jobIn(service, state));
  t.same(
    service.listJobs({ rowsMax: 100 }).map(({ id }) => id),
    ids.toReversed(),
  );
  const open = service.listJobs({ states: ['queued', 'waiting'], rowsMax: 3 });
  t.same(
    open.map(({ id, state }) => [id, state]),
    [
      [9, 'waiting'],
      [8, 'queued'],
      [2, 'waiting'],
    ],
  );
  t.match(service.listJobs({ states: ['queued', 'waiting'], beforeId: 2, rowsMax: 3 }), [{ id: 1 }]);
  t.same(service.listJobs({ states: [], rowsMax: 3 }), []);
  t.same(service.countJobs(), {
    queued: 2,
    waiting: 2,
    running: 2,
    done: 2,
    failed: 2,
    cancelled: 2,
    missed: 2,
  });
  service.close();
  t.end();
});

t.test('old jobs go with all that is theirs, open ones never, and ids are not given again', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  const kept = [jobIn(service, 'queued'), jobIn(service, 'running')];
  const ended = [1, 2, 3].map((minute) => {
    const { id } = service.addJob({ ...newJob, originKey: `spool:${minute}` });
    beginRun(service, id);
    service.setJobDecision(id, 'why');
    service.endJobRun({ ...goodEnd, job: id, attempt: 1, endedMs: startMs + minute * 60_000 });
    return id;
  });
  service.saveJobOutput({ job: 2, attempt: 1, output: 'it still runs', outputBytes: 13 });
  t.equal(service.pruneJobs({ endedBeforeMs: startMs + 60_000, jobsMax: 3, outputsMax: 3 }), 0);
  t.equal(service.pruneJobs({ endedBeforeMs: startMs + 60_001, jobsMax: 3, outputsMax: 3 }), 1);
  t.equal(service.findJob(ended[0] ?? 0), undefined);
  t.equal(service.pruneJobs({ endedBeforeMs: 0, jobsMax: 1, outputsMax: 0 }), 1, 'the older one of two');
  t.same(
    service.listJobs({ rowsMax: 9 }).map(({ id }) => id),
    [ended[2], ...kept.toReversed()],
  );
  t.equal(service.jobOutput(ended[2] ?? 0, 1), '', 'its output had to go');
  t.equal(service.jobOutput(2, 1), 'it still runs');
  t.equal(service.pruneJobs({ endedBeforeMs: startMs * 2, jobsMax: 0, outputsMax: 0 }), 1);
  t.same(rowsOf(directory), { job: 2, job_run: 1, job_output: 1, job_decision: 0, job_origin: 0 });
  service.close();
  service = openScratch(directory);
  t.same(service.addJob({ ...newJob, originKey: 'spool:1' }), { id: 6, isNew: true });
  service.close();
  t.end();
});

function rowsOf(directory: string): Record<string, number> {
  const file = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const tables = ['job', 'job_run', 'job_output', 'job_decision', 'job_origin'];
  const counts = tables.map((table) => [
    table,
    Number(file.prepare(`SELECT count(*) FROM ${table}`).pluck().get()),
  ]);
  file.close();
  return Object.fromEntries(counts) as Record<string, number>;
}

t.test('after any calls and restarts the jobs are as a naive model has them', (t) => {
  const step = fc.record({
    does: fc.constantFrom<JobStep | 'restart'>('add', 'begin', 'begin', 'end', 'move', 'settle', 'restart'),
    job: fc.integer({ min: 1, max: 4 }),
    pick: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const directory = t.testdir();
      let service = openScratch(directory);
      const model = new NaiveJobs();
      for (const { does, job, pick } of steps) {
        if (does === 'restart') {
          service.close();
          service = openScratch(directory);
        } else model.take(service, does, { job, pick });
        assert.deepEqual(NaiveJobs.of(service), model.jobs);
      }
      service.close();
    }),
    { numRuns: 25 },
  );
  t.end();
});
