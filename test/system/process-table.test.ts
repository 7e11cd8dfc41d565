import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import t from 'tap';
import {
  countThreads,
  findProcess,
  listProcesses,
  processesWith,
  withDescendants,
} from '../../gateway/system/process-table.ts';
import { until } from './job-trials.ts';

const skip = !existsSync('/proc/self/stat') && 'this system has no /proc';

t.test('processes are seen with their parents, and by what they were started with', { skip }, async (t) => {
  const mark = randomUUID();
  const words = ['-c', 'sleep 60 & sleep 60; true'];
  const child = spawn('sh', words, { env: { ...process.env, EGW_MARK: mark }, detached: true });
  const id = child.pid ?? 0;
  t.teardown(() => process.kill(-id, 'SIGKILL'));
  await until(async () => (await processesWith('EGW_MARK', new Set([mark]))).size === 3);
  const entries = await listProcesses();
  const marked = await processesWith('EGW_MARK', new Set(['other', mark]));
  t.same(withDescendants(entries, new Set([id])), marked);
  t.ok(withDescendants(entries, new Set([process.pid])).has(id));
  t.match(findProcess(id), { id, parent: process.pid, session: id });
  t.equal((await processesWith('EGW_MARK', new Set([mark.slice(1)]))).size, 0, 'only as a whole');
  t.equal((await processesWith('GW_MARK', new Set([mark]))).size, 0);
  t.ok((await countThreads(process.getuid?.() ?? 0)) >= 4);
  t.equal(await countThreads(4_294_967_000), 0);
});

t.test('one that is dead is none', { skip }, async (t) => {
  const child = spawn('true');
  const id = child.pid ?? 0;
  await once(child, 'exit');
  t.equal(findProcess(id), undefined);
  t.equal(findProcess(0), undefined);
});

t.test('a loop of parents, as ids that are used again make it, is walked once', (t) => {
  const entry = { session: 1, startTicks: 1 };
  const entries = [
    { ...entry, id: 2, parent: 3 },
    { ...entry, id: 3, parent: 2 },
    { ...entry, id: 4, parent: 9 },
  ];
  t.same([...withDescendants(entries, new Set([2]))].sort(), [2, 3]);
  t.end();
});
