import { existsSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { putSignsOfLife } from '../../ble/sign-of-life.ts';
import { TestClock } from './test-clock.ts';

t.test('a sign of life is put at once, and each half minute', async (t) => {
  const path = join(t.testdir({}), 'alive');
  const clock = new TestClock();
  putSignsOfLife(path, clock);
  t.ok(existsSync(path));
  for (let count = 0; count < 3; count += 1) {
    utimesSync(path, 1, 1);
    await clock.pass(29_999);
    t.equal(statSync(path).mtimeMs, 1_000);
    await clock.pass(1);
    t.ok(statSync(path).mtimeMs > 1_000);
  }
});

t.test('a place that cannot be written ends nothing, and is written when it can be', async (t) => {
  const folder = join(t.testdir({}), 'later');
  const path = join(folder, 'alive');
  const clock = new TestClock();
  putSignsOfLife(path, clock);
  t.notOk(existsSync(path));
  mkdirSync(folder);
  await clock.pass(30_000);
  t.ok(existsSync(path));
  rmSync(folder, { recursive: true });
  await clock.pass(30_000);
  t.equal(clock.alarmCount, 1);
});
