import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { goodFile, SpoolScene, startMs } from './spool-scene.ts';

t.test("the ancestor's file becomes a job of sh, and is put to what is done", async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  const name = '2026-11-21_12-00-00_abcdefghijklmnop.json';
  scene.put(name, '{"estimate": "2h", "deadline": "2026-11-22 12:00:00", "commandline": "python script.py"}');
  await scene.look();
  t.same(scene.in('given'), []);
  t.same(scene.in('.claimed'), []);
  t.same(scene.in('done'), [name]);
  const [[key, job] = []] = [...scene.desk.jobs];
  t.match(key, /^spool:[0-9a-f-]{36}$/);
  t.match(job, {
    owner: 'spool',
    deadlineMs: Date.UTC(2026, 10, 22, 12),
    definition: { command: { line: 'python script.py' }, estimateMs: 7_200_000, when: [{ kind: 'surplus' }] },
  });
  t.match(scene.spool.facts(), { problem: undefined, waiting: 0, taken: 1, rejected: [] });
});

t.test('what is there at the start is taken, in the order of its names', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  for (const name of ['b', 'a', 'c']) scene.put(`${name}.json`, goodFile.replace('echo hi', name));
  scene.restarted();
  await scene.look();
  t.same(scene.desk.lines, ['a', 'b', 'c']);
});

t.test('the folder and those in it are made for their owner only', async (t) => {
  const scene = new SpoolScene(t);
  await scene.look(0);
  for (const folder of ['', '.claimed', 'done', 'rejected'])
    t.equal(statSync(join(scene.path, folder)).mode & 0o777, 0o700, folder);
  t.equal(scene.spool.facts().problem, undefined);
});

t.test('a file that is being written waits until it is whole and lies still', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  scene.put('a.json', goodFile.slice(0, 30));
  await scene.look(20);
  t.same(scene.in('given'), ['a.json']);
  t.equal(scene.spool.facts().waiting, 1);
  appendFileSync(join(scene.path, 'a.json'), goodFile.slice(30));
  await scene.look(0);
  t.same(scene.desk.lines, [], 'just written');
  await scene.look(2);
  t.same(scene.desk.lines, ['echo hi']);
});

t.test('what is no JSON after a minute is rejected, and its reason lies beside it', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  scene.put('a.json', '{"estimate": ');
  await scene.look(56);
  t.same(scene.in('given'), ['a.json']);
  await scene.look(8);
  t.same(scene.in('rejected'), ['a.json', 'a.json.reason']);
  t.match(readFileSync(join(scene.path, 'rejected/a.json.reason'), 'utf8'), /JSON/);
  scene.restarted();
  await scene.look(0);
  t.match(scene.spool.facts().rejected, [{ name: 'a.json', reason: /JSON/ }], 'also after a restart');
});

t.test('nothing that is no plain file of our own becomes a job, and none of it stops the next', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  const outside = join(scene.path, '..', 'secret.json');
  writeFileSync(outside, goodFile);
  symlinkSync(outside, join(scene.path, 'link.json'));
  symlinkSync(join(scene.path, 'nowhere'), join(scene.path, 'dangling.json'));
  linkSync(outside, join(scene.path, 'hard.json'));
  execFileSync('mkfifo', [join(scene.path, 'pipe.json')]);
  mkdirSync(join(scene.path, 'folder.json'));
  mkdirSync(join(scene.path, 'sub'));
  writeFileSync(join(scene.path, 'sub/inner.json'), goodFile);
  scene.put('huge.json', JSON.stringify({ commandline: 'x'.repeat(70_000) }));
  scene.put('notes.md', 'not for us');
  scene.put('.hidden.json', goodFile);
  scene.put('-rf.json', goodFile);
  scene.put('my job.json', goodFile);
  scene.put(`${'n'.repeat(64)}.json`, goodFile);
  scene.put('evil\u001b[2J.json', goodFile);
  writeFileSync(
    Buffer.concat([Buffer.from(`${scene.path}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.json')]),
    goodFile,
  );
  const server = createServer().listen(join(scene.path, 'socket.json'));
  t.teardown(() => server.close());
  scene.put('zzz-good.json', goodFile.replace('echo hi', 'good'));
  await scene.look(70);
  t.same(scene.desk.lines, ['good']);
  t.same(scene.in('given'), ['.hidden.json', 'folder.json', 'notes.md', 'sub']);
  t.same(scene.in('.claimed'), []);
  const rejected = scene.in('rejected').filter((name) => !name.endsWith('.reason'));
  const named = ['dangling.json', 'hard.json', 'huge.json', 'link.json', 'pipe.json', 'socket.json'];
  t.same(
    rejected.filter((name) => name.endsWith('.json')),
    named,
  );
  t.equal(rejected.length, named.length + 5, 'five without a name to go by');
  const { rejected: told } = scene.spool.facts();
  t.match(told.find(({ name }) => name === 'link.json')?.reason, /a link/);
  t.match(told.find(({ name }) => name === 'pipe.json')?.reason, /not a plain file/);
  t.match(told.find(({ name }) => name === 'hard.json')?.reason, /hard link/);
  t.match(told.find(({ name }) => name === 'huge.json')?.reason, /65536/);
  t.notOk(
    told.some(({ name, reason }) => /\p{Cc}/u.test(name + reason)),
    'nothing that a terminal obeys',
  );
  t.equal(readFileSync(outside, 'utf8'), goodFile);
});

t.test(
  'a file of another user is rejected, also where root looks',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const scene = new SpoolScene(t);
    await scene.open();
    scene.put('a.json');
    chownSync(join(scene.path, 'a.json'), 65_534, 65_534);
    await scene.look();
    t.same(scene.desk.lines, []);
    t.match(scene.spool.facts().rejected, [{ name: 'a.json', reason: /belongs to user 65534/ }]);
  },
);

t.test('a folder that others may write to, or replace, is not used', async (t) => {
  for (const [at, mode] of [
    ['.', 0o777],
    ['..', 0o777],
    ['../..', 0o722],
  ] as const) {
    const scene = new SpoolScene(t);
    await scene.open();
    scene.put('a.json');
    chmodSync(join(scene.path, at), mode);
    await scene.look();
    t.same(scene.desk.lines, [], at);
    t.match(scene.spool.facts().problem, /may write to/);
    chmodSync(join(scene.path, at), 0o700);
    await scene.look();
    t.same(scene.desk.lines, ['echo hi'], `${at}, once it is put right`);
    t.equal(scene.spool.facts().problem, undefined);
  }
});

t.test('a place where no folder can be is told of, and nothing is thrown', async (t) => {
  for (const path of ['/proc/egw-spool', '/dev/null/spool']) {
    const scene = new SpoolScene(t, { path });
    await scene.look(0);
    t.match(scene.spool.facts().problem, /cannot be used/);
  }
});

t.test('names that are there already are not written over', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  for (const line of ['one', 'two', 'three']) {
    scene.put('a.json', goodFile.replace('echo hi', line));
    await scene.look();
  }
  t.same(scene.desk.lines, ['one', 'two', 'three'], 'the same name again is another job');
  t.same(scene.in('done'), ['a.2.json', 'a.3.json', 'a.json']);
});

t.test('while the desk takes nothing, what is claimed waits, and nothing more is claimed', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  for (const name of ['a', 'b', 'c']) scene.put(`${name}.json`);
  scene.desk.refusal = new GatewayError('limit_reached', 'there are too many open jobs');
  await scene.look(20);
  t.equal(scene.in('.claimed').length, 1);
  t.equal(scene.in('given').length, 2);
  t.match(scene.spool.facts().problem, /too many open jobs/);
  scene.desk.refusal = undefined;
  await scene.look();
  t.equal(scene.desk.jobs.size, 3);
  t.equal(scene.spool.facts().problem, undefined);
});

t.test('while no job can run where those of the spool run, files wait', async (t) => {
  let isShut = true;
  const unusable = new GatewayError('folder_unusable', 'nobody cannot go into /srv/jobs');
  const folder = { path: '/', warnings: ['it runs in /'] };
  const scene = new SpoolScene(t, {
    findFolder: async () => (isShut ? await Promise.reject(unusable) : await Promise.resolve(folder)),
  });
  await scene.open();
  scene.put('a.json');
  scene.put('b.json');
  await scene.look(70);
  t.same([scene.in('given'), scene.in('rejected'), scene.desk.lines], [['b.json'], [], []]);
  t.match(scene.spool.facts().problem, /nobody cannot go into/);
  isShut = false;
  await scene.look();
  t.match(
    [...scene.desk.jobs.values()],
    [{ definition: { cwd: '/' }, warnings: ['it runs in /'] }, { definition: { cwd: '/' } }],
  );
  t.equal(scene.spool.facts().problem, undefined);
});

t.test('while it is not known what time it is nothing is taken', async (t) => {
  const scene = new SpoolScene(t);
  scene.isTimeKnown = false;
  await scene.open();
  scene.put('a.json');
  await scene.look(10);
  t.same(scene.in('given'), ['a.json']);
  scene.isTimeKnown = true;
  await scene.look();
  t.same(scene.desk.lines, ['echo hi']);
});

t.test(
  'a deadline that has passed is told of, and so is one that passes while nothing is taken',
  async (t) => {
    const scene = new SpoolScene(t);
    await scene.open();
    scene.put('late.json', goodFile.replace('2026-11-22', '2026-11-20'));
    scene.put('soon.json', goodFile.replace('2026-11-22 12:00:00', '2026-11-21 12:00:30'));
    scene.desk.refusal = new GatewayError('storage_failed', 'the medium fails');
    await scene.look();
    scene.nowMs = startMs + 3_600_000;
    scene.desk.refusal = undefined;
    scene.restarted();
    await scene.look();
    t.match(scene.spool.facts().rejected, [
      { name: 'soon.json', reason: /passed before it could be taken up .*egw job list/ },
      { name: 'late.json', reason: /has passed: it is 2026-11-21/ },
    ]);
    t.equal(scene.desk.jobs.size, 0);
  },
);

t.test('a stop token is left alone unless it was asked for', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  scene.put('stop_tokenabcdefghijklmnop2026-11-21_12-00-00.txt', '');
  scene.put('a.json');
  await scene.look();
  t.same(scene.in('given'), ['stop_tokenabcdefghijklmnop2026-11-21_12-00-00.txt']);
  t.same(scene.desk.lines, ['echo hi']);
});

t.test('a stop token stops the gateway once, and one of before its start never', async (t) => {
  const scene = new SpoolScene(t, { stop: () => void (scene.stops += 1) });
  await scene.open();
  scene.put('old.txt', '');
  await scene.look();
  t.equal(scene.stops, 0);
  scene.put('new.txt', 'whatever');
  await scene.look();
  t.equal(scene.stops, 1);
  t.same(scene.in('given'), []);
  scene.restarted();
  await scene.look();
  t.equal(scene.stops, 1);
});

t.test('a step that fails holds up its file alone, and it comes again', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  scene.put('a.json', goodFile.replace('echo hi', 'a'));
  scene.put('b.json', goodFile.replace('echo hi', 'b'));
  let failing: string | undefined = 'a.json';
  const { folder } = scene;
  scene.restarted({
    folder: {
      path: folder.path,
      open: () => folder.open(),
      list: (...given) => folder.list(...given),
      read: (...given) => folder.read(...given),
      rejections: (...given) => folder.rejections(...given),
      finish: (...given) => folder.finish(...given),
      claim: async (name, claimedName) => {
        if (name === failing) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
        return await folder.claim(name, claimedName);
      },
    },
  });
  await scene.look(6);
  t.same(scene.desk.lines, ['b']);
  t.match(scene.spool.facts(), { problem: /no room/, waiting: 1 });
  failing = undefined;
  await scene.look();
  t.same(scene.desk.lines, ['b', 'a']);
  t.equal(scene.spool.facts().problem, undefined);
});

t.test('a file that vanishes or changes between two looks is no trouble', async (t) => {
  const scene = new SpoolScene(t);
  await scene.open();
  scene.put('gone.json');
  scene.put('changed.json');
  const { folder } = scene;
  scene.restarted({
    folder: {
      path: folder.path,
      open: () => folder.open(),
      list: (...given) => folder.list(...given),
      read: (...given) => folder.read(...given),
      rejections: (...given) => folder.rejections(...given),
      finish: (...given) => folder.finish(...given),
      claim: async (name, claimedName) => {
        if (name === 'gone.json') execFileSync('rm', [join(scene.path, name)]);
        else truncateSync(join(scene.path, name), 5);
        return await folder.claim(name, claimedName);
      },
    },
  });
  await scene.look(4);
  t.same(scene.desk.lines, []);
  t.match(scene.spool.facts(), { problem: undefined, waiting: 0, rejected: [{ name: 'changed.json' }] });
});
