import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { tempoPricesOf } from '../../../../gateway/core/tempo-price-table.ts';
import type { DatedTempoPrices } from '../../../../gateway/core/tempo-prices.ts';
import { NamedPriceFile } from '../../../../gateway/features/grid/tempo/named-price-file.ts';
import type { PriceRow } from '../../../../gateway/features/grid/tempo/price-book.ts';

const season = (redPeak: number): object => ({
  '1': { offpeak: 0.1, fullpeak: 0.2 },
  '2': { offpeak: 0.1, fullpeak: 0.2 },
  '3': { offpeak: 0.1, fullpeak: redPeak },
});
const path = '/home/tsm/power_price.json';

function bench(files: Readonly<Record<string, string>>): {
  readonly file: NamedPriceFile;
  readonly kept: Map<string, DatedTempoPrices>;
  readonly puts: string[][];
  fails: boolean;
} {
  const kept = new Map<string, DatedTempoPrices>();
  const puts: string[][] = [];
  const prices = {
    rows: (): PriceRow[] => [...kept.values()].map((row) => ({ ...row, isBuiltIn: false, lastDay: null })),
    put: async (rows: readonly DatedTempoPrices[]) => {
      if (self.fails) throw new GatewayError('storage_failed', 'the medium is read-only');
      for (const row of rows) kept.set(row.validFrom, row);
      await Promise.resolve(puts.push(rows.map(({ validFrom }) => validFrom)));
    },
  };
  const disk = { readText: (asked: string) => files[asked] };
  const file = new NamedPriceFile(path, { disk, logger: silentLogger, prices });
  const self = { file, kept, puts, fails: false };
  return self;
}

t.test('its prices are taken once, and again only when the file says something else', async (t) => {
  const files = { [path]: JSON.stringify({ '2023-2024': season(0.7), '2024-2025': season(0.8) }) };
  const { file, kept, puts } = bench(files);
  await file.take();
  await file.take();
  t.same(puts, [['2023-09-01', '2024-09-01']]);
  t.equal(kept.get('2024-09-01')?.prices.red.peak, 800_000);
  files[path] = JSON.stringify({ '2023-2024': season(0.7), '2024-2025': season(0.9) });
  await file.take();
  t.same(puts.at(-1), ['2024-09-01']);
  t.equal(kept.get('2024-09-01')?.prices.red.peak, 900_000);
  t.equal(file.problem, undefined);
});

t.test('what people have set on the same day stands', async (t) => {
  const { file, kept } = bench({ [path]: JSON.stringify({ '2024-2025': season(0.8) }) });
  const prices = tempoPricesOf([0.1, 0.1, 0.1, 0.1, 0.5, 0.1]);
  kept.set('2024-09-01', { validFrom: '2024-09-01', validTo: null, prices, source: 'set by local' });
  await file.take();
  t.equal(kept.get('2024-09-01')?.prices.red.peak, 500_000);
});

t.test(
  'no file, a file that is none, rows that are none and a full disk are told, and stop nothing',
  async (t) => {
    const gone = bench({});
    await gone.file.take();
    t.match(gone.file.problem, /power_price\.json cannot be taken: there is no such file/);
    const other = bench({ [path]: '{"a":' });
    await other.file.take();
    t.match(other.file.problem, /cannot be taken/);
    const long = bench({ [path]: ' '.repeat(200_000) });
    await long.file.take();
    t.match(long.file.problem, /longer than/);
    const partly = bench({ [path]: JSON.stringify({ '2023-2024': season(0.7), '2024-2025': season(-1) }) });
    await partly.file.take();
    t.match(partly.file.problem, /1 rows are not used: "2024-2025": the red peak price/);
    t.same(partly.puts, [['2023-09-01']]);
    const full = bench({ [path]: JSON.stringify({ '2023-2024': season(0.7) }) });
    full.fails = true;
    await full.file.take();
    t.match(full.file.problem, /the medium is read-only/);
  },
);
