import { join } from 'node:path';
import t from 'tap';
import { openConnection } from '../../gateway/storage/connection.ts';
import { GapStore } from '../../gateway/storage/gap-store.ts';
import type { NewGap } from '../../gateway/storage/store-calls.ts';

t.test('a gap that goes on covers all of its steps, in whatever order they come', (t) => {
  const connection = openConnection(join(t.testdir(), 'egw.db'), 1);
  t.teardown(() => connection.close());
  const gaps = new GapStore(connection);
  const step = (notedMs: number, fromMs: number, toMs: number): NewGap => ({
    notedMs,
    reason: 'quota',
    fromMs,
    toMs,
    readings: 10,
    detail: 'the oldest raw readings were deleted before their time, to make room',
  });
  gaps.noteMore(step(1, 5_000, 6_000));
  gaps.noteMore(step(2, 6_000, 7_000));
  // What came late for a window that was gone already.
  gaps.noteMore(step(3, 1_000, 2_000));
  t.match(gaps.list(Infinity, 9), [{ number: 1, notedMs: 3, fromMs: 1_000, toMs: 7_000, readings: 30 }]);
  t.same(gaps.counts(), { gaps: 1, gapReadings: 30 });
  t.end();
});
