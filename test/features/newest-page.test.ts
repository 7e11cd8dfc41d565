import fc from 'fast-check';
import t from 'tap';
import { newestPage } from '../../gateway/features/newest-page.ts';

interface Row {
  readonly atMs: number;
  readonly id: number;
}

async function pages(rows: readonly Row[], limit: number): Promise<readonly (readonly Row[])[]> {
  const all: (readonly Row[])[] = [];
  let before: number | null = Infinity;
  while (before !== null) {
    const beforeMs: number = before;
    const older = rows.filter(({ atMs }) => atMs < beforeMs);
    const page = await newestPage<Row>(
      limit,
      ({ atMs }) => atMs,
      (rowsMax) => Promise.resolve(older.slice(0, rowsMax)),
    );
    all.push(page.rows);
    before = page.next;
  }
  return all;
}

t.test('pages hold every row once, in order, and part none of one instant', async (t) => {
  const times = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 10 }), async (found, limit) => {
      const rows = found.toSorted((a, b) => b - a).map((atMs, id) => ({ atMs, id }));
      const all = await pages(rows, limit);
      if (JSON.stringify(all.flat()) !== JSON.stringify(rows)) return false;
      return all.slice(0, -1).every((page, index) => {
        const [last, first] = [page.at(-1), all[index + 1]?.[0]];
        return page.length >= limit && last !== undefined && first !== undefined && first.atMs < last.atMs;
      });
    }),
  );
  t.same((await pages([], 5)).flat(), []);
  const five = [1, 1, 1, 1, 1].map((atMs, id) => ({ atMs, id }));
  t.same(
    (await pages(five, 2)).map((page) => page.length),
    [5],
    'of one instant all come at once',
  );
});
