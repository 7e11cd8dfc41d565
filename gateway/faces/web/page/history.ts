import type { ApiClient, HistoryQuestion } from './api-client.ts';
import type { HistoryAnswer, HistoryRow, Resolution, SeriesKey } from './api-types.ts';
import { coarser, windowMs, type Span } from './chart-ranges.ts';
import { seriesId } from './home-series.ts';

export interface History {
  readonly resolution: Resolution;
  /** By `seriesId`, ascending in time. */
  readonly rows: ReadonlyMap<string, HistoryRow[]>;
}

export interface HistoryRequest {
  readonly keys: readonly SeriesKey[];
  readonly span: Span;
  readonly resolution: Resolution;
  /** Where the level holds nothing any more, asks the next coarser. */
  readonly mayCoarsen: boolean;
}

/** More than a screen can show, and a bound on what one page keeps. */
const rowsMax = 60_000;

/** The stored history of several series. Errors: `ApiProblem`; a series without any has no rows. */
export async function loadHistory(
  client: ApiClient,
  request: HistoryRequest,
  signal: AbortSignal,
): Promise<History> {
  const { keys, mayCoarsen, resolution } = request;
  const span = widened(request.span, resolution);
  const loaded = await Promise.all(
    keys.map(async (key): Promise<[string, HistoryRow[]]> => {
      return [seriesId(key), await loadSeries(client, { ...key, ...span, resolution }, signal)];
    }),
  );
  const next = coarser(resolution);
  if (mayCoarsen && next !== undefined && loaded.every(([, rows]) => rows.length === 0)) {
    return await loadHistory(client, { ...request, resolution: next }, signal);
  }
  return { resolution, rows: new Map(loaded) };
}

/** What was stored, followed by what came live since. */
export function mergedRows(stored: readonly HistoryRow[], live: readonly HistoryRow[]): HistoryRow[] {
  const lastMs = stored.at(-1)?.atMs ?? -Infinity;
  return [...stored, ...live.filter(({ atMs }) => atMs > lastMs)];
}

async function loadSeries(
  client: ApiClient,
  question: HistoryQuestion,
  signal: AbortSignal,
): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = [];
  let fromMs: number | null = question.fromMs;
  while (fromMs !== null && rows.length < rowsMax) {
    const page: HistoryAnswer = await client.history({ ...question, fromMs }, signal);
    rows.push(...page.rows);
    fromMs = page.next;
  }
  return rows;
}

/** A window that began before the span still shows in it. */
function widened({ fromMs, toMs }: Span, resolution: Resolution): Span {
  return { fromMs: fromMs - (windowMs[resolution] ?? 0), toMs };
}
