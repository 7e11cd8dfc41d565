import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { csvCells, csvLine, csvTime } from './csv-line.ts';
import { plainFileName } from './file-access.ts';
import { WrittenCells } from './written-cells.ts';

/** One value of one time. */
export interface CsvCell {
  readonly atMs: number;
  readonly column: string;
  readonly text: string;
}

export interface CsvPlace {
  readonly directory: string;
  readonly device: string;
  /** The UTC day: `2026-03-10`. */
  readonly day: string;
  /** Octal. */
  readonly fileMode: number;
  /** What else will come sooner or later, as far as that is known: it has its columns from the start of a part on. */
  expected(): Promise<readonly string[]>;
}

const timeColumn = 'timestamp';
/** More would be no table any more: then a part begins with the columns of its own rows. */
const columnsMax = 1_000;
const newline = 10;

/**
 * The rows of one device and UTC day, in one file or several parts (`-2.csv` …): each part has one header, which is
 * true for all of its rows. A value is written once, however often it comes; the first of a second counts.
 */
export class CsvFile {
  readonly #place: CsvPlace;
  readonly #written = new WrittenCells();
  #part = 0;
  #columns: readonly string[] = [];

  private constructor(place: CsvPlace) {
    this.#place = place;
  }

  /** Reads what is there, and cuts off the line that a power cut has left half. Errors: those of the file system. */
  static async open(place: CsvPlace): Promise<CsvFile> {
    const file = new CsvFile(place);
    const names = await readdir(place.directory);
    const own = names.filter(
      (name) => name.startsWith(`${file.#stem}.`) || name.startsWith(`${file.#stem}-`),
    );
    for (const part of partsOf(own, file.#stem)) await file.#read(part);
    if (file.#part === 0) file.#columns = await columnsBefore(place, names);
    return file;
  }

  /** Returns when it is on disk. Errors: those of the file system; what was written of it is known when it is opened again. */
  async append(cells: readonly CsvCell[]): Promise<void> {
    const rows = new Map<string, Map<string, string>>();
    for (const { atMs, column, text } of cells) {
      if (this.#written.has(atMs, column)) continue;
      const time = csvTime(atMs);
      const row = rows.get(time) ?? new Map<string, string>();
      rows.set(time, row);
      if (!row.has(column)) row.set(column, text);
    }
    if (rows.size === 0) return;
    const isNewPart = await this.#makeColumns(rows.values());
    const lines = [...rows].map(([time, row]) =>
      csvLine([time, ...this.#columns.map((column) => row.get(column) ?? '')]),
    );
    const header = isNewPart ? [csvLine([timeColumn, ...this.#columns])] : [];
    await this.#write([...header, ...lines, ''].join('\n'), isNewPart);
    for (const [time, row] of rows) this.#written.add(Date.parse(time), [...row.keys()]);
  }

  get #stem(): string {
    return `${plainFileName(this.#place.device)}-${this.#place.day}`;
  }

  #pathOf(part: number): string {
    return join(this.#place.directory, `${this.#stem}${part === 1 ? '' : `-${part}`}.csv`);
  }

  /** Answers whether a new part begins. */
  async #makeColumns(rows: Iterable<ReadonlyMap<string, string>>): Promise<boolean> {
    const needed = new Set([...rows].flatMap((row) => [...row.keys()]));
    const hasAll = [...needed].every((column) => this.#columns.includes(column));
    if (hasAll && this.#part > 0) return false;
    const all = new Set([...this.#columns, ...(await this.#place.expected()), ...needed]);
    this.#columns = [...(all.size > columnsMax ? needed : all)];
    this.#part += 1;
    return true;
  }

  async #write(text: string, isNew: boolean): Promise<void> {
    const { fileMode, directory } = this.#place;
    const handle = await open(this.#pathOf(this.#part), isNew ? 'ax' : 'a', fileMode);
    try {
      await handle.appendFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isNew) await syncFolder(directory);
  }

  async #read(part: number): Promise<void> {
    this.#part = part;
    const handle = await open(this.#pathOf(part), 'r+');
    try {
      await cutHalfLine(handle);
      let columns: readonly string[] | undefined;
      for await (const line of handle.readLines({ autoClose: false, start: 0 })) {
        const [time = '', ...cells] = csvCells(line);
        if (columns === undefined) columns = time === timeColumn ? cells : [];
        else this.#note(time, columns, cells);
      }
      // Somebody else's file is left alone: what comes next gets a part of its own.
      this.#columns = columns ?? [];
    } finally {
      await handle.close();
    }
  }

  #note(time: string, columns: readonly string[], cells: readonly string[]): void {
    const atMs = Date.parse(time);
    if (Number.isNaN(atMs)) return;
    this.#written.add(
      atMs,
      columns.filter((_, index) => (cells[index] ?? '') !== ''),
    );
  }
}

function partsOf(names: readonly string[], stem: string): readonly number[] {
  return names
    .map((name) =>
      name === `${stem}.csv` ? 1 : Number(/^-(\d{1,6})\.csv$/.exec(name.slice(stem.length))?.[1]),
    )
    .filter((part) => part >= 1)
    .sort((left, right) => left - right);
}

/** Those of the newest file of the device: so each day does not begin with a part for each value that comes. */
async function columnsBefore(
  { directory, device, day }: CsvPlace,
  names: readonly string[],
): Promise<readonly string[]> {
  const stem = plainFileName(device);
  const dated = names.flatMap((name) => {
    const match = /^-(\d{4}-\d\d-\d\d)(?:-(\d{1,6}))?\.csv$/.exec(name.slice(stem.length));
    if (!name.startsWith(stem) || match?.[1] === undefined || match[1] > day) return [];
    return [{ name, day: match[1], part: Number(match[2] ?? 1) }];
  });
  const newest = dated
    .sort((left, right) => left.day.localeCompare(right.day) || left.part - right.part)
    .at(-1);
  if (newest === undefined) return [];
  const handle = await open(join(directory, newest.name), 'r');
  try {
    for await (const line of handle.readLines({ autoClose: false, start: 0 })) {
      const [time, ...columns] = csvCells(line);
      return time === timeColumn && columns.length <= columnsMax ? columns : [];
    }
    return [];
  } finally {
    await handle.close();
  }
}

/** What stands behind the last line end. */
async function cutHalfLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const chunk = Buffer.alloc(65_536);
  for (let endAt = size; endAt > 0;) {
    const from = Math.max(0, endAt - chunk.length);
    await handle.read(chunk, 0, endAt - from, from);
    const at = chunk.subarray(0, endAt - from).lastIndexOf(newline);
    if (at >= 0) {
      if (from + at + 1 < size) await handle.truncate(from + at + 1);
      return;
    }
    endAt = from;
  }
  if (size > 0) await handle.truncate(0);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
