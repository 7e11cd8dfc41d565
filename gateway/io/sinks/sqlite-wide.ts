import { dirname, join, resolve } from 'node:path';
import type { WidePlace } from '../../core/wide-tables.ts';
import { modesFor, readableBy } from './file-access.ts';
import type { RefusedRow, SinkBatch, SinkDefinition } from './sink.ts';

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
    separate: {
      type: 'boolean',
      description:
        'The three sources below have files of their own beside it: energy.db, weather.db and evohome.db.',
      default: false,
      environment: ['SEPARATE_DBS'],
    },
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
    const isSeparate = options['separate'] === true;
    return Promise.resolve({
      write: async (batch) => {
        const refused: RefusedRow[] = [];
        for (const { path, rows, indexes, texts } of filesOf(batch, place, isSeparate)) {
          const values = rows.map(({ quality, ...row }) =>
            quality === 'suspect' ? { ...row, value: null } : row,
          );
          const answer = await tables.write({ ...place, path }, { values, texts, nowMs: clock.wall() });
          refused.push(...answer.map(({ index, reason }) => ({ index: indexes[index] ?? index, reason })));
        }
        return refused;
      },
      close: async () => {
        const paths = [
          place.path,
          ...(isSeparate ? Object.keys(place.views).map((view) => viewPath(place, view)) : []),
        ];
        await Promise.all(paths.map(async (path) => await tables.close(path)));
      },
    });
  },
};

type FilePart = Pick<SinkBatch, 'texts' | 'rows'> & {
  readonly path: string;
  /** Of each row, its place in the batch. */
  readonly indexes: readonly number[];
};

/** What of a batch goes to which file. A source's parts are with it. */
function filesOf({ rows, texts }: SinkBatch, place: WidePlace, isSeparate: boolean): readonly FilePart[] {
  if (!isSeparate) return [{ path: place.path, rows, texts, indexes: [...rows.keys()] }];
  const pathOf = ({ device }: { readonly device: string }): string => {
    const source = device.split('/')[0];
    const view = Object.entries(place.views).find(([, id]) => id === source)?.[0];
    return view === undefined ? place.path : viewPath(place, view);
  };
  const paths = new Set([...rows, ...texts].map(pathOf));
  return [...paths].map((path) => {
    const indexes = [...rows.keys()].filter(
      (index) => rows[index] !== undefined && pathOf(rows[index]) === path,
    );
    return {
      path,
      indexes,
      rows: indexes.flatMap((index) => rows[index] ?? []),
      texts: texts.filter((text) => pathOf(text) === path),
    };
  });
}

function viewPath({ path }: WidePlace, view: string): string {
  return join(dirname(path), `${view}.db`);
}
