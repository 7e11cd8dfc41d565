/** No home had such a meter before. */
const firstMs = Date.UTC(2000, 0, 1);

/** Why a row's time cannot be its time, as a clause; undefined where it can. */
export function timeProblem(
  cell: string | number | null,
  atMs: number | undefined,
  nowMs: number,
): string | undefined {
  if (cell === null || cell === '') return 'it has no time';
  if (atMs === undefined) return 'its time cannot be read';
  return atMs < firstMs || atMs > nowMs ? 'its time is before 2000, or still to come' : undefined;
}
