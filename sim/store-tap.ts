import type { ReadingBatch } from '../gateway/core/reading.ts';
import type { Database, StoreCalls } from '../gateway/storage/store-calls.ts';

export interface TapParts {
  /** A batch was stored; its times are steady ones where there is a timeline. */
  readonly stored: (batch: ReadingBatch, timeline: string | undefined) => void;
  /** Series that have numbers. */
  readonly named: (series: number, device: string) => void;
}

/** The database, with somebody who listens. */
export function tapped(database: Database, { stored, named }: TapParts): Database {
  return {
    call: async (name, ...parameters) => {
      const answer = await database.call(name, ...parameters);
      if (name === 'appendReadings') {
        const [, batch, timeline] = parameters as Parameters<StoreCalls['appendReadings']>;
        stored(batch, timeline);
      }
      if (name === 'internSeries') {
        const [keys] = parameters as Parameters<StoreCalls['internSeries']>;
        const ids = answer as ReturnType<StoreCalls['internSeries']>;
        keys.forEach(({ device }, index) => named(ids[index] ?? 0, device));
      }
      return answer;
    },
    close: async () => await database.close(),
  };
}
