import type { Disk } from '../../core/disk.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { Interval } from '../../core/interval.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import { readSpotPrices, type SpotPrices } from './read-spot-prices.ts';
import type { PriceSlot } from './tariffs/tariff.ts';

const none: SpotPrices = { slots: [], problems: [], badRows: 0 };

interface SpotFilePorts {
  readonly disk: Pick<Disk, 'readText'>;
  readonly logger: Logger;
}

/** Prices from a file that somebody else writes: read again when it has changed. */
export class SpotFile {
  readonly #path: string;
  readonly #ports: SpotFilePorts;
  #text: string | undefined;
  #prices = none;
  #problem: string | undefined;

  constructor(path: string, ports: SpotFilePorts) {
    this.#path = path;
    this.#ports = ports;
  }

  /** What is wrong with the file, for people; undefined when nothing is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks at the file; true when it says something else than before. Never throws: what was known stays. */
  refresh(): boolean {
    const before = this.#problem;
    let text: string | undefined;
    try {
      text = this.#ports.disk.readText(this.#path);
      if (text !== undefined) assertLength(text);
    } catch (error) {
      this.#problem = `${this.#path} cannot be read: ${describeError(error)}`;
      this.#complain(before);
      return false;
    }
    if (text !== undefined && text === this.#text) return false;
    const isNews = text !== this.#text;
    this.#text = text;
    this.#prices = text === undefined ? none : readSpotPrices(text);
    this.#problem = text === undefined ? `there is no file ${this.#path}` : this.#rowsProblem();
    this.#complain(before);
    return isNews;
  }

  prices(range: Interval): readonly PriceSlot[] {
    return this.#prices.slots.filter(({ startMs, endMs }) => endMs > range.startMs && startMs < range.endMs);
  }

  #rowsProblem(): string | undefined {
    const { problems, badRows } = this.#prices;
    if (problems.length === 0) return undefined;
    if (badRows === 0) return `${this.#path}: ${problems.join('; ')}`;
    return `${this.#path}: ${badRows} rows are not used: ${problems.slice(0, 3).join('; ')}`;
  }

  #complain(before: string | undefined): void {
    if (this.#problem === undefined || this.#problem === before) return;
    this.#ports.logger.warn({ file: this.#path, problems: this.#prices.problems }, this.#problem);
  }
}

/** Errors: `config_unreadable`. */
function assertLength({ length }: string): void {
  const max = limits.spotPricesLengthMax;
  if (length <= max) return;
  throw new GatewayError('config_unreadable', `it is longer than ${max} letters: leave out what is long ago`);
}
