import t from 'tap';
import { CommitCount } from '../../../gateway/features/storage-care/commit-count.ts';

const startMs = Date.UTC(2026, 2, 10);

/** Readings of so many devices, each `periodMs`, committed as the policy with that period does. */
function count(spanMs: number, periodMs: number, commitMs: number, devices = 1): CommitCount {
  const commits = new CommitCount();
  let waiting: number[] = [];
  for (let atMs = 0; atMs < spanMs; atMs += 500) {
    if (atMs % periodMs === 0) waiting.push(...Array.from({ length: devices }, () => startMs + atMs));
    if (atMs % commitMs !== 500 || waiting.length === 0) continue;
    commits.add({ atMs: Float64Array.from(waiting) });
    waiting = [];
  }
  if (waiting.length > 0) commits.add({ atMs: Float64Array.from(waiting) });
  return commits;
}

t.test('commits are counted for every policy, whichever is the active one', (t) => {
  const hourMs = 3_600_000;
  for (const commitMs of [1_000, 10_000, 60_000]) {
    const { totals } = count(hourMs, 2_000, commitMs, 3);
    t.same(totals.commitsUnder, { durable: 1_800, balanced: 360, sdcard: 60 }, `every ${commitMs} ms`);
    t.equal(totals.readings, 5_400);
  }
  t.equal(count(hourMs, 10_000, 1_000).totals.commitsUnder.durable, 360, 'no more than there are beats');
  t.end();
});

t.test('late readings are no commit of their own, and after a step of the clock counting goes on', (t) => {
  const commits = new CommitCount();
  const add = (...atMs: number[]): void => commits.add({ atMs: Float64Array.from(atMs) });
  add(startMs, startMs - 120_000, startMs);
  t.match(commits.totals, { commits: 1, commitsUnder: { durable: 1, balanced: 1, sdcard: 1 } });
  add(startMs - 10 * 365 * 86_400_000);
  add(startMs - 10 * 365 * 86_400_000 + 60_000);
  t.match(commits.totals, { commits: 3, commitsUnder: { durable: 3, balanced: 3, sdcard: 3 } });
  t.end();
});

t.test('a commit holds a thousand readings at most, under every policy', (t) => {
  const commits = new CommitCount();
  commits.add({ atMs: new Float64Array(1_000).fill(startMs) });
  commits.add({ atMs: new Float64Array(1_000).fill(startMs) });
  t.match(commits.totals, { commits: 2, commitsUnder: { durable: 2, balanced: 2, sdcard: 2 } });
  t.end();
});
