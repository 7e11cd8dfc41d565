import type { SourceAnswer } from '../sources/source.ts';

/** Where something stands in what is imported. */
export interface ImportPlace {
  /** Seen from the path that was given. */
  readonly file: string;
  readonly table?: string;
  /** The line of a text file, the first being 1, or the row id in a database; absent for all of it. */
  readonly row?: number;
}

/** Something that was left out, and why: a clause for people. */
export interface ImportNote extends ImportPlace {
  readonly reason: string;
  /** It was not left out, but taken for what it does not say. */
  readonly isTaken?: true;
}

/** One row: what one source said at one time. */
export interface ImportedRow {
  /** UTC epoch ms. */
  readonly atMs: number;
  /** Whose it is: one of the format's groups. */
  readonly group: string;
  /** Good values only; those with a time of their own have it. */
  readonly answer: SourceAnswer;
  readonly place: ImportPlace;
}

/** Readings of one source of the other program. */
export interface ImportGroup {
  readonly id: string;
  /**
   * The kind of our source that reads the same: where one is configured, history goes there. Undefined: its parts are
   * inputs of the boiler, and each goes to what the boiler is watched by.
   */
  readonly kind: string | undefined;
  /** Where it goes otherwise. */
  readonly device: string;
}

export interface ImportOptions {
  /** IANA zone of times that do not say theirs. */
  readonly zone: string;
  /** UTC epoch ms: later rows are left out. */
  readonly nowMs: number;
  /** Parts that a group's source is known to have here, such as `gas-4730`: for rows that do not say of which they are. */
  readonly knownParts?: Readonly<Record<string, readonly string[]>>;
  /** May be called many times with the same reason. */
  readonly note: (note: ImportNote) => void;
}

/** What was found, looked through once. The files are only read, and may be written meanwhile. */
export interface ImportReader {
  /** Rows that have a time. */
  readonly rowCount: number;
  /** What holds rows, in the order in which it was looked through. */
  readonly tables: readonly { readonly place: ImportPlace; readonly group: string; readonly rows: number }[];
  /** By time; of one time in the order of the tables, and there as they stand. In bounded memory. */
  rows(): Iterable<ImportedRow>;
  /** Removes what it has made for itself. */
  close(): void;
}

/**
 * A program whose files can be imported: one file, one line in all.ts. What a row says gets the names that our own
 * sources give it, so that history and what is read live are one series.
 */
export interface ImportFormat {
  /** The word of the command line. */
  readonly id: string;
  readonly title: string;
  /** What of the other program its form was taken from. */
  readonly source: string;
  /** What it is given: one folder, or any number of files. */
  readonly takes: 'DIR' | 'FILE…';
  readonly groups: readonly ImportGroup[];
  /**
   * Looks through folders or files, one at least. Errors: `not_found` (there is no such path, or nothing of that program
   * in it), `input_invalid` (neither folder nor file), `disk_full` (no room for a copy), `forbidden`.
   */
  open(paths: readonly string[], options: ImportOptions): ImportReader;
}
