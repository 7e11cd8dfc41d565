import type { MarkStore } from '../mark-store.ts';
import { skippedIds } from '../skipped-ids.ts';

/** Ids are never given again: where those are lost that were given last, some are skipped. */
export function mendLastId(
  marks: MarkStore,
  { mark, highest, isInDoubt }: { mark: string; highest: number; isInDoubt: boolean },
): void {
  const marked = marks.number(mark);
  const last = Math.max(highest, marked);
  const isLost = marks.text(mark) === undefined && last > 0;
  if (isInDoubt || isLost) marks.putNumber(mark, last + skippedIds);
  else if (last > marked) marks.putNumber(mark, last);
}
