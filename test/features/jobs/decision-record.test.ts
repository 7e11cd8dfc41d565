import t from 'tap';
import { isNews, unplanned } from '../../../gateway/features/jobs/decision-record.ts';

const minuteMs = 60_000;
const waits = { ...unplanned(0), reason: 'better_later' as const, slots: [{ startMs: 1e9, endMs: 2e9 }] };

t.test('a first decision is written, and one that says the same is not', (t) => {
  t.equal(isNews(undefined, waits, 0), true);
  t.equal(isNews(waits, { ...waits, decidedMs: 5, words: 'as before' }, Infinity), false);
  t.end();
});

t.test('another reason and a start that moved are news, but not more often than each ten minutes', (t) => {
  const moved = { ...waits, slots: [{ startMs: 1e9 + 15 * minuteMs, endMs: 2e9 }] };
  const trembles = { ...waits, slots: [{ startMs: 1e9 + 14 * minuteMs, endMs: 2e9 }] };
  for (const news of [moved, { ...waits, reason: 'unknown' as const }, { ...waits, slots: [] }]) {
    t.equal(isNews(waits, news, 10 * minuteMs), true);
    t.equal(isNews(waits, news, 9 * minuteMs), false);
  }
  t.equal(isNews(waits, trembles, 10 * minuteMs), false);
  t.end();
});
