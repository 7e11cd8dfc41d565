import type {
  RangeQuery,
  RollupRow,
  StoreCalls,
  StoredReading,
} from '../../../gateway/storage/store-calls.ts';
import { quantityDefinition } from '../../../gateway/core/quantity.ts';
import { MemoryStore } from '../memory-store.ts';
import type { StubHome } from './stub-home.ts';

const rawStepMs = 10_000;
const windowsMs = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

/** The history of the stub home, computed when asked; tokens and audit lines in memory. */
export class HomeStore {
  /** Nothing was stored before. */
  oldestMs: number;
  /** Series that never had a value, by `device/quantity`. */
  readonly neverRead = new Set<string>();
  readonly #home: StubHome;
  readonly #nowMs: () => number;
  readonly #rest = new MemoryStore();

  constructor(home: StubHome, nowMs: () => number) {
    this.#home = home;
    this.#nowMs = nowMs;
    this.oldestMs = nowMs() - 400 * 86_400_000;
  }

  call<Name extends keyof StoreCalls>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>> {
    const own = (this.#calls as Record<string, ((...values: unknown[]) => unknown) | undefined>)[name];
    if (own === undefined) return this.#rest.call(name, ...parameters);
    return Promise.resolve(own(...parameters) as ReturnType<StoreCalls[Name]>);
  }

  get #series(): { readonly id: number; readonly device: string; readonly quantity: string }[] {
    return this.#home.series.map((series, index) => ({ id: index + 1, ...series }));
  }

  readonly #calls = {
    listSeries: () => this.#series,
    rawRange: (query: RangeQuery) => ({ rows: [...this.#rawRows(query)] }),
    rollupRange: (query: RangeQuery, resolution: keyof typeof windowsMs) => ({
      rows: [...this.#windows(query, windowsMs[resolution])],
    }),
    databaseStatus: () => ({
      path: '/data/egw.db',
      schemaVersion: 1,
      epoch: 1,
      commits: 81_234,
      readings: 4_158_204,
      fileBytes: 18_432_000,
      walBytes: 412_000,
      synchronous: 'full' as const,
      oldestMs: this.oldestMs,
      newestMs: this.#nowMs(),
      quotaBytes: 4_294_967_296,
      usedBytes: 17_900_000,
      freeBytes: 20_000_000_000,
      ballastBytes: 8_388_608,
      mode: 'ok' as const,
      gaps: 0,
      gapReadings: 0,
    }),
  };

  *#rawRows({ series, fromMs, toMs }: RangeQuery): Generator<StoredReading> {
    const { device = '', quantity = '' } = this.#series[series - 1] ?? {};
    const startMs = Math.ceil(Math.max(fromMs, this.oldestMs) / rawStepMs) * rawStepMs;
    for (let atMs = startMs; atMs < Math.min(toMs, this.#nowMs()); atMs += rawStepMs) {
      yield { atMs, value: this.#home.valueAt(device, quantity, atMs) ?? NaN, quality: 'good' };
    }
  }

  *#windows({ series, fromMs, toMs }: RangeQuery, lengthMs: number): Generator<RollupRow> {
    const { device = '', quantity = '' } = this.#series[series - 1] ?? {};
    if (this.neverRead.has(`${device}/${quantity}`)) return;
    const spread = quantityDefinition(quantity).kind === 'counter' ? 0 : 0.18;
    const startMs = Math.ceil(Math.max(fromMs, this.oldestMs) / lengthMs) * lengthMs;
    for (let atMs = startMs; atMs < Math.min(toMs, this.#nowMs()); atMs += lengthMs) {
      const endMs = atMs + lengthMs;
      const lastMs = Math.min(endMs, this.#nowMs()) - 1;
      const sampleAt = (index: number): number => atMs + ((lastMs - atMs) * index) / 11;
      const samples = Array.from(
        { length: 12 },
        (_, index) => this.#home.valueAt(device, quantity, sampleAt(index)) ?? NaN,
      );
      const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
      const wobble = Math.abs(mean) * spread * Math.abs(Math.sin(atMs / 7.7e6));
      const [min, max] = [Math.min(...samples) - wobble, Math.max(...samples) + wobble];
      const last = samples.at(-1) ?? mean;
      yield { startMs: atMs, endMs, min, max, mean, last, anyOn: max !== 0, n: lengthMs / rawStepMs, bad: 0 };
    }
  }
}
