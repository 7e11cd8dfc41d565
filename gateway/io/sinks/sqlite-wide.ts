import { resolve } from 'node:path';
import { modesFor, readableBy } from './file-access.ts';
import type { SinkDefinition } from './sink.ts';

const dayMs = 86_400_000;

const sourceId = (view: string, what: string) =>
  ({
    type: 'text',
    description: `Id of the source that the view ${view} is of: ${what}.`,
    default: view,
    min: 1,
    max: 64,
  }) as const;

/** A file of its own for Grafana and other readers of SQLite, with the views of the logger `mesura`. */
export const sqliteWide: SinkDefinition = {
  id: 'sqlite-wide',
  title: 'SQLite file with wide tables and views',
  source: 'sqlite.org/lang_createview.html; columns of dvm_mesura 1.1.6',
  options: {
    path: {
      type: 'text',
      description: 'The file, absolute or seen from the data directory.',
      min: 1,
      max: 500,
      default: 'monitor.db',
      pattern: '^(?!(.*/)?egw\\.db$)',
    },
    readableBy,
    energySource: sourceId('energy', 'a P1 meter'),
    weatherSource: sourceId('weather', 'OpenWeatherMap'),
    evohomeSource: sourceId('evohome', 'Evohome'),
    keepDays: {
      type: 'integer',
      description: 'Rows that are older go, in days; without it none do.',
      isOptional: true,
      min: 1,
      max: 36_500,
    },
  },
  rowsMax: 500,
  timeoutMs: 30_000,
  open: (options, { dataDirectory, tables, clock }) => {
    const keepDays = options['keepDays'];
    const place = {
      path: resolve(dataDirectory, String(options['path'])),
      fileMode: modesFor(String(options['readableBy'])).file,
      views: {
        energy: String(options['energySource']),
        weather: String(options['weatherSource']),
        evohome: String(options['evohomeSource']),
      },
      ...(typeof keepDays === 'number' && { keepMs: keepDays * dayMs }),
    };
    return Promise.resolve({
      write: async ({ rows, texts }) => {
        const values = rows.map(({ quality, ...row }) =>
          quality === 'suspect' ? { ...row, value: null } : row,
        );
        return await tables.write(place, { values, texts, nowMs: clock.wall() });
      },
      close: async () => await tables.close(place.path),
    });
  },
};
