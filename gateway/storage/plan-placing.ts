import { GatewayError } from '../core/errors.ts';
import type { BootTimelines } from './boot-timelines.ts';
import type { StagedCommit } from './staged-log.ts';
import type { NewGap, Placed, Placing } from './store-calls.ts';

/** Decoding and noting the windows of so many takes some milliseconds. */
const placedReadingsMax = 10_000;
const placedCommitsMax = 250;
/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;

/** A timeline whose times are guessed, as a whole. */
export type PlacingGuess = Pick<NewGap, 'fromMs' | 'toMs' | 'readings' | 'detail'>;

interface PlacingPlan {
  readonly commits: readonly StagedCommit[];
  readonly offsetMs: number;
  readonly isEstimated: 0 | 1;
  /** With the first commits of a timeline whose times are guessed. */
  readonly guess?: PlacingGuess;
  readonly placed: Placed;
}

const nothing: PlacingPlan = {
  commits: [],
  offsetMs: 0,
  isEstimated: 0,
  placed: { readings: 0, fromMs: null, toMs: null, remaining: false },
};

/**
 * Which commits get their times now, and which times. On a timeline whose offset is known, the oldest of it. Of the
 * other timelines nobody will ever know: the last of them is put, with its distances kept, as late as it can have
 * been, which is just before what was committed after it and before the machine started anew.
 */
export function planPlacing(
  commits: readonly StagedCommit[],
  timelines: BootTimelines,
  where: Placing,
): PlacingPlan {
  const waiting = commits.filter(({ offsetMs }) => offsetMs === null);
  const timelineOf = ({ boot }: StagedCommit): string | undefined => timelines.of(boot);
  if ('offsetMs' in where) {
    return planStep(
      waiting.filter((staged) => timelineOf(staged) === where.timeline),
      where.offsetMs,
    );
  }
  const others = waiting.filter((staged) => timelineOf(staged) !== where.exceptTimeline);
  const last = others.at(-1);
  if (last === undefined) return nothing;
  const lost = others.filter((staged) => timelineOf(staged) === timelineOf(last));
  const following = commits.filter(({ commit, offsetMs }) => commit > last.commit && offsetMs !== null);
  const endMs = Math.floor(Math.min(where.beforeMs, spanOf(following).fromMs)) - 1;
  const offsetMs = endMs - spanOf(lost).toMs;
  const step = planStep(lost, offsetMs);
  const isBegun = commits.some(
    (staged) => staged.isEstimated === 1 && timelineOf(staged) === timelineOf(last),
  );
  return {
    ...step,
    isEstimated: 1,
    ...(!isBegun && { guess: guessOf(lost, offsetMs) }),
    placed: { ...step.placed, remaining: step.commits.length < others.length },
  };
}

/** The oldest of them, as many as one call may take. */
function planStep(waiting: readonly StagedCommit[], offsetMs: number): PlacingPlan {
  const commits: StagedCommit[] = [];
  let readings = 0;
  for (const staged of waiting) {
    if (commits.length >= placedCommitsMax) break;
    if (readings + staged.count > placedReadingsMax && commits.length > 0) break;
    readings += staged.count;
    commits.push(staged);
  }
  if (commits.length === 0) return nothing;
  const { fromMs, toMs } = spanWith(commits, offsetMs);
  if (!Number.isSafeInteger(offsetMs) || fromMs < 0 || toMs > latestMs) {
    throw new GatewayError(
      'input_invalid',
      `readings cannot be placed by ${offsetMs} ms: that is not whole milliseconds from 1970 to 9999`,
    );
  }
  const remaining = commits.length < waiting.length;
  return { commits, offsetMs, isEstimated: 0, placed: { readings, fromMs, toMs, remaining } };
}

function guessOf(lost: readonly StagedCommit[], offsetMs: number): PlacingGuess {
  const readings = lost.reduce((total, { count }) => total + count, 0);
  const detail = `the time of ${readings} readings was never known: they stand as late as they can have been`;
  return { ...spanWith(lost, offsetMs), readings: 0, detail };
}

function spanWith(commits: readonly StagedCommit[], offsetMs: number): ReturnType<typeof spanOf> {
  const { fromMs, toMs } = spanOf(commits);
  return { fromMs: fromMs + offsetMs, toMs: toMs + offsetMs };
}

/** Infinity to −Infinity of none. */
function spanOf(commits: readonly StagedCommit[]): { readonly fromMs: number; readonly toMs: number } {
  // They can be more than a call may have arguments.
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const { minMs, maxMs } of commits) {
    if (minMs < fromMs) fromMs = minMs;
    if (maxMs > toMs) toMs = maxMs;
  }
  return { fromMs, toMs };
}
