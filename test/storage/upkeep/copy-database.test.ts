import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { copyDatabase } from '../../../gateway/storage/upkeep/copy-database.ts';
import { cannotMount, onSmallDisk } from '../media/small-disk.ts';
import { dayMs, firstDayMs, hourMs, openHistory, scratchDirectory } from './history.ts';

const megabytes = 17;
/** What a copy leaves free, and a little more. */
const spareBytes = Math.ceil((megabytes * 1_048_576) / 10);

for (const [what, roomBytes, cutMs, facts] of [
  ['is known not to suffice', 40_960, null, { neededBytes: Number, freeBytes: Number }],
  ['turns out not to suffice', 102_400, firstDayMs + hourMs, { freeBytes: Number }],
] as const) {
  t.test(
    `when the room ${what}, that is said, and nothing is left behind`,
    { skip: cannotMount },
    async (t) => {
      const directory = scratchDirectory(t);
      const service = openHistory(directory, 1);
      await onSmallDisk({ directory, megabytes }, (disk) => {
        disk.fill(spareBytes + roomBytes);
        const targetPath = join(disk.directory, 'copy.db');
        const copy = { sourcePath: join(directory, 'egw.db'), targetPath, cutMs };
        t.throws(() => copyDatabase(copy), { code: 'disk_full', facts, message: /copy\.db/ });
        t.same(readdirSync(disk.directory), ['other-program']);
        return Promise.resolve();
      });
      service.close();
    },
  );
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
