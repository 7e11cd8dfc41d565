import t from 'tap';
import { isNews, unplanned } from '../../../gateway/features/jobs/decision-record.ts';

const minuteMs = 60_000;
const waits = { ...unplanned(0), reason: 'better_later' as const, slots: [{ startMs: 1e9, endMs: 2e9 }] };

t.test('a first decision is written, and one that says the same is not', (t) => {
  t.equal(isNews(undefined, waits, { sinceMs: 0, jobsOpen: 5_000 }), true);
  t.equal(
    isNews(waits, { ...waits, decidedMs: 5, words: 'as before' }, { sinceMs: Infinity, jobsOpen: 1 }),
    false,
  );
  t.end();
});

t.test('another reason and a start that moved are news, but not more often than each ten minutes', (t) => {
  const moved = { ...waits, slots: [{ startMs: 1e9 + 15 * minuteMs, endMs: 2e9 }] };
  const trembles = { ...waits, slots: [{ startMs: 1e9 + 14 * minuteMs, endMs: 2e9 }] };
  for (const news of [moved, { ...waits, reason: 'unknown' as const }, { ...waits, slots: [] }]) {
    t.equal(isNews(waits, news, { sinceMs: 10 * minuteMs, jobsOpen: 10 }), true);
    t.equal(isNews(waits, news, { sinceMs: 9 * minuteMs, jobsOpen: 1 }), false);
  }
  t.equal(isNews(waits, trembles, { sinceMs: 10 * minuteMs, jobsOpen: 10 }), false);
  t.end();
});

t.test('of many jobs together no more is written than one each minute', (t) => {
  const news = { ...waits, reason: 'unknown' as const };
  t.equal(isNews(waits, news, { sinceMs: 999 * minuteMs, jobsOpen: 1_000 }), false);
  t.equal(isNews(waits, news, { sinceMs: 1_000 * minuteMs, jobsOpen: 1_000 }), true);
  t.equal(isNews(waits, news, { sinceMs: Infinity, jobsOpen: 1_000 }), true);
  t.end();
});
