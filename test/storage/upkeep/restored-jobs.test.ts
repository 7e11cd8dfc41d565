import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { restoreDatabase } from '../../../gateway/storage/upkeep/restore-database.ts';
import { beginRun, goodEnd, newJob } from '../jobs.ts';
import { openScratch } from '../scratch.ts';
import {
  appendHour,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  rewrite,
  scratchDirectory,
  zone,
} from './history.ts';

const days = 3;
const nowMs = firstDayMs + days * dayMs;
const laterMs = nowMs + hourMs;
const hour = {
  zone: 'FR',
  startMs: firstDayMs,
  endMs: firstDayMs + hourMs,
  carbonGramsPerKwh: 54.5,
  productionMw: undefined,
  consumptionMw: undefined,
  isEstimated: false,
  updatedMs: firstDayMs,
};

/** 1 has ended, 2 runs, 3 has been queued again, 4 waits; 5 was taken out. */
function fill(service: DatabaseService): void {
  for (let id = 1; id <= 5; id += 1) {
    service.addJob({ ...newJob, originKey: `spool:${id}` });
    service.setJobDecision(id, `why ${id}`);
  }
  for (const id of [1, 2, 3, 5]) beginRun(service, id);
  service.saveJobOutput({ job: 2, attempt: 1, output: 'so far', outputBytes: 6 });
  service.endJobRun({ ...goodEnd, job: 1, attempt: 1, endedMs: nowMs });
  service.endJobRun({ ...goodEnd, job: 3, attempt: 1, outcome: 'failed', state: 'queued' });
  service.endJobRun({ ...goodEnd, job: 5, attempt: 1, endedMs: 1 });
  service.moveJob({ id: 4, from: ['queued'], to: 'waiting', atMs: nowMs });
  service.pruneJobs({ endedBeforeMs: 2, jobsMax: 9, outputsMax: 9 });
  service.putGridHours([hour]);
}

function jobsOf(service: DatabaseService): unknown {
  const jobs = service.listJobs({ rowsMax: 100 });
  return jobs.map((job) => {
    const runs = service.listJobRuns(job.id);
    return { ...job, runs, outputs: runs.map(({ attempt }) => service.jobOutput(job.id, attempt)) };
  });
}

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`jobs, their ids and the grid's hours are all in the new file of a ${kind}`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const before = jobsOf(service);
    rewrite(service, kind, nowMs);
    t.same(jobsOf(service), before);
    t.same(service.listGridHours({ zone: 'FR', fromMs: 0, toMs: nowMs, rowsMax: 9 }), [hour]);
    t.same(service.addJob({ ...newJob, originKey: 'spool:4' }), { id: 4, isNew: false });
    t.same(service.addJob(newJob), { id: 6, isNew: true }, 'not the 5 that was taken out');
    t.match(beginRun(service, 4), { attempt: 1 });
    service.close();
    t.end();
  });

  t.test(`what happens to jobs while a ${kind} copies is in the new file`, (t) => {
    const service = openHistory(scratchDirectory(t), days);
    fill(service);
    const plan = service.beginRewrite(kind, nowMs);
    const copy = service.copyForRewrite(plan);
    beginRun(service, 4);
    service.endJobRun({ ...goodEnd, job: 2, attempt: 1 });
    service.addJob({ ...newJob, originKey: 'spool:6' });
    service.setJobDecision(3, 'another');
    service.pruneJobs({ endedBeforeMs: nowMs + 1, jobsMax: 0, outputsMax: 0 });
    service.putGridHours([{ ...hour, carbonGramsPerKwh: 60 }]);
    const before = jobsOf(service);
    while (service.finishRewrite(plan, copy, nowMs).remaining);
    t.same(jobsOf(service), before);
    t.match(service.findJob(4), { state: 'running' });
    t.match(service.listGridHours({ zone: 'FR', fromMs: 0, toMs: nowMs, rowsMax: 9 }), [
      { carbonGramsPerKwh: 60 },
    ]);
    t.same(service.addJob({ ...newJob, originKey: 'spool:6' }), { id: 6, isNew: false });
    t.equal(service.addJob(newJob).id, 7);
    service.close();
    t.end();
  });
}

/** A backup of the four jobs, after which all of them ended and a sixth came. */
function goneOn(t: Test): { readonly directory: string; readonly backup: string } {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 1);
  fill(service);
  const { path: backup } = service.writeBackup({ nowMs, keep: 3 });
  beginRun(service, 4);
  for (const id of [2, 4]) service.endJobRun({ ...goodEnd, job: id, attempt: 1 });
  beginRun(service, 3);
  service.endJobRun({ ...goodEnd, job: 3, attempt: 2 });
  service.addJob(newJob);
  appendHour(service, 24);
  service.close();
  return { directory, backup };
}

t.test('jobs of a backup that had not ended do not run again by themselves', (t) => {
  const { directory, backup } = goneOn(t);
  const { jobsStopped } = restoreDatabase(directory, backup, laterMs);
  t.equal(jobsStopped, 3);
  const service = openScratch(directory, zone);
  t.match(
    service.listJobs({ rowsMax: 9 }).toReversed(),
    [
      { id: 1, state: 'done', endedMs: nowMs },
      { id: 2, state: 'failed', endedMs: laterMs },
      { id: 3, state: 'missed', endedMs: laterMs, decision: 'why 3' },
      { id: 4, state: 'missed', endedMs: laterMs },
    ],
    'as they were, but for those that were open',
  );
  t.match(service.listJobRuns(2), [{ outcome: 'interrupted', endedMs: laterMs, problem: /restored/ }]);
  t.equal(service.jobOutput(2, 1), 'so far');
  t.same(service.settleJobRuns(laterMs), []);
  for (const id of [1, 2, 3, 4]) t.equal(beginRun(service, id, 'another'), undefined);
  t.same(service.addJob({ ...newJob, originKey: 'spool:4' }), { id: 4, isNew: false });
  t.same(
    service.addJob(newJob),
    { id: 7, isNew: true },
    'the ids of the database before are not given again',
  );
  t.equal(service.moveJob({ id: 4, from: ['missed'], to: 'queued', atMs: laterMs }), true);
  t.match(beginRun(service, 4), { attempt: 1 }, 'people may say that it is to run');
  service.close();
  t.end();
});

t.test('where the database before cannot be read, or is elsewhere, ids are left out', (t) => {
  const { directory, backup } = goneOn(t);
  const elsewhere = scratchDirectory(t);
  restoreDatabase(elsewhere, backup, laterMs);
  writeFileSync(join(directory, 'egw.db'), 'damage '.repeat(1_000));
  restoreDatabase(directory, backup, laterMs);
  for (const restored of [elsewhere, directory]) {
    const service = openScratch(restored, zone);
    t.equal(service.addJob(newJob).id, 10_006);
    service.close();
  }
  t.end();
});

t.test('a backup with damaged jobs is restored, and what is intact of them is settled', (t) => {
  const { directory, backup } = goneOn(t);
  const damaged = join(scratchDirectory(t), 'damaged.db');
  const file = new Sqlite(backup, { readonly: true });
  file.prepare('VACUUM INTO ?').run(damaged);
  file.close();
  const spoilt = new Sqlite(damaged);
  spoilt.exec("UPDATE job SET owner = 'x' WHERE id = 4; UPDATE job_run SET started_ms = 1 WHERE job = 2");
  spoilt.close();
  const report = restoreDatabase(directory, damaged, laterMs);
  t.equal(report.damage.length, 2);
  t.ok(existsSync(String(report.keptAs)));
  const service = openScratch(directory, zone);
  t.throws(() => service.listJobs({ rowsMax: 9 }), { code: 'database_unreadable' });
  t.match(
    service.listJobs({ rowsMax: 9 }).map(({ id, state }) => [id, state]),
    [
      [3, 'missed'],
      [2, 'failed'],
      [1, 'done'],
    ],
  );
  t.match(service.listJobRuns(2), [{ outcome: 'interrupted', problem: /lost/ }]);
  service.close();
  t.end();
});
