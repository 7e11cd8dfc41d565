import fc from 'fast-check';
import t from 'tap';
import { Timekeeper } from '../../../gateway/features/timekeeping/timekeeper.ts';
import { HistoryIntake } from '../../../gateway/features/imports/history-intake.ts';
import {
  runImport,
  type ImportSummary,
  type SentPart,
} from '../../../gateway/features/imports/run-import.ts';
import type { ImportedRow, ImportFormat } from '../../../gateway/io/imports/import-format.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { Database, StoreCalls } from '../../../gateway/storage/store-calls.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 2, 10, 10, 30);
const zone = 'Europe/Paris';

type Values = ImportedRow['answer']['values'];

/** A program whose rows are given. */
function formatOf(rows: readonly ImportedRow[]): ImportFormat {
  return {
    id: 'other',
    title: 'Another program',
    source: 'this test',
    groups: [{ id: 'energy', kind: 'homewizard-p1', device: 'p1' }],
    takes: 'DIR',
    open: (_paths, { note }) => ({
      rowCount: rows.length,
      tables: [{ place: { file: 'a.db', table: 'energy' }, group: 'energy', rows: rows.length }],
      rows: function* () {
        note({ file: 'a.db', row: 7, reason: 'it has no time' });
        yield* rows;
      },
      close: () => undefined,
    }),
  };
}

function row(atMs: number, values: Values, texts: ImportedRow['answer']['texts'] = []): ImportedRow {
  return { atMs, group: 'energy', answer: { values, texts }, place: { file: 'a.db', row: 1 } };
}

function rowsOf(fromMs: number, count: number, stepMs: number): ImportedRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(fromMs + index * stepMs, [
      { quantity: 'grid_power_w', value: index },
      {
        quantity: 'gas_m3',
        value: Math.floor(index / 60),
        part: 'gas-1',
        atMs: fromMs + Math.floor(index / 60) * 60 * stepMs,
      },
    ]),
  );
}

class Gateway {
  readonly service: DatabaseService;
  readonly #intake: HistoryIntake;
  parts = 0;

  constructor(directory: string) {
    this.service = new DatabaseService({ directory, zone, nowMs });
    const { service } = this;
    const store: Pick<Database, 'call'> = {
      call: (name, ...parameters) => {
        const call = service[name].bind(service) as (...given: unknown[]) => unknown;
        return Promise.resolve(call(...parameters) as ReturnType<StoreCalls[typeof name]>);
      },
    };
    this.#intake = new HistoryIntake({
      store,
      clock: new Timekeeper(new SimulatedClock(nowMs)),
      rawMsMax: 7 * dayMs,
    });
  }

  async import(
    rows: readonly ImportedRow[],
    { isDryRun = false, stopAfter = Infinity, importId = 'one' } = {},
  ): Promise<ImportSummary> {
    const abort = new AbortController();
    let parts = 0;
    return await runImport({
      format: formatOf(rows),
      paths: ['.'],
      devices: { energy: 'p1' },
      options: { zone, nowMs },
      send: async ({ hours, texts }: SentPart) => {
        this.parts += 1;
        const columns = hours.map((hour) => ({
          ...hour,
          atMs: Float64Array.from(hour.atMs),
          value: Float64Array.from(hour.value),
        }));
        return await this.#intake.take({ importId, isDryRun, hours: columns, texts }, 'local');
      },
      onProgress: () => {
        parts += 1;
        if (parts >= stopAfter) abort.abort();
      },
      signal: abort.signal,
    });
  }

  /** All that is to be seen of a series. */
  seen(device: string, quantity: string): unknown {
    while (this.service.rollUp(nowMs).remaining);
    const id = this.service
      .listSeries()
      .find((one) => one.device === device && one.quantity === quantity)?.id;
    const query = { series: id ?? 0, fromMs: 0, toMs: nowMs, rowsMax: 20_000 };
    return (['1m', '1h', '1d'] as const).map((level) => this.service.rollupRange(query, level).rows);
  }

  all(): unknown {
    return this.service
      .listSeries()
      .map(({ device, quantity }) => [device, quantity, this.seen(device, quantity)])
      .toSorted((left, right) => String(left.slice(0, 2)).localeCompare(String(right.slice(0, 2))));
  }
}

t.test('an import comes to minutes, hours and days, and says what it did', async (t) => {
  const gateway = new Gateway(t.testdir());
  const fromMs = nowMs - 20 * dayMs;
  const rows = rowsOf(fromMs, 600, minuteMs);
  const summary = await gateway.import(rows);
  t.match(summary, {
    added: 610,
    repeated: 590,
    known: 0,
    fromMs,
    toMs: fromMs + 599 * minuteMs,
    isPartial: false,
    tables: [{ file: 'a.db', table: 'energy', device: 'p1', rows: 600 }],
    notes: [{ file: 'a.db', table: null, reason: 'it has no time', count: 1, rows: [7], isTaken: false }],
  });
  const [minutes] = gateway.seen('p1', 'grid_power_w') as [{ last: number }[]];
  t.same(
    minutes.map(({ last }) => last),
    rows.map((_, index) => index),
  );
  t.equal(
    gateway.service.listAuditLines({ beforeMs: nowMs + 1, rowsMax: 10 }).length,
    1,
    'one line an import',
  );
  gateway.service.close();
});

t.test('stopped anywhere and said again, it is as if it had never been stopped', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      async (stops) => {
        const [whole, cut] = [new Gateway(t.testdir({ a: {} })), new Gateway(t.testdir({ b: {} }))];
        const rows = Array.from({ length: 30 }, (_, index) =>
          row(
            nowMs - 7 * dayMs - 8 * 3_600_000 + index * 20 * minuteMs,
            Array.from({ length: 30 }, (_value, at) => ({ quantity: `q${at}`, value: index })),
          ),
        );
        await whole.import(rows);
        for (const stopAfter of stops) await cut.import(rows, { stopAfter, importId: `i${stopAfter}` });
        const rest = await cut.import(rows, { importId: 'last' });
        t.equal(rest.added + rest.known, 900, 'each once');
        t.same(cut.all(), whole.all());
        const again = await cut.import(rows, { importId: 'again' });
        t.match(again, { added: 0, differing: 0, texts: 0 });
        whole.service.close();
        cut.service.close();
      },
    ),
    { numRuns: 2 },
  );
});

t.test('a dry run counts what the run does, words too', async (t) => {
  const gateway = new Gateway(t.testdir());
  const fromMs = nowMs - 30 * dayMs;
  const mode = (text: string): ImportedRow['answer']['texts'] => [{ quantity: 'system_mode', text }];
  const words = ['Auto', 'Auto', 'Away', 'Auto', 'Away'];
  const rows = Array.from({ length: 500 }, (_, index) =>
    row(fromMs + index * minuteMs, [{ quantity: 'grid_power_w', value: 1 }], mode(words[index % 5] ?? '')),
  );
  const dry = await gateway.import(rows, { isDryRun: true });
  t.same([gateway.service.listSeries(), gateway.service.latestTexts()], [[], []]);
  t.ok(gateway.parts >= 2);
  const real = await gateway.import(rows);
  t.same(real, dry);
  t.equal(real.texts, gateway.service.listTexts({ fromMs: 0, toMs: nowMs, rowsMax: 10_000 }).rows.length);
  t.equal((await gateway.import(rows, { importId: 'two' })).texts, 0);
  gateway.service.close();
});

t.test('words that are newer here are not followed by older ones', async (t) => {
  const gateway = new Gateway(t.testdir());
  gateway.service.putTexts([{ device: 'p1', quantity: 'mode', atMs: nowMs - dayMs, text: 'now' }]);
  const old = row(nowMs - 9 * dayMs, [], [{ quantity: 'mode', text: 'then' }]);
  t.equal((await gateway.import([old])).texts, 0);
  t.equal(gateway.service.latestTexts()[0]?.text, 'now');
  gateway.service.close();
});

t.test('what cannot be named is left out', async (t) => {
  const gateway = new Gateway(t.testdir());
  const summary = await gateway.import([
    row(nowMs - dayMs, [
      { quantity: 'a', value: 1, part: '../x' },
      { quantity: 'b'.repeat(300), value: 1 },
      { quantity: 'c', value: 1 },
    ]),
  ]);
  t.match(summary, { added: 1, notes: [{}, { count: 2, reason: /cannot be one/ }] });
  gateway.service.close();
});

t.test('while the time is not known nothing is taken', async (t) => {
  const intake = new HistoryIntake({
    store: { call: () => Promise.reject(new RangeError('asked')) },
    clock: {
      wall: () => 0,
      stamp: () => ({ basis: 'steady' as const, atMs: 5 as never }),
      monotonic: () => 0 as never,
      steady: () => 0 as never,
    },
    rawMsMax: 1,
  } as unknown as ConstructorParameters<typeof HistoryIntake>[0]);
  const part = { importId: 'a', isDryRun: false, hours: [], texts: [] };
  await t.rejects(intake.take(part, 'local'), { code: 'storage_busy' });
});
