import t from 'tap';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { tempoPricesOf } from '../../../../gateway/core/tempo-price-table.ts';
import type { DatedTempoPrices } from '../../../../gateway/core/tempo-prices.ts';
import { PriceBook } from '../../../../gateway/features/grid/tempo/price-book.ts';
import type { StorePort } from '../../../../gateway/features/store-port.ts';

type Calls = 'putTempoPrices' | 'listTempoPrices' | 'removeTempoPrices';

async function bookOf(
  given: readonly DatedTempoPrices[],
): Promise<{ readonly book: PriceBook; readonly news: string[] }> {
  const kept = new Map(given.map((row) => [row.validFrom, row]));
  const news: string[] = [];
  const store = {
    call: async (name: string, first: unknown) => {
      if (name === 'putTempoPrices')
        for (const row of first as DatedTempoPrices[]) kept.set(row.validFrom, row);
      if (name === 'removeTempoPrices') return await Promise.resolve(kept.delete(String(first)));
      return await Promise.resolve(
        [...kept.values()].toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1)),
      );
    },
  } as StorePort<Calls>;
  const book = new PriceBook({ logger: silentLogger, store, news: () => void news.push('news') });
  await book.restore();
  return { book, news };
}

function row(validFrom: string, validTo: string | null, redPeak: number): DatedTempoPrices {
  const prices = tempoPricesOf([0.1, 0.1, 0.1, 0.1, redPeak, 0.1]);
  return { validFrom, validTo, prices, source: 'test' };
}

t.test('what is published holds from its day on, and what is not known has no price', async (t) => {
  const { book } = await bookOf([]);
  for (const [day, redPeak] of [
    ['2023-07-31', undefined],
    ['2023-08-01', 732_400],
    ['2024-01-31', 732_400],
    ['2024-02-01', 756_200],
    ['2024-02-29', 756_200],
    ['2025-01-31', 756_200],
    ['2025-02-01', undefined],
    ['2025-07-31', undefined],
    ['2025-08-01', 646_800],
    ['2026-01-31', 646_800],
    ['2026-02-01', 706_000],
    ['2026-07-31', 706_000],
    ['2026-08-01', 729_500],
    ['2031-01-01', 729_500],
  ] as const)
    t.equal(book.priceOf(day, 'red', 'peak'), redPeak, day);
});

t.test('given prices go before, end where they end, and open ones at the next row', async (t) => {
  const { book, news } = await bookOf([
    row('2025-02-01', null, 0.5),
    row('2025-09-01', '2026-08-31', 0.6),
    row('2026-11-01', '2026-11-30', 0.7),
  ]);
  const red = (day: string): number | undefined => book.priceOf(day, 'red', 'peak');
  t.equal(red('2025-07-31'), 500_000, 'the days that are not known are filled');
  t.equal(red('2025-08-01'), 646_800, 'an open row ends where the next begins, built in or not');
  t.equal(red('2025-09-01'), 600_000);
  t.equal(red('2026-02-01'), 600_000, 'a given row with its end is before a built-in one that begins in it');
  t.equal(red('2026-09-01'), 729_500);
  t.equal(red('2026-11-30'), 700_000);
  t.equal(red('2026-12-01'), 729_500, 'after a given row with its end what it lay over counts again');
  await book.put([row('2026-12-01', null, 0.8)]);
  t.equal(red('2026-12-01'), 800_000);
  t.equal(await book.remove('2025-02-01'), true);
  t.equal(red('2025-07-31'), undefined);
  t.equal(await book.remove('2025-02-01'), false);
  t.equal(news.length, 2, 'what changes nothing is no news');
  t.match(
    book.rows().filter(({ validFrom }) => validFrom >= '2026-08-01'),
    [
      { validFrom: '2026-08-01', lastDay: '2026-11-30', isBuiltIn: true },
      { validFrom: '2026-11-01', lastDay: '2026-11-30', isBuiltIn: false },
      { validFrom: '2026-12-01', lastDay: null, isBuiltIn: false },
    ],
  );
});

t.test('a given row stands for the built-in one of the same day', async (t) => {
  const { book } = await bookOf([row('2026-08-01', null, 0.9)]);
  t.equal(book.priceOf('2026-10-01', 'red', 'peak'), 900_000);
  t.equal(book.rowOf('2026-10-01')?.isBuiltIn, false);
});

t.test('prices that cannot be read leave what is built in', async (t) => {
  const store = {
    call: async () => await Promise.reject(new GatewayError('database_unreadable', 'a row')),
  } as StorePort<Calls>;
  const book = new PriceBook({ logger: silentLogger, store, news: () => undefined });
  await book.restore();
  t.equal(book.priceOf('2026-08-01', 'blue', 'peak'), 165_400);
});
