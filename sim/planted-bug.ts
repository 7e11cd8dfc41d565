import type { ReadingBatch } from '../gateway/core/reading.ts';
import type { Database, RollupRange } from '../gateway/storage/store-calls.ts';

/** Faults put into the firmware on purpose: a simulation that does not find them proves nothing. */
export const plantedBugs = [
  'lost-commit',
  'double-commit',
  'wrong-value',
  'wrong-rollup',
  'late-poll',
  'wrong-decode',
] as const;

export type PlantedBug = (typeof plantedBugs)[number];

/** Of all appends, the one that goes wrong. */
const badAppend = 700;

/** The database with a bug, or as it is. `late-poll` and `wrong-decode` are planted elsewhere. */
export function withPlantedBug(database: Database, bug: PlantedBug | undefined): Database {
  let appends = 0;
  const call: Database['call'] = async (name, ...parameters) => {
    if (bug === 'wrong-rollup' && name === 'rollupRange') {
      const range = (await database.call(name, ...parameters)) as unknown as RollupRange;
      const rows = range.rows.map((row) => ({ ...row, last: row.last === null ? null : row.last + 0.01 }));
      return { ...range, rows: rows.slice(0, -1).concat(range.rows.slice(-1)) } as never;
    }
    if (name !== 'appendReadings') return await database.call(name, ...parameters);
    appends += 1;
    if (appends !== badAppend) return await database.call(name, ...parameters);
    const [key, batch] = parameters as unknown as Parameters<AppendCall>;
    if (bug === 'lost-commit') return { epoch: 1, commit: appends, count: batch.series.length } as never;
    if (bug === 'double-commit')
      await database.call('appendReadings', { ...key, bootId: `${key.bootId}-again` }, batch);
    if (bug === 'wrong-value') {
      return (await database.call('appendReadings', key, {
        ...batch,
        value: batch.value.map((v) => v + 1),
      })) as never;
    }
    return await database.call(name, ...parameters);
  };
  return { call, close: async () => await database.close() };
}

type AppendCall = (key: { bootId: string; sequence: number }, batch: ReadingBatch) => unknown;
