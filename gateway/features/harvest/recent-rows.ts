import type { Quality } from '../../core/quality.ts';
import { limits } from '../../core/limits.ts';
import type { SaidText } from '../../core/said-text.ts';
import type { StoredReading, StoredSeries } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export type RecentStore = StorePort<
  'databaseStatus' | 'latestReadings' | 'latestTexts' | 'listSeries' | 'listTexts' | 'rawRange'
>;

/** The latest instants at which something of one device was read, oldest first, with all that was read then. */
export interface RecentTable {
  readonly device: string;
  /** By name; of a word the unit is empty. */
  readonly quantities: readonly string[];
  readonly rows: readonly RecentRow[];
}

export interface RecentRow {
  readonly atMs: number;
  /** In the order of the quantities; null where nothing was read then. A word holds until there is another. */
  readonly cells: readonly (RecentCell | null)[];
}

export interface RecentCell {
  readonly value: number | string | null;
  readonly quality: Quality;
}

export interface RecentQuery {
  readonly device: string;
  readonly series: readonly StoredSeries[];
  /** Of the newest reading of each. */
  readonly newestMs: ReadonlyMap<number, number>;
  /** As of now. */
  readonly texts: readonly SaidText[];
  readonly rowsMax: number;
}

type Readings = ReadonlyMap<number, StoredReading>;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far to look back at first, and how much farther then. */
const firstSpanMs = 60_000;
const spanFactor = 8;

/** Undefined when nothing of it is kept as it was read. Errors: those of the store. */
export async function recentTable(store: RecentStore, query: RecentQuery): Promise<RecentTable | undefined> {
  const { device, rowsMax } = query;
  const read = await readingsOf(store, query);
  const readAt = lastOf(
    [...read.values()].flatMap((readings) => [...readings.keys()]),
    rowsMax,
  );
  const words = await wordsOf(store, query, readAt[0]);
  // What only ever says words has a row for each.
  const spokenAt = [...words.values()].flat().map(({ atMs }) => atMs);
  const instants = readAt.length > 0 ? readAt : lastOf(spokenAt, rowsMax);
  if (instants.length === 0) return undefined;
  const quantities = [...read.keys(), ...words.keys()].sort();
  const rows = instants.map((atMs, index) => ({
    atMs,
    cells: quantities.map((quantity) => {
      const reading = read.get(quantity)?.get(atMs);
      return reading ?? wordBefore(words.get(quantity) ?? [], instants[index + 1] ?? Infinity);
    }),
  }));
  return { device, quantities, rows };
}

function lastOf(instants: readonly number[], count: number): readonly number[] {
  return [...new Set(instants)].sort((one, other) => one - other).slice(-count);
}

/** By quantity: the last readings of each series, as far back as the newest of them has as many rows as are wanted. */
async function readingsOf(
  store: RecentStore,
  { series, newestMs, rowsMax }: RecentQuery,
): Promise<ReadonlyMap<string, Readings>> {
  const read = new Map<string, Readings>();
  const newest = series
    .flatMap(({ id }) => ({ id, atMs: newestMs.get(id) ?? -1 }))
    .reduce((one, other) => (other.atMs > one.atMs ? other : one));
  if (newest.atMs < 0) return read;
  const span = await spanOfRows(store, newest.id, newest.atMs, rowsMax);
  for (const { id, quantity } of series) {
    if (newestMs.has(id)) read.set(quantity, await latestIn(store, id, span, rowsMax));
  }
  return read;
}

/** How far back the newest series has enough rows; all the way where it never has. */
async function spanOfRows(store: RecentStore, id: number, lastMs: number, rowsMax: number): Promise<Span> {
  const { oldestMs } = await store.call('databaseStatus');
  const toMs = lastMs + 1;
  for (let spanMs = firstSpanMs; ; spanMs *= spanFactor) {
    const span = { fromMs: Math.max(toMs - spanMs, 0), toMs };
    if (span.fromMs <= (oldestMs ?? lastMs)) return span;
    if ((await latestIn(store, id, span, rowsMax)).size >= rowsMax) return span;
  }
}

/** The last readings of a series in the span, by their instants; of several of one instant the last. */
async function latestIn(store: RecentStore, series: number, span: Span, rowsMax: number): Promise<Readings> {
  let kept: (readonly [number, StoredReading])[] = [];
  let fromMs: number | undefined = span.fromMs;
  while (fromMs !== undefined) {
    const query = { series, fromMs, toMs: span.toMs, rowsMax: limits.exportPageRowsMax };
    const page: { readonly rows: readonly StoredReading[]; readonly nextFromMs?: number } = await store.call(
      'rawRange',
      query,
    );
    const rows = page.rows.map((row) => [row.atMs, row] as const);
    kept = [...new Map([...kept, ...rows])].slice(-rowsMax);
    fromMs = page.nextFromMs;
  }
  return new Map(kept);
}

type Words = ReadonlyMap<string, readonly SaidText[]>;

/** What the device has said in words, by quantity and by time: all of it, unless what it says now is older than `firstMs`. */
async function wordsOf(
  store: RecentStore,
  { device, texts }: RecentQuery,
  firstMs: number | undefined,
): Promise<Words> {
  if (firstMs !== undefined && texts.every(({ atMs }) => atMs <= firstMs))
    return Map.groupBy(texts, ({ quantity }) => quantity);
  const toMs = Math.max(0, ...texts.map(({ atMs }) => atMs)) + 1;
  const all: SaidText[] = [];
  let fromMs: number | undefined = 0;
  while (fromMs !== undefined) {
    const query = { device, fromMs, toMs, rowsMax: limits.exportPageRowsMax };
    const page: { readonly rows: readonly SaidText[]; readonly nextFromMs?: number } = await store.call(
      'listTexts',
      query,
    );
    all.push(...page.rows);
    fromMs = page.nextFromMs;
  }
  return Map.groupBy(all, ({ quantity }) => quantity);
}

/**
 * Words have the time at which they came; what a service measured has an earlier one of its own. So a word belongs to
 * the last instant before it, and to those after, until there is another.
 */
function wordBefore(words: readonly SaidText[], nextMs: number): RecentCell | null {
  const said = words.findLast((word) => word.atMs < nextMs);
  return said === undefined ? null : { value: said.text, quality: 'good' };
}
