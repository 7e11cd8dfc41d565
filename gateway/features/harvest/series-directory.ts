import type { SeriesId } from '../../core/reading.ts';
import type { StoredSeries } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

/** Which series there are. Series are only ever added, so what is known is asked once. */
export interface SeriesDirectory {
  /** Asks the store again when the series is not known yet. Errors: those of the store. */
  find(device: string, quantity: string): Promise<StoredSeries | undefined>;
  byId(id: SeriesId): Promise<StoredSeries | undefined>;
  /** As of the latest answer of the store. */
  known(): readonly StoredSeries[];
}

export function createSeriesDirectory(store: StorePort<'listSeries'>): SeriesDirectory {
  let all: readonly StoredSeries[] = [];
  let byId = new Map<SeriesId, StoredSeries>();
  const refresh = async (): Promise<void> => {
    all = await store.call('listSeries');
    byId = new Map(all.map((series) => [series.id, series]));
  };
  const findKnown = (device: string, quantity: string): StoredSeries | undefined =>
    all.find((series) => series.device === device && series.quantity === quantity);

  return {
    find: async (device, quantity) => {
      const known = findKnown(device, quantity);
      if (known !== undefined) return known;
      await refresh();
      return findKnown(device, quantity);
    },
    byId: async (id) => {
      if (!byId.has(id)) await refresh();
      return byId.get(id);
    },
    known: () => all,
  };
}
