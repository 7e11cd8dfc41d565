/** Edits that a typing error may need before the guess would mislead: one for short names, a third for long ones. */
function editsMax(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** Longer names are not compared: the distance costs the product of both lengths. */
const lengthMax = 128;

/** The candidate that the name is most likely a misspelling of, or undefined when none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > lengthMax) return undefined;
  const lowered = name.toLowerCase();
  let best: string | undefined;
  let bestEdits = editsMax(name) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(lowered, candidate.toLowerCase());
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best ?? onlyExtension(lowered, candidates);
}

/** What ends an error's hint: `did you mean x?`, or the list of what there is. */
export function suggestName(typed: string, candidates: readonly string[]): string {
  const meant = nearest(typed, candidates);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return candidates.length === 0 ? 'there are none' : `there are: ${candidates.join(', ')}`;
}

/** The only candidate that has the name as a part: `sungrow` for `sungrow-hybrid`. */
function onlyExtension(lowered: string, candidates: readonly string[]): string | undefined {
  if (lowered.length < 3) return undefined;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().includes(lowered));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > lengthMax) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
