import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hasValue } from '../../core/quality.ts';
import { CsvFile, type CsvCell } from './csv-file.ts';
import { csvTime } from './csv-line.ts';
import { fileFailure, modesFor, readableBy } from './file-access.ts';
import type { RefusedRow, Sink, SinkBatch, SinkDefinition, SinkPorts } from './sink.ts';

/** Files that are known by heart; the others are read again when something comes for them. */
const openFilesMax = 24;

interface Folder {
  readonly path: string;
  readonly fileMode: number;
  readonly quantitiesOf: SinkPorts['quantitiesOf'];
}

class CsvSink implements Sink {
  readonly #folder: Folder;
  /** The one used longest ago first. */
  readonly #files = new Map<string, CsvFile>();

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    for (const [key, cells] of cellsByFile(batch)) {
      signal.throwIfAborted();
      const [day = '', device = ''] = split(key);
      try {
        const file = await this.#fileOf(key, day, device);
        await file.append(cells);
      } catch (error) {
        // It may hold a part of it now.
        this.#files.delete(key);
        throw fileFailure(error, this.#folder.path, 'directory');
      }
    }
    return [];
  }

  close(): Promise<void> {
    this.#files.clear();
    return Promise.resolve();
  }

  async #fileOf(key: string, day: string, device: string): Promise<CsvFile> {
    const { path, fileMode, quantitiesOf } = this.#folder;
    const expected = (): Promise<readonly string[]> => quantitiesOf(device);
    const known = this.#files.get(key);
    this.#files.delete(key);
    const file = known ?? (await CsvFile.open({ directory: path, device, day, fileMode, expected }));
    this.#files.set(key, file);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= openFilesMax) break;
      this.#files.delete(oldest);
    }
    return file;
  }
}

/** By day and device. */
function cellsByFile({ rows, texts }: SinkBatch): ReadonlyMap<string, readonly CsvCell[]> {
  const files = new Map<string, CsvCell[]>();
  const add = (device: string, cell: CsvCell): void => {
    const key = `${csvTime(cell.atMs).slice(0, 10)} ${device}`;
    const cells = files.get(key);
    if (cells === undefined) files.set(key, [cell]);
    else cells.push(cell);
  };
  for (const { device, quantity, atMs, value, quality } of rows) {
    const isTrusted = value !== null && hasValue(quality) && quality !== 'suspect';
    if (isTrusted) add(device, { atMs, column: quantity, text: String(value) });
  }
  for (const { device, quantity, atMs, text } of texts) {
    if (text !== '') add(device, { atMs, column: quantity, text });
  }
  return files;
}

function split(key: string): readonly string[] {
  return [key.slice(0, 10), key.slice(11)];
}

/** A file for each device or source and UTC day. */
export const csv: SinkDefinition = {
  id: 'csv',
  title: 'CSV files',
  source: 'RFC 4180; times as in ISO 8601, UTC',
  options: {
    directory: {
      type: 'text',
      description: 'The folder of the files, absolute or seen from the data directory.',
      min: 1,
      max: 500,
      default: 'csv',
    },
    readableBy,
  },
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: async (options, { dataDirectory, quantitiesOf }) => {
    const path = resolve(dataDirectory, String(options['directory']));
    const { file, folder } = modesFor(String(options['readableBy']));
    try {
      await mkdir(path, { recursive: true, mode: folder });
    } catch (error) {
      throw fileFailure(error, path, 'directory');
    }
    return new CsvSink({ path, fileMode: file, quantitiesOf });
  },
};
