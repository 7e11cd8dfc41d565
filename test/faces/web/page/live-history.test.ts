import t from 'tap';
import type { HistoryRow, LiveValue } from '../../../../gateway/faces/web/page/api-types.ts';
import { dropRowsBefore, withLiveValue } from '../../../../gateway/faces/web/page/live-history.ts';
import { mergedRows } from '../../../../gateway/faces/web/page/history.ts';

const live = (atMs: number, value: number | null): LiveValue => ({
  device: 'a',
  quantity: 'p',
  atMs,
  value,
  quality: value === null ? 'missing' : 'good',
  stored: false,
});

t.test('a reading is appended once, and a missing one as a gap', (t) => {
  const rows: HistoryRow[] = [{ atMs: 1_000, value: 5 }];
  withLiveValue(rows, live(1_000, 6), 'raw');
  withLiveValue(rows, live(2_000, null), 'raw');
  t.same(rows, [
    { atMs: 1_000, value: 5 },
    { atMs: 2_000, value: null, quality: 'missing' },
  ]);
  t.end();
});

t.test('a value widens its window by its weight, and opens the next one', (t) => {
  const rows: HistoryRow[] = [{ atMs: 60_000, endMs: 120_000, value: 10, min: 8, max: 11, n: 3 }];
  withLiveValue(rows, live(100_000, 2), '1m');
  t.match(rows, [{ value: 8, min: 2, max: 11, last: 2, n: 4 }]);
  withLiveValue(rows, live(130_000, 7), '1m');
  t.match(rows[1], { atMs: 120_000, endMs: 180_000, value: 7, min: 7, max: 7, n: 1 });
  withLiveValue(rows, live(61_000, 99), '1m');
  t.equal(rows.length, 2, 'a value of a window that is over changes nothing');
  t.match(rows[1], { value: 7 });
  t.end();
});

t.test('days and missing values are left to the gateway', (t) => {
  const rows: HistoryRow[] = [];
  withLiveValue(rows, live(100_000, 2), '1d');
  withLiveValue(rows, live(100_000, null), '1h');
  t.same(rows, []);
  t.end();
});

t.test('history that is loaded again keeps what came live after it', (t) => {
  const stored = [
    { atMs: 1, value: 1 },
    { atMs: 2, value: 2 },
  ];
  t.same(
    mergedRows(stored, [
      { atMs: 2, value: 9 },
      { atMs: 3, value: 3 },
    ]).map(({ value }) => value),
    [1, 2, 3],
  );
  t.end();
});

t.test('a page that is open for weeks keeps little more than it draws', (t) => {
  const rows: HistoryRow[] = [];
  let most = 0;
  for (let second = 0; second < 100_000; second += 5) {
    withLiveValue(rows, live(second * 1_000, second), 'raw');
    dropRowsBefore(rows, (second - 3_600) * 1_000);
    most = Math.max(most, rows.length);
  }
  t.equal(most, 720 + 101);
  t.ok((rows[0]?.atMs ?? 0) <= (100_000 - 3_600) * 1_000, 'all that is drawn is there');
  dropRowsBefore(rows, Infinity);
  t.same(rows, []);
  t.end();
});
