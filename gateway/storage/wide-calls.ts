import type { WideBatch, WidePlace, WideRefusal } from '../core/wide-tables.ts';

/** Tables with a column a quantity: the part of `StoreCalls` about them. */
export interface WideCalls {
  /**
   * One transaction, on disk when it returns; the same again changes nothing. The file is made where there is none.
   * Errors: `sink_refused` (somebody else's file, or none that can be written), `sink_unavailable`, `disk_full`.
   */
  writeWide(place: WidePlace, batch: WideBatch): readonly WideRefusal[];
  closeWide(path: string): void;
}
