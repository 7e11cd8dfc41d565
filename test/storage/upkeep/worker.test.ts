import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { openWorkerDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { batchOf, openScratch } from '../scratch.ts';
import { dayMs, firstDayMs, openHistory, scratchDirectory, zone } from './history.ts';

const days = 3;
const nowMs = firstDayMs + days * dayMs;

async function openWorker(t: Test): Promise<{ directory: string; database: Database }> {
  const directory = scratchDirectory(t);
  openHistory(directory, days).close();
  const database = await openWorkerDatabase(
    { directory, zone, nowMs },
    {
      clock: { wall: () => wallMs(nowMs), monotonic: () => monotonicMs(0) },
      alarm: { at: () => () => undefined, nextTurn: () => () => undefined },
      logger: silentLogger,
    },
  );
  return { directory, database };
}

/** Commits one reading after the other until it is told to stop; answers how many. */
function keepCommitting(database: Database): { stop(): Promise<number> } {
  let isOn = true;
  const commit = async (): Promise<number> => {
    let sequence = 0;
    while (isOn) {
      sequence += 1;
      const batch = batchOf([[1, nowMs + sequence, sequence]]);
      await database.call('appendReadings', { bootId: 'worker', sequence }, batch);
    }
    return sequence;
  };
  const done = commit();
  return {
    stop: async () => {
      isOn = false;
      return await done;
    },
  };
}

async function valuesSince(database: Database): Promise<readonly (number | null)[]> {
  const query = { series: 1, fromMs: nowMs, toMs: nowMs + dayMs, rowsMax: 1_000_000 };
  return (await database.call('rawRange', query)).rows.map(({ value }) => value);
}

t.test(
  'commits go on while a backup is written in another thread, and it holds a whole number of them',
  async (t) => {
    const { directory, database } = await openWorker(t);
    const committing = keepCommitting(database);
    const backup = await database.call('writeBackup', { nowMs, keep: 3 });
    const committed = await committing.stop();
    t.ok(committed > 1, `${committed} commits meanwhile`);
    t.equal((await valuesSince(database)).length, committed);
    await t.rejects(database.call('writeBackup', { nowMs, keep: 3 }), {
      code: 'already_exists',
      hint: /name/,
    });
    await database.close();
    const restored = scratchDirectory(t);
    const { copyFileSync } = await import('node:fs');
    copyFileSync(backup.path, join(restored, 'egw.db'));
    const copy = openScratch(restored, zone);
    t.equal(copy.databaseStatus().commits, backup.commits);
    t.equal(copy.account().acknowledged, backup.readings);
    copy.close();
    t.ok(existsSync(join(directory, 'egw.db')));
  },
);

for (const kind of ['vacuum', 'rotate'] as const) {
  t.test(`nothing that is committed during a ${kind} is lost or stored twice`, async (t) => {
    const { database } = await openWorker(t);
    const committing = keepCommitting(database);
    const plan = await database.call('beginRewrite', kind, nowMs);
    const copy = await database.call('copyForRewrite', plan);
    while ((await database.call('finishRewrite', plan, copy, nowMs)).remaining);
    const committed = await committing.stop();
    t.same(
      await valuesSince(database),
      Array.from({ length: committed }, (_, index) => index + 1),
    );
    const { acknowledged, staged, packed, pruned, missing } = await database.call('account');
    t.equal(staged + packed + pruned + missing, acknowledged);
    await database.close();
  });
}

t.test('closing does not wait for a copy, and the next start removes what it left', async (t) => {
  const { directory, database } = await openWorker(t);
  const plan = await database.call('beginRewrite', 'vacuum', nowMs);
  const copying = t.rejects(database.call('copyForRewrite', plan), { code: /stopping|worker_crashed/ });
  await database.close();
  await copying;
  openScratch(directory, zone).close();
  t.notOk(existsSync(join(directory, 'egw.db.next')));
});

t.test('a rewriting that is cancelled or whose connection was opened anew is not finished', async (t) => {
  const { database } = await openWorker(t);
  const plan = await database.call('beginRewrite', 'vacuum', nowMs);
  await t.rejects(database.call('beginRewrite', 'rotate', nowMs), { code: 'storage_busy' });
  const copy = await database.call('copyForRewrite', plan);
  await database.call('cancelRewrite');
  await t.rejects(database.call('finishRewrite', plan, copy, nowMs), { code: 'storage_busy' });
  const next = await database.call('beginRewrite', 'vacuum', nowMs);
  await t.rejects(
    database.call('finishRewrite', plan, copy, nowMs),
    { code: 'storage_busy' },
    'the old plan',
  );
  while (
    (await database.call('finishRewrite', next, await database.call('copyForRewrite', next), nowMs)).remaining
  );
  await database.close();
});
