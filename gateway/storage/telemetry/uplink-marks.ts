import type { MarkStore } from '../mark-store.ts';
import type { UplinkMark } from '../telemetry-calls.ts';

/** Of chains before nobody waits for more than these. */
const chainsMax = 8;

/** What a backend has said of that chain. Errors: `database_unreadable`. */
export function readUplinkMark(marks: MarkStore, uplink: string, epoch: string): UplinkMark | undefined {
  return marksOf(marks, uplink).find((mark) => mark.epoch === epoch);
}

/** One row: on disk when this returns, or as it was. */
export function writeUplinkMark(marks: MarkStore, uplink: string, mark: UplinkMark): void {
  const others = marksOf(marks, uplink).filter(({ epoch }) => epoch !== mark.epoch);
  marks.putText(nameOf(uplink), JSON.stringify([...others, mark].slice(-chainsMax)));
}

/** Whether it says that the backend has all of these records for good. */
export function hasRecords(mark: UplinkMark | undefined, from: number, to: number): boolean {
  if (mark === undefined) return false;
  return mark.sequence >= to || mark.also.some(([first, last]) => first <= from && last >= to);
}

function marksOf(marks: MarkStore, uplink: string): readonly UplinkMark[] {
  const text = marks.text(nameOf(uplink));
  // What was written by `writeUplinkMark`; its row has a check.
  return text === undefined ? [] : (JSON.parse(text) as UplinkMark[]);
}

function nameOf(uplink: string): string {
  return `uplink ${uplink}`;
}
