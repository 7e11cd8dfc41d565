import { describeError, GatewayError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import type { TariffBand } from '../../../core/tariff-band.ts';
import { addDays, type TempoDay } from '../../../core/tempo-day.ts';
import { publishedTempoPrices } from '../../../core/tempo-price-table.ts';
import type { DatedTempoPrices } from '../../../core/tempo-prices.ts';
import type { TempoColour } from '../../../core/tempo-rules.ts';
import type { StorePort } from '../../store-port.ts';

/** A row of the table, and the days that it comes to. */
export interface PriceRow extends DatedTempoPrices {
  readonly isBuiltIn: boolean;
  /** The last day that it is for, given or by the next row; null: it has no end yet. */
  readonly lastDay: TempoDay | null;
}

export interface PriceBookPorts {
  readonly logger: Logger;
  readonly store: StorePort<'putTempoPrices' | 'listTempoPrices' | 'removeTempoPrices'>;
  /** Prices have changed. */
  readonly news: () => void;
}

/**
 * The prices of Tempo by date: those that are built in, and those that were given. A row without an end lasts to the day
 * before the next built-in one, or the next one without an end; a given row that has its end lies over it, and after that it
 * counts again. Where a given row covers a day, a built-in one does not.
 */
export class PriceBook {
  readonly #ports: PriceBookPorts;
  #rows: readonly PriceRow[] = rowsOf([]);

  constructor(ports: PriceBookPorts) {
    this.#ports = ports;
  }

  /** What was given before. One that cannot be read leaves what is built in. */
  async restore(): Promise<void> {
    try {
      this.#keep(await this.#ports.store.call('listTempoPrices'));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const why = describeError(error);
      this.#ports.logger.error({ error }, `the prices of Tempo that were given cannot be read: ${why}`);
    }
  }

  /** All rows by the day on which they begin, the given one after the built-in one of the same day. */
  rows(): readonly PriceRow[] {
    return this.#rows;
  }

  /** Whole micro-euros per kWh; undefined where no row covers the day. */
  priceOf(day: TempoDay, colour: TempoColour, band: TariffBand): number | undefined {
    return this.rowOf(day)?.prices[colour][band];
  }

  /** The row that the day goes by. */
  rowOf(day: TempoDay): PriceRow | undefined {
    const covering = this.#rows.filter(
      ({ validFrom, lastDay }) => validFrom <= day && (lastDay === null || day <= lastDay),
    );
    return covering.findLast(({ isBuiltIn }) => !isBuiltIn) ?? covering.at(-1);
  }

  /** Instead of those that begin on the same days. Errors: those of the store; nothing is changed then. */
  async put(rows: readonly DatedTempoPrices[]): Promise<void> {
    const { store, news } = this.#ports;
    await store.call('putTempoPrices', rows);
    this.#keep(await store.call('listTempoPrices'));
    news();
  }

  /** False where none was given that begins on that day. Errors: those of the store. */
  async remove(validFrom: TempoDay): Promise<boolean> {
    const { store, news } = this.#ports;
    const isRemoved = await store.call('removeTempoPrices', validFrom);
    this.#keep(await store.call('listTempoPrices'));
    if (isRemoved) news();
    return isRemoved;
  }

  #keep(given: readonly DatedTempoPrices[]): void {
    this.#rows = rowsOf(given);
  }
}

function rowsOf(given: readonly DatedTempoPrices[]): readonly PriceRow[] {
  const all = [
    ...publishedTempoPrices.map((row) => ({ ...row, isBuiltIn: true })),
    ...given.map((row) => ({ ...row, isBuiltIn: false })),
  ].toSorted(byFirstDay);
  return all.map((row) => {
    const next = all.find(
      ({ validFrom, validTo, isBuiltIn }) => validFrom > row.validFrom && (isBuiltIn || validTo === null),
    );
    const untilNext = next === undefined ? null : addDays(next.validFrom, -1);
    return { ...row, lastDay: row.validTo ?? untilNext };
  });
}

function byFirstDay(left: DatedTempoPrices, right: DatedTempoPrices): number {
  return left.validFrom < right.validFrom ? -1 : Number(left.validFrom > right.validFrom);
}
