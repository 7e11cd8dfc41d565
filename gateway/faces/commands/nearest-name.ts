/** The candidate that was most likely meant, or undefined when none is near. */
export function nearestName(typed: string, candidates: Iterable<string>): string | undefined {
  const longest = 64;
  if (typed.length > longest) return undefined;
  let nearest: string | undefined;
  let smallest = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length > longest) continue;
    const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase());
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}

/** A sentence that ends an error's hint: `did you mean x?`, or the list of what there is. */
export function suggestName(typed: string, candidates: readonly string[]): string {
  const nearest = nearestName(typed, candidates);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return candidates.length === 0 ? 'there are none' : `there are: ${candidates.join(', ')}`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[right.length] ?? 0;
}
