import { limits } from '../../core/limits.ts';
import type { SeriesKey } from '../../core/reading.ts';
import type { SaidText } from '../../core/said-text.ts';
import type {
  ImportedRow,
  ImportFormat,
  ImportOptions,
  ImportReader,
} from '../../io/imports/import-format.ts';
import type { HistoryReport } from '../../storage/store-calls.ts';
import { HourBuckets, type BucketHour } from './hour-buckets.ts';
import { partMax, type TakenPart } from './history-intake.ts';
import { NoteBook, type NotedRows } from './note-book.ts';

/** A part of an import on its way to a gateway. */
export interface SentPart {
  readonly hours: readonly BucketHour[];
  readonly texts: readonly SaidText[];
}

export interface ImportRun {
  readonly format: ImportFormat;
  readonly paths: readonly string[];
  /** Where each group of the format goes: the id of a source. */
  readonly devices: Readonly<Record<string, string>>;
  /** Parts that go elsewhere than to that source, by name: `water`. */
  readonly places?: ReadonlyMap<string, SeriesKey>;
  /** Those of the format. */
  readonly options: Omit<ImportOptions, 'note'>;
  /** One at a time. Errors end the import; what was taken stays, and comes to nothing when it is sent again. */
  readonly send: (part: SentPart) => Promise<TakenPart>;
  /** After each part: rows that are done, of how many, and the time that they have come to. */
  readonly onProgress: (done: number, rowCount: number, atMs: number) => void;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface ImportSummary extends HistoryReport {
  readonly tables: readonly {
    readonly file: string;
    readonly table: string | null;
    readonly group: string;
    readonly device: string;
    readonly rows: number;
  }[];
  /** Where parts go that go elsewhere than to a source of the other program's kind. */
  readonly places: readonly (SeriesKey & { readonly part: string })[];
  /** UTC epoch ms of the first and of the last row; null when there was none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** The same reading again: from another file, or of a meter that is slower than its rows. */
  readonly repeated: number;
  /** Another value for the same time in another row: the first one stands. */
  readonly conflicting: number;
  readonly texts: number;
  readonly notes: readonly NotedRows[];
  /** It was stopped. */
  readonly isPartial: boolean;
}

/** More is put into a part only when it is one hour of one series. Each holds up the gateway's own commits meanwhile. */
const partReadings = 1_500;
const partHours = 100;
const differencesMax = 5;
const partForm = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Goes through another program's files by time, and sends what they say in parts, hour by hour. In bounded memory. Errors:
 * those of the format and of `send`.
 */
export async function runImport(run: ImportRun): Promise<ImportSummary> {
  const notes = new NoteBook();
  const reader = run.format.open(run.paths, { ...run.options, note: notes.add });
  try {
    return await new Import(run, reader, notes).run();
  } finally {
    reader.close();
  }
}

class Import {
  readonly #run: ImportRun;
  readonly #reader: ImportReader;
  readonly #notes: NoteBook;
  readonly #buckets = new HourBuckets();
  readonly #words = new Map<string, string>();
  #hours: BucketHour[] = [];
  /** Readings in them. */
  #waiting = 0;
  #texts: SaidText[] = [];
  #done = 0;
  #fromMs: number | null = null;
  #toMs: number | null = null;
  readonly #sum = {
    added: 0,
    known: 0,
    differing: 0,
    tooOld: 0,
    tooNew: 0,
    texts: 0,
    repeated: 0,
    conflicting: 0,
  };
  readonly #differences: HistoryReport['differences'][number][] = [];

  constructor(run: ImportRun, reader: ImportReader, notes: NoteBook) {
    this.#run = run;
    this.#reader = reader;
    this.#notes = notes;
  }

  async run(): Promise<ImportSummary> {
    const { signal } = this.#run;
    for (const row of this.#reader.rows()) {
      if (signal.aborted) break;
      this.#take(row);
      await this.#send(this.#buckets.ready(row.atMs));
    }
    if (!signal.aborted) await this.#send(this.#buckets.rest(), true);
    return this.#summary(signal.aborted);
  }

  #take({ atMs, group, answer, place }: ImportedRow): void {
    this.#done += 1;
    this.#fromMs ??= atMs;
    this.#toMs = atMs;
    const source = this.#run.devices[group] ?? group;
    for (const { quantity, value, part, atMs: ownMs = atMs } of answer.values) {
      const series = this.#run.places?.get(part ?? '') ?? seriesOf(source, part, quantity);
      if (series === undefined) {
        this.#notes.add({ ...place, reason: 'a name in it is too long, or cannot be one' });
        continue;
      }
      const verdict = this.#buckets.add(series, Math.floor(ownMs), value);
      if (verdict === 'repeated') this.#sum.repeated += 1;
      if (verdict !== 'conflicting') continue;
      this.#sum.conflicting += 1;
      this.#notes.add({ ...place, reason: `another row has another ${series.quantity} for the same time` });
    }
    for (const { quantity, text, part } of answer.texts)
      this.#takeText(deviceOf(source, part), { quantity, text: text.slice(0, limits.textLengthMax), atMs });
  }

  /** Words are kept when they change. */
  #takeText(device: string | undefined, text: Omit<SaidText, 'device'>): void {
    const key = `${device}\n${text.quantity}`;
    if (device === undefined || text.quantity.length > limits.quantityLengthMax) return;
    if (this.#words.get(key) === text.text) return;
    this.#words.set(key, text.text);
    this.#texts.push({ device, ...text });
  }

  async #send(hours: readonly BucketHour[], isLast = false): Promise<void> {
    this.#hours.push(...hours);
    this.#waiting += readingsOf(hours);
    while (!this.#run.signal.aborted && this.#isDue(isLast)) await this.#sendPart();
  }

  #isDue(isLast: boolean): boolean {
    if (isLast) return this.#hours.length > 0 || this.#texts.length > 0;
    return (
      this.#waiting >= partReadings || this.#hours.length >= partHours || this.#texts.length > partMax.texts
    );
  }

  async #sendPart(): Promise<void> {
    const hours = this.#nextHours();
    const texts = this.#texts.splice(0, partMax.texts);
    const { differences, ...counts } = await this.#run.send({ hours, texts });
    for (const name of ['added', 'known', 'differing', 'tooOld', 'tooNew', 'texts'] as const)
      this.#sum[name] += counts[name];
    this.#differences.push(...differences.slice(0, differencesMax - this.#differences.length));
    this.#run.onProgress(this.#done, this.#reader.rowCount, hours.at(-1)?.startMs ?? this.#toMs ?? 0);
  }

  /** One at least, and more while they fit. */
  #nextHours(): readonly BucketHour[] {
    let count = 0;
    const end = this.#hours.findIndex(({ atMs }) => (count += atMs.length) > partReadings);
    const fitting = end < 0 ? this.#hours.length : Math.max(1, end);
    const hours = this.#hours.splice(0, Math.min(fitting, partHours));
    this.#waiting -= readingsOf(hours);
    return hours;
  }

  #summary(isPartial: boolean): ImportSummary {
    return {
      ...this.#sum,
      differences: this.#differences,
      tables: this.#reader.tables.map(({ place, group, rows }) => ({
        file: place.file,
        table: place.table ?? null,
        group,
        device: this.#run.devices[group] ?? group,
        rows,
      })),
      places: [...(this.#run.places ?? [])].map(([part, series]) => ({ part, ...series })),
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      notes: this.#notes.all(),
      isPartial,
    };
  }
}

function readingsOf(hours: readonly BucketHour[]): number {
  return hours.reduce((sum, { atMs }) => sum + atMs.length, 0);
}

function seriesOf(source: string, part: string | undefined, quantity: string): SeriesKey | undefined {
  const device = deviceOf(source, part);
  if (device === undefined || quantity.length > limits.quantityLengthMax) return undefined;
  return { device, quantity };
}

/** As sources name their parts; undefined for what cannot stand in topics, paths and file names. */
function deviceOf(source: string, part: string | undefined): string | undefined {
  if (part === undefined) return source;
  return partForm.test(part) && part.length <= limits.partLengthMax ? `${source}/${part}` : undefined;
}
