import type { SaidText } from './said-text.ts';

/** A file of wide tables, for programs that read SQLite, beside the database. */
export interface WidePlace {
  /** Absolute. */
  readonly path: string;
  /** Octal. */
  readonly fileMode: number;
  /** Ids of the sources that the views of these names are of. */
  readonly views: { readonly energy: string; readonly weather: string; readonly evohome: string };
  /** Rows that are older go; absent: none. */
  readonly keepMs?: number;
}

export interface WideValue {
  readonly device: string;
  readonly quantity: string;
  readonly unit: string;
  readonly atMs: number;
  /** null is no value, and leaves what there is. */
  readonly value: number | null;
}

export interface WideBatch {
  readonly values: readonly WideValue[];
  readonly texts: readonly SaidText[];
  /** The wall clock. */
  readonly nowMs: number;
}

export interface WideRefusal {
  /** Its place in `values`. */
  readonly index: number;
  readonly reason: string;
}

/** Such files, written by whoever may: one at a time, in the database's thread. */
export interface WideTables {
  /** On disk when it returns. Errors: `sink_refused`, `sink_unavailable`, `disk_full`; `worker_crashed`, `stopping`. */
  write(place: WidePlace, batch: WideBatch): Promise<readonly WideRefusal[]>;
  close(path: string): Promise<void>;
}
