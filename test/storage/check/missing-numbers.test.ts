import { join } from 'node:path';
import t, { type Test } from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { missingNumbers } from '../../../gateway/storage/check/missing-numbers.ts';
import { openConnection } from '../../../gateway/storage/connection.ts';
import { MarkStore } from '../../../gateway/storage/mark-store.ts';

const packedToMs = 1_000_000;

interface Log {
  /** Commits whose keys are kept. */
  readonly keys: readonly number[];
  /** Commits in the log: all of it packed, or some of it waiting. */
  readonly packed: readonly number[];
  readonly waiting: readonly number[];
  readonly packedTo: number;
  readonly leftTo: number;
}

function missingOf(t: Test, log: Log): readonly string[] {
  const connection = openConnection(join(t.testdir(), 'egw.db'), 1);
  const marks = new MarkStore(connection);
  marks.putNumber('packed_to_commit', log.packedTo);
  marks.putNumber('packed_to_ms', packedToMs);
  marks.putNumber('latest_to_commit', log.leftTo);
  connection.exec("INSERT INTO boot (id, boot_id) VALUES (1, 'boot')");
  const key = connection.prepare(
    'INSERT INTO packed_commit (commit_number, boot, sequence, count) VALUES (?, 1, ?, 1)',
  );
  const staged = connection.prepare(
    `INSERT INTO staged (commit_number, boot, sequence, count, min_ms, max_ms, body)
     VALUES (?, 1, ?, 1, 0, ?, x'00')`,
  );
  connection.exec('BEGIN');
  for (const commit of log.keys) key.run(commit, commit);
  for (const commit of log.packed) staged.run(commit, commit, packedToMs - 1);
  for (const commit of log.waiting) staged.run(commit, commit, packedToMs);
  connection.exec('COMMIT');
  const found = missingNumbers(connection).map(({ from, to }) => `${from}-${to}`);
  connection.close();
  return found;
}

t.test('commits are missing beside one that waits for packing, and none between packed ones', (t) => {
  const log: Log = { keys: [1, 2, 3], packed: [4, 5, 6], waiting: [7, 8, 9], packedTo: 6, leftTo: 3 };
  t.same(missingOf(t, log), []);
  t.same(missingOf(t, { ...log, keys: [1, 3] }), [], 'of a packed one the key alone');
  t.same(missingOf(t, { ...log, packed: [4, 6] }), [], 'and so of one that is still in the log');
  t.same(missingOf(t, { ...log, packed: [4, 5] }), ['6-6'], 'it may have been waiting');
  t.same(missingOf(t, { ...log, waiting: [7, 9] }), ['8-8']);
  t.same(missingOf(t, { ...log, keys: [], packed: [], waiting: [8, 9] }), ['4-7'], 'all that had not left');
  t.same(missingOf(t, { ...log, waiting: [2, 7, 9] }), ['8-8'], 'one of an early commit waits for long');
  t.end();
});

t.test('commits whose keys are forgotten are not missing beside an early one that still waits', (t) => {
  const last = limits.appendKeysMax + 1_000;
  const keys = Array.from(
    { length: limits.appendKeysMax },
    (_, index) => last - limits.appendKeysMax + index,
  );
  const log: Log = { keys, packed: [], waiting: [10, last], packedTo: last - 1, leftTo: last - 1 };
  t.same(missingOf(t, log), []);
  t.same(missingOf(t, { ...log, waiting: [10, last + 3] }), [`${last}-${last + 2}`]);
  t.end();
});
