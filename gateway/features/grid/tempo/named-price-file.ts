import type { Disk } from '../../../core/disk.ts';
import { describeError, GatewayError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Logger } from '../../../core/logger.ts';
import type { DatedTempoPrices } from '../../../core/tempo-prices.ts';
import type { PriceBook } from './price-book.ts';
import { readPriceFile, type PriceFile } from './read-price-file.ts';

interface NamedPriceFilePorts {
  readonly disk: Pick<Disk, 'readText'>;
  readonly logger: Logger;
  readonly prices: Pick<PriceBook, 'rows' | 'put'>;
}

/** kVA; only counts where the file tells several. */
const usualPower = 6;

/** A file of prices that the configuration names: taken at each start. What people have set stands over it. */
export class NamedPriceFile {
  readonly #path: string | undefined;
  readonly #ports: NamedPriceFilePorts;
  #problem: string | undefined;

  /** @param path absolute; undefined: none is named */
  constructor(path: string | undefined, ports: NamedPriceFilePorts) {
    this.#path = path;
    this.#ports = ports;
  }

  /** What is wrong with it, for people; undefined when nothing is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Never throws: what was known stays, and the problem says why. */
  async take(): Promise<void> {
    if (this.#path === undefined) return;
    try {
      const { rows, refused } = this.#read(this.#path);
      const news = rows.filter((row) => this.#isNews(row));
      if (news.length > 0) await this.#ports.prices.put(news);
      const [first] = refused;
      this.#problem =
        first && `${this.#path}: ${refused.length} rows are not used: ${first.where}: ${first.why}`;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#problem = `the prices of ${this.#path} cannot be taken: ${describeError(error)}`;
    }
    if (this.#problem !== undefined) this.#ports.logger.warn({ file: this.#path }, this.#problem);
  }

  #read(path: string): PriceFile {
    const text = this.#ports.disk.readText(path);
    if (text === undefined) throw unusable('there is no such file');
    if (text.length > limits.tempoPriceTextLengthMax)
      throw unusable(`it is longer than ${limits.tempoPriceTextLengthMax} letters`);
    return readPriceFile(text, usualPower);
  }

  /** What is there already is not written again at each start. */
  #isNews(row: DatedTempoPrices): boolean {
    const known = this.#ports.prices
      .rows()
      .find(({ validFrom, isBuiltIn }) => !isBuiltIn && validFrom === row.validFrom);
    if (known === undefined) return true;
    if (known.source.startsWith('set by ')) return false;
    return (
      known.validTo !== row.validTo ||
      known.source !== row.source ||
      JSON.stringify(known.prices) !== JSON.stringify(row.prices)
    );
  }
}

function unusable(why: string): GatewayError {
  return new GatewayError('config_unreadable', why, { hint: 'correct tariff.priceFile, or POWER_PRICE' });
}
