import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { copyDatabase } from '../../../gateway/storage/upkeep/copy-database.ts';
import { dayMs, firstDayMs, hourMs, openHistory, scratchDirectory } from './history.ts';

const spareKib = 16 * 1_024;

function run(command: string, ...words: readonly string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0;
}

/** A disk of that size; undefined where this user may not mount one. */
function smallDisk(t: Test, kib: number): string | undefined {
  const place = join(scratchDirectory(t), 'disk');
  mkdirSync(place);
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', place)) return undefined;
  t.teardown(() => run('umount', place));
  return place;
}

for (const [what, kib, cutMs, expected] of [
  ['is known not to suffice', spareKib + 40, null, { neededBytes: Number, freeBytes: Number }],
  ['turns out not to suffice', spareKib + 100, firstDayMs + hourMs, { freeBytes: Number }],
] as const) {
  t.test(`when the room ${what}, that is said, and nothing is left behind`, (t) => {
    const place = smallDisk(t, kib);
    if (place === undefined) {
      t.skip('needs root, to mount a disk that is too small');
      return t.end();
    }
    const directory = scratchDirectory(t);
    const service = openHistory(directory, 1);
    const copy = { sourcePath: join(directory, 'egw.db'), targetPath: join(place, 'copy.db'), cutMs };
    t.throws(() => copyDatabase(copy), { code: 'disk_full', facts: expected, message: /copy\.db/ });
    t.same(readdirSync(place), []);
    service.close();
    return t.end();
  });
}

t.test('a copy of what comes from the cut on says how much it left behind', (t) => {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, 2);
  const cutMs = firstDayMs + dayMs;
  const targetPath = join(directory, 'copy.db');
  const { leftBehind, readings } = copyDatabase({ sourcePath: join(directory, 'egw.db'), targetPath, cutMs });
  t.equal(leftBehind, readings / 2);
  t.throws(() => copyDatabase({ sourcePath: join(directory, 'none.db'), targetPath, cutMs }), {
    code: 'database_unreadable',
    message: /none\.db/,
  });
  service.close();
  t.end();
});
