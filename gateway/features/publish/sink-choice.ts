import type { SeriesId } from '../../core/reading.ts';
import type { StoredSeries } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { PublishedSink } from './published-sink.ts';

type Named = Pick<StoredSeries, 'device' | 'quantity'>;

/** Which series a sink gets, and their names. */
export class SinkChoice {
  readonly #only: PublishedSink['only'];
  readonly #isSource: (id: string) => boolean;
  readonly #store: StorePort<'listSeries'>;
  #known: ReadonlyMap<SeriesId, StoredSeries> = new Map();

  /** @param isSource whether that is the id of a source, and not of a device */
  constructor(
    only: PublishedSink['only'],
    isSource: (id: string) => boolean,
    store: StorePort<'listSeries'>,
  ) {
    this.#only = only;
    this.#isSource = isSource;
    this.#store = store;
  }

  /** Learns the names of these series. Errors: those of the store. */
  async learn(ids: Iterable<SeriesId>): Promise<void> {
    for (const id of ids) {
      if (this.#known.has(id)) continue;
      const all = await this.#store.call('listSeries');
      this.#known = new Map(all.map((series) => [series.id, series]));
      return;
    }
  }

  /** undefined: the sink does not get it. */
  nameOf(id: SeriesId): Named | undefined {
    const series = this.#known.get(id);
    return series !== undefined && this.isWanted(series) ? series : undefined;
  }

  /** All quantities of a device that the sink gets, in the order in which they came up. Errors: those of the store. */
  async quantitiesOf(device: string): Promise<readonly string[]> {
    const all = await this.#store.call('listSeries');
    return all
      .filter((series) => series.device === device && this.isWanted(series))
      .map(({ quantity }) => quantity);
  }

  /** What has parts is named by itself, or as one of them: `p1` is also `p1/gas-4730`. */
  isWanted({ device, quantity }: Named): boolean {
    const { devices, sources, quantities } = this.#only;
    const [whole = device] = device.split('/');
    const names = this.#isSource(whole) ? sources : devices;
    const isNamed = names === undefined || names.includes(whole) || names.includes(device);
    return isNamed && (quantities === undefined || quantities.includes(quantity));
  }
}
