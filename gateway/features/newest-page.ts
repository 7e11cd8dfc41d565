/** The newest rows of a list, and where those before them begin. */
export interface NewestPage<Row> {
  readonly rows: Row[];
  /** The rows of the next page are older than this instant; null when there are none. */
  readonly next: number | null;
}

/**
 * The newest rows, of which those of one instant are never parted, so that `next` can be an instant: for their sake a
 * page may be longer than the limit, never shorter while there are more. `read` answers the newest of them, newest
 * first, and fewer only when there are no others.
 */
export async function newestPage<Row>(
  limit: number,
  timeOf: (row: Row) => number,
  read: (rowsMax: number) => Promise<readonly Row[]>,
): Promise<NewestPage<Row>> {
  for (let rowsMax = limit + 1; ; rowsMax *= 2) {
    const rows = await read(rowsMax);
    if (rows.length < rowsMax) return { rows: [...rows], next: null };
    const last = rows[limit - 1];
    const lastMs = last === undefined ? 0 : timeOf(last);
    const end = rows.findIndex((row) => timeOf(row) < lastMs);
    if (end > 0) return { rows: rows.slice(0, end), next: lastMs };
  }
}
