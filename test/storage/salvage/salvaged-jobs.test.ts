import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { JobState } from '../../../gateway/storage/job-calls.ts';
import { makeScratch } from '../faults/appender-process.ts';
import { beginRun, goodEnd, newJob } from '../jobs.ts';
import { openScratch, startMs } from '../scratch.ts';
import { damage, seeded, type DamageKind } from './damage.ts';
import { copyHome } from './damaged-home.ts';
import { again, pageBytes, pageOf, putBack, spoil } from './spoil.ts';

t.setTimeout(120_000);
const folder = makeScratch();
t.teardown(() => rmSync(folder, { recursive: true }));
const atMs = startMs + 60_000;

function homeWith(name: string, build: (service: DatabaseService) => void): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  const service = openScratch(directory);
  build(service);
  service.close();
  return directory;
}

/** 1 has run, 2 runs, 3 waits to be tried again, 4 waits. */
function fourJobs(service: DatabaseService): void {
  for (let id = 1; id <= 4; id += 1) service.addJob({ ...newJob, originKey: `spool:${id}` });
  for (const id of [1, 2, 3]) beginRun(service, id);
  service.endJobRun({ ...goodEnd, job: 1, attempt: 1 });
  service.endJobRun({ ...goodEnd, job: 3, attempt: 1, outcome: 'failed', exitCode: 1, state: 'queued' });
  service.moveJob({ id: 4, from: ['queued'], to: 'waiting', atMs });
}

function statesOf(service: DatabaseService): Readonly<Record<number, JobState>> {
  const jobs = again(() => service.listJobs({ rowsMax: 100 }));
  return Object.fromEntries(jobs.map(({ id, state }) => [id, state]));
}

const undamaged = { 1: 'done', 2: 'running', 3: 'queued', 4: 'waiting' } as const;

t.test('a job whose row is damaged is lost, the others go on, and its key is not taken again', (t) => {
  for (const lost of [1, 2, 3, 4]) {
    const directory = homeWith(`lost-${lost}`, fourJobs);
    spoil(directory, `UPDATE job SET owner = 'somebody' WHERE id = ${lost}`);
    const service = openScratch(directory);
    const others = Object.fromEntries(Object.entries(undamaged).filter(([id]) => Number(id) !== lost));
    t.throws(() => service.listJobs({ rowsMax: 100 }), { code: 'database_unreadable' });
    t.same(statesOf(service), others);
    t.same(service.addJob({ ...newJob, originKey: `spool:${lost}` }), { id: lost, isNew: false });
    t.equal(beginRun(service, lost), undefined);
    t.same(service.listJobRuns(lost), [], 'nor are its runs left behind');
    t.same(service.addJob(newJob), { id: 5, isNew: true });
    t.match(service.salvageNote(), { tables: ['job'] });
    service.close();
  }
  t.end();
});

t.test('a run whose row is damaged was begun all the same', (t) => {
  for (const [job, outcome] of [
    [1, 'interrupted'],
    [2, 'running'],
    [3, 'interrupted'],
  ] as const) {
    const directory = homeWith(`lost-run-${job}`, fourJobs);
    spoil(directory, `UPDATE job_run SET started_ms = 1 WHERE job = ${job}`);
    const service = openScratch(directory);
    t.match(
      again(() => service.listJobRuns(job)),
      [],
    );
    t.match(service.listJobRuns(job), [{ attempt: 1, outcome, problem: /lost/ }]);
    t.same(statesOf(service), undamaged);
    t.match(service.settleJobRuns(atMs), [{ job: 2, attempt: 1, outcome: 'interrupted' }]);
    t.match(beginRun(service, 3, 'again'), { attempt: 2 }, 'the number of a run is not used again');
    service.close();
  }
  t.end();
});

t.test('a page of jobs from before does not make one wait that was begun since', (t) => {
  const states = {
    running: (service: DatabaseService) => void beginRun(service, 1),
    done: (service: DatabaseService) => {
      beginRun(service, 1);
      service.endJobRun({ ...goodEnd, job: 1, attempt: 1 });
    },
    failed: (service: DatabaseService) => {
      beginRun(service, 1);
      service.endJobRun({ ...goodEnd, job: 1, attempt: 1, outcome: 'timeout', state: 'queued' });
    },
  };
  for (const [state, goOn] of Object.entries(states)) {
    const directory = homeWith(`page-${state}`, (service) => void service.addJob(newJob));
    const page = pageOf(directory, 'job');
    const service = openScratch(directory);
    goOn(service);
    service.close();
    putBack(directory, page);
    const judged = openScratch(directory);
    t.match(judged.findJob(1), { state: 'queued' }, 'as the page has it');
    t.throws(() => beginRun(judged, 1, 'another'), { code: 'database_unreadable' });
    t.equal(beginRun(judged, 1, 'another'), undefined);
    t.match(judged.findJob(1), { state });
    t.equal(judged.listJobRuns(1).length, 1);
    judged.close();
  }
  t.end();
});

t.test('a page of runs from before neither hides that a job was begun, nor that it ended', (t) => {
  const directory = homeWith('page-runs', (service) => {
    service.addJob(newJob);
    service.addJob(newJob);
    beginRun(service, 1);
  });
  const page = pageOf(directory, 'job_run');
  const service = openScratch(directory);
  service.endJobRun({ ...goodEnd, job: 1, attempt: 1 });
  beginRun(service, 2);
  service.close();
  putBack(directory, page);
  const judged = openScratch(directory);
  const settled = again(() => judged.settleJobRuns(atMs));
  t.match(settled, [{ job: 2, attempt: 1, outcome: 'interrupted', problem: /lost/ }]);
  t.match(judged.findJob(1), { state: 'done' });
  t.match(judged.listJobRuns(1), [{ outcome: 'interrupted', problem: /how this run ended/ }]);
  t.equal(beginRun(judged, 2, 'another'), undefined);
  judged.close();
  t.end();
});

t.test('when the newest commits are gone, what waits is missed, and ids are skipped', (t) => {
  const directory = homeWith('log-gone', () => undefined);
  const service = openScratch(directory);
  fourJobs(service);
  const copied = join(folder, 'log-gone-copy');
  mkdirSync(copied);
  // The index of the log tells that there was one.
  for (const name of ['egw.db', 'egw.db-shm']) copyFileSync(join(directory, name), join(copied, name));
  service.close();
  const empty = openScratch(copied);
  t.same(statesOf(empty), {});
  t.ok(empty.addJob(newJob).id > 10_000);
  empty.close();
  t.end();
});

t.test('a job that waits is missed when commits that stood behind it are gone', (t) => {
  const directory = homeWith('log-damaged', fourJobs);
  const service = openScratch(directory);
  for (let index = 0; index < 20; index += 1) service.putSetting('other', String(index));
  const copied = join(folder, 'log-damaged-copy');
  mkdirSync(copied);
  for (const name of ['egw.db', 'egw.db-wal', 'egw.db-shm'])
    copyFileSync(join(directory, name), join(copied, name));
  service.close();
  const log = readFileSync(join(copied, 'egw.db-wal'));
  log.fill(0xff, 2_000, 3_000);
  writeFileSync(join(copied, 'egw.db-wal'), log);
  const judged = openScratch(copied);
  t.same(statesOf(judged), { ...undamaged, 3: 'missed', 4: 'missed' });
  t.match(judged.findJob(4), { endedMs: startMs });
  t.match(judged.salvageNote(), { tables: ['job'] });
  t.equal(beginRun(judged, 4), undefined);
  t.equal(judged.moveJob({ id: 4, from: ['missed'], to: 'queued', atMs }), true, 'people may say so');
  t.match(beginRun(judged, 4), { attempt: 1 });
  judged.close();
  t.end();
});

t.test('what was pruned or has gone on does not come back from a page that is free', (t) => {
  const directory = homeWith('free-pages', (service) => void service.addJob(newJob));
  const { bytes } = pageOf(directory, 'job');
  const before = openScratch(directory);
  const definition = JSON.stringify({ line: 'x'.repeat(9_000) });
  for (let id = 2; id <= 20; id += 1) before.addJob({ ...newJob, definition });
  for (let id = 1; id <= 20; id += 1)
    before.moveJob({ id, from: ['queued'], to: id < 20 ? 'missed' : 'waiting', atMs });
  t.equal(before.pruneJobs({ endedBeforeMs: atMs + 1, jobsMax: 99, outputsMax: 99 }), 19);
  before.putSetting('name', 'value');
  before.close();
  const path = join(directory, 'egw.db');
  const file = readFileSync(path);
  bytes.copy(file, freePageOf(file));
  // No list tells any more that it is free, and a broken tree has all pages looked at.
  file.fill(0, 32, 40);
  const setting = pageOf(directory, 'setting');
  file.fill(0, setting.from, setting.from + pageBytes);
  writeFileSync(path, file);
  const service = openScratch(directory);
  t.throws(() => service.getSetting('name'), { code: 'database_unreadable' });
  t.same(statesOf(service), { 20: 'waiting' });
  t.match(service.salvageNote(), { tables: ['setting'] }, 'that is no damage of jobs');
  service.close();
  t.end();
});

/** Where a page is that nothing leads to: the first that the first trunk of the free list names. */
function freePageOf(file: Buffer): number {
  const trunk = (file.readUInt32BE(32) - 1) * pageBytes;
  return (file.readUInt32BE(trunk + 8) - 1) * pageBytes;
}

t.test('no damage of the file lets a job begin that had begun', (t) => {
  const jobs = 30;
  const home = homeWith('many', (service) => {
    for (let id = 1; id <= jobs; id += 1) {
      service.addJob({
        ...newJob,
        definition: `{"line":"${'x'.repeat(id * 20)}"}`,
        originKey: `spool:${id}`,
      });
      service.setJobDecision(id, `why ${id}`);
    }
    for (let id = 1; id <= jobs; id += 1) {
      if (id % 3 === 0) continue;
      beginRun(service, id);
      if (id % 3 === 1) service.endJobRun({ ...goodEnd, job: id, attempt: 1, output: 'x'.repeat(id) });
    }
  });
  const kinds: readonly DamageKind[] = ['flip', 'flips', 'page', 'truncated', 'header'];
  let salvaged = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = seeded(seed);
    const directory = join(folder, `trial-${seed}`);
    copyHome(home, directory);
    const said = `seed ${seed}: ${damage(directory, kinds[seed % kinds.length] ?? 'flip', random)}`;
    const service = openScratch(directory);
    again(() => service.listJobs({ rowsMax: jobs }));
    again(() => service.settleJobRuns(atMs));
    for (let id = 1; id <= jobs; id += 1) {
      const run = again(() => beginRun(service, id, 'another'));
      assert.ok(run === undefined || id % 3 === 0, `${said}: job ${id} begins again`);
      const added = again(() => service.addJob({ ...newJob, originKey: `spool:${id}` }));
      assert.ok(!added.isNew || added.id > jobs, `${said}: the id ${added.id} is given again`);
    }
    if (again(() => service.salvageNote()) !== null) salvaged += 1;
    service.close();
    rmSync(directory, { recursive: true });
  }
  t.ok(salvaged > 8, `${salvaged} were salvaged`);
  t.end();
});
