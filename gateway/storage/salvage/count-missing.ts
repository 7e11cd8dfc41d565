import { blockMs } from '../block-store.ts';
import { blockCount } from '../block-codec.ts';
import type { Connection } from '../connection.ts';
import { GapStore } from '../gap-store.ts';
import { MarkStore } from '../mark-store.ts';
import { ReadingStore } from '../reading-store.ts';
import { SealHash, type Seal } from '../seal-store.ts';
import { SeriesStore } from '../series-store.ts';
import type { NewGap } from '../store-calls.ts';
import { commitSpans, missingNumbers } from '../check/missing-numbers.ts';
import type { Hole } from './collect-rows.ts';

interface Span {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

interface MissingPart extends Span {
  readonly readings: number | null;
  readonly detail: string;
}

/** Longer lists of parts are told as one. */
const partsMax = 100;
/** More than a window of all series can hold: a seal that says so is damaged itself. */
const windowReadingsMax = 10_000_000;
const packedReadingsMark = 'packed_readings';

/** What is known to be missing of the packed windows, by their seals; those of which nothing is missing are left out. */
export function missingOfSeals(connection: Connection): readonly MissingPart[] {
  const fromMs = new MarkStore(connection).number('pruned_raw_to_ms');
  const seals = connection
    .prepare<[number], Seal>(
      `SELECT number, start_ms AS startMs, to_commit AS toCommit, blocks, readings, before, hash
       FROM seal WHERE start_ms >= ? ORDER BY start_ms, to_commit`,
    )
    .all(fromMs);
  const blocks = connection.prepare<[number, number], { series: number; body: Buffer }>(
    'SELECT series, body FROM block WHERE start_ms = ? AND to_commit = ? ORDER BY series',
  );
  const parts: MissingPart[] = [];
  for (const seal of seals) {
    const { startMs, toCommit, readings } = seal;
    const found = blocks.all(startMs, toCommit);
    const hash = new SealHash(seal.before, startMs, toCommit);
    for (const block of found) hash.add(block);
    if (hash.digest().equals(seal.hash)) continue;
    const missing = readings - found.reduce((sum, { body }) => sum + blockCount(body), 0);
    // What is all there by the count, and not by the seal, is there: each block has its own check.
    if (missing <= 0 || missing > windowReadingsMax) continue;
    parts.push({ fromMs: startMs, toMs: startMs + blockMs, readings: missing, detail: 'packed readings' });
  }
  return joined(parts);
}

/** Neighbouring windows as one. */
function joined(parts: readonly MissingPart[]): readonly MissingPart[] {
  const runs: MissingPart[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    const isNext = last !== undefined && (part.fromMs ?? Infinity) <= (last.toMs ?? -Infinity);
    if (last !== undefined && (isNext || runs.length >= partsMax))
      runs[runs.length - 1] = together(last, part);
    else runs.push(part);
  }
  return runs;
}

function together(left: MissingPart, right: MissingPart): MissingPart {
  const readings = left.readings === null || right.readings === null ? null : left.readings + right.readings;
  return { ...left, toMs: right.toMs, readings };
}

/** What is known of commits after the newest one that is left. */
interface LogEnd {
  /** Whether there may have been some. */
  readonly isCut: boolean;
  /** The newest that was there and was disproved, with readings in no block; 0 when there was none. */
  readonly disprovedTo: number;
}

/** Commits that had not been packed and are missing. How many readings they had is not known. */
export function missingCommits(
  connection: Connection,
  { isCut, disprovedTo }: LogEnd,
): readonly MissingPart[] {
  const parts: MissingPart[] = missingNumbers(connection).map(({ from, to, before, after }) => ({
    fromMs: before?.maxMs ?? null,
    toMs: after.minMs,
    readings: null,
    detail: `commits ${from} to ${to}, not yet packed`,
  }));
  const last = commitSpans(connection).at(-1);
  const lastCommit = last?.commit ?? 0;
  if (isCut || disprovedTo > lastCommit) {
    const detail = isCut
      ? `what was committed after commit ${lastCommit}, if anything`
      : `commits ${lastCommit + 1} to ${disprovedTo}, not yet packed`;
    parts.push({ fromMs: last?.maxMs ?? null, toMs: null, readings: null, detail });
  }
  return parts.slice(-partsMax);
}

/**
 * Notes the gaps, and what the account says is missing beyond them, and answers how many readings that is; null when
 * nothing tells. Afterwards the account is even: acknowledged = staged + packed + pruned + missing.
 */
export function noteMissing(
  connection: Connection,
  nowMs: number,
  { parts, holes }: { readonly parts: readonly MissingPart[]; readonly holes: readonly Hole[] },
): number | null {
  const marks = new MarkStore(connection);
  const gaps = new GapStore(connection);
  const isCounted = marks.text(packedReadingsMark) !== undefined;
  const { acknowledged, staged, packed, pruned } = new ReadingStore({
    connection,
    marks,
    series: new SeriesStore(connection),
  }).account();
  const told = gaps.acknowledgedReadings();
  const counted = parts.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
  const untold = acknowledged - staged - packed - pruned - told - counted;
  const rest: MissingPart[] = [];
  const span = spanOfHoles(holes);
  if (isCounted && untold > 0) rest.push({ ...span, readings: untold, detail: 'by the account' });
  const isUnknown = !isCounted && holes.some(({ table }) => table === 'block' || table === 'seal');
  if (isUnknown) rest.push({ ...span, readings: null, detail: 'the account is lost as well' });
  const all = [...parts, ...rest];
  for (const { detail, ...part } of all) {
    gaps.note({ ...part, notedMs: nowMs, reason: 'damage', detail } satisfies NewGap);
  }
  const uneven = staged + packed + pruned + gaps.acknowledgedReadings() - acknowledged;
  if (uneven !== 0) marks.putNumber(packedReadingsMark, marks.number(packedReadingsMark) + uneven);
  return all.some(({ readings }) => readings === null)
    ? null
    : all.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
}

function spanOfHoles(holes: readonly Hole[]): Span {
  const ofBlocks = holes.filter(({ table }) => table === 'block');
  const from = ofBlocks[0]?.from;
  const to = ofBlocks.at(-1)?.to;
  return {
    fromMs: typeof from === 'number' ? from : null,
    toMs: typeof to === 'number' ? to + blockMs : null,
  };
}
