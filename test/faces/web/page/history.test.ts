import t from 'tap';
import type { ApiClient, HistoryQuestion } from '../../../../gateway/faces/web/page/api-client.ts';
import type { HistoryAnswer, HistoryRow } from '../../../../gateway/faces/web/page/api-types.ts';
import { loadHistory } from '../../../../gateway/faces/web/page/history.ts';

const keys = [{ device: 'a', quantity: 'p' }];
const signal = new AbortController().signal;

function clientWith(answer: (question: HistoryQuestion) => Partial<HistoryAnswer>): {
  client: ApiClient;
  asked: HistoryQuestion[];
} {
  const asked: HistoryQuestion[] = [];
  const history = (question: HistoryQuestion): Promise<HistoryAnswer> => {
    asked.push(question);
    return Promise.resolve({
      unit: 'W',
      resolution: question.resolution,
      rows: [],
      next: null,
      ...answer(question),
    });
  };
  return { client: { history } as unknown as ApiClient, asked };
}

const rows: readonly HistoryRow[] = [{ atMs: 5, value: 1 }];

t.test('pages are asked until there is no next', async (t) => {
  const { client, asked } = clientWith(({ fromMs }) =>
    fromMs === 0 ? { rows, next: 6 } : { rows: [{ atMs: 7, value: 2 }] },
  );
  const request = { keys, span: { fromMs: 0, toMs: 10 }, resolution: 'raw' as const, mayCoarsen: false };
  const history = await loadHistory(client, request, signal);
  t.same(history.rows.get('a/p'), [...rows, { atMs: 7, value: 2 }]);
  t.same(
    asked.map(({ fromMs }) => fromMs),
    [0, 6],
  );
});

t.test('a window that began before the span is asked for too', async (t) => {
  const { client, asked } = clientWith(() => ({ rows }));
  const span = { fromMs: 10_000_000, toMs: 20_000_000 };
  await loadHistory(client, { keys, span, resolution: '1h', mayCoarsen: false }, signal);
  t.match(asked[0], { fromMs: 6_400_000, toMs: 20_000_000, resolution: '1h' });
});

t.test('a level that holds nothing any more is replaced by a coarser, down to days', async (t) => {
  const { client, asked } = clientWith(({ resolution }) => (resolution === '1h' ? { rows } : {}));
  const request = { keys, span: { fromMs: 0, toMs: 10 }, resolution: 'raw' as const, mayCoarsen: true };
  t.equal((await loadHistory(client, request, signal)).resolution, '1h');
  t.same(
    asked.map(({ resolution }) => resolution),
    ['raw', '1m', '1h'],
  );

  const empty = clientWith(() => ({}));
  t.equal((await loadHistory(empty.client, request, signal)).resolution, '1d');
  t.equal(empty.asked.length, 4);

  const live = clientWith(() => ({}));
  t.equal((await loadHistory(live.client, { ...request, mayCoarsen: false }, signal)).resolution, 'raw');
  t.equal(live.asked.length, 1);
});
