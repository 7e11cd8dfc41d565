import type { MarkStore } from './mark-store.ts';
import type { SinkMark } from './sink-calls.ts';

/** Errors: `database_unreadable`. */
export function readSinkMark(marks: MarkStore, sink: string): SinkMark | undefined {
  const text = marks.text(nameOf(sink));
  // What was written by `writeSinkMark`; its row has a check.
  return text === undefined ? undefined : (JSON.parse(text) as SinkMark);
}

/** One row: on disk when this returns, or as it was. */
export function writeSinkMark(marks: MarkStore, sink: string, mark: SinkMark): void {
  marks.putText(nameOf(sink), JSON.stringify(mark));
}

function nameOf(sink: string): string {
  return `sink ${sink}`;
}
