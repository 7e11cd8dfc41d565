import type { LedgerPage, MeterLedger } from '../../../../gateway/features/server/meter/meter-ledger.ts';
import type { MeterReading } from '../../../../gateway/features/server/meter/meter-reading.ts';
import type { MeteredInterval } from '../../../../gateway/storage/server-calls.ts';

/** `2025-01-10 06:00:00.000` of France, or ISO with its zone, and kWh. */
export type Row = readonly [at: string, kwh: number];

/** In winter; ISO with a zone where the season matters. */
export function atOf(text: string): number {
  const iso = text.includes('T') ? text : `${text.replace(' ', 'T')}+01:00`;
  return Date.parse(iso);
}

export function readingOf([at, kwh]: Row): MeterReading {
  return { atMs: atOf(at), totalMwh: Math.round(kwh * 1e6) };
}

/** All intervals that a ledger has told of, as the store would have them. */
export class Cells {
  readonly #rows = new Map<string, MeteredInterval>();
  pages = 0;

  put({ intervals }: LedgerPage): void {
    this.pages += 1;
    for (const one of intervals) this.#rows.set(`${one.day} ${one.startMs} ${one.band}`, one);
  }

  get intervals(): readonly MeteredInterval[] {
    return [...this.#rows.values()].sort((a, b) => a.startMs - b.startMs);
  }

  /** `2025-01-10 peak measured 1500000`: a line a day, band and kind, in order; down has no number. */
  get lines(): readonly string[] {
    const sums = new Map<string, number>();
    for (const { day, band, kind, mwh } of this.intervals) {
      const key = `${day} ${band} ${kind}`;
      sums.set(key, (sums.get(key) ?? 0) + (mwh ?? 0));
    }
    return [...sums].map(([key, mwh]) => (key.endsWith('down') ? key : `${key} ${mwh}`));
  }

  get mwh(): number {
    return this.intervals.reduce((sum, { mwh }) => sum + (mwh ?? 0), 0);
  }

  ofDay(day: string): readonly MeteredInterval[] {
    return this.intervals.filter((one) => one.day === day);
  }
}

/** Writes down what is not yet, as the watch does. */
export function flush(ledger: MeterLedger, cells: Cells): void {
  const page = ledger.unstored;
  if (page === undefined) return;
  cells.put(page);
  ledger.stored(page);
}
