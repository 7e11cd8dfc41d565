import { gridFloor, type Interval } from '../../core/interval.ts';
import type { CommittedColumns, SinkBacklog, SinkMark } from '../../storage/store-calls.ts';

/** Of what is missed: readings are packed by such windows. */
const windowMs = 5 * 60_000;
/** Stretches that a mark holds; more become one. */
const backlogMax = 500;

/** Where a sink stands that has had nothing yet: it begins with what is in the log. */
export const newMark: SinkMark = {
  live: null,
  liveToMs: null,
  textNumber: 0,
  backlog: [],
  written: 0,
  refused: 0,
  lost: 0,
};

/** After all of an answer was written. */
export function withLive(mark: SinkMark, answer: CommittedColumns, nowMs: number): SinkMark {
  let liveToMs = mark.liveToMs ?? -Infinity;
  for (const atMs of answer.atMs) liveToMs = Math.max(liveToMs, atMs);
  return {
    ...mark,
    live: answer.place,
    liveToMs: Number.isFinite(liveToMs) ? liveToMs : null,
    backlog: answer.isBeyondLog ? withMissed(mark, answer, nowMs) : mark.backlog,
  };
}

/** From where it stood to the first window that is known: nothing is there but what was deleted, which is counted. */
function withMissed(
  mark: SinkMark,
  { missed, atMs }: CommittedColumns,
  nowMs: number,
): readonly SinkBacklog[] {
  const intervals = [...missed];
  if (mark.liveToMs !== null) {
    const startMs = gridFloor(mark.liveToMs, windowMs);
    let endMs = missed[0]?.startMs ?? nowMs;
    for (const time of atMs) endMs = Math.min(endMs, time);
    if (startMs < endMs) intervals.unshift({ startMs, endMs });
  }
  return mergeBacklog(mark.backlog, intervals);
}

/** What was not sent yet, with new stretches: oldest first, and none twice. */
function mergeBacklog(backlog: readonly SinkBacklog[], added: readonly Interval[]): readonly SinkBacklog[] {
  const rest = backlog.map(({ nextMs, toMs }) => ({ startMs: nextMs, endMs: toMs }));
  const sorted = [...rest, ...added].sort((left, right) => left.startMs - right.startMs);
  const merged: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else merged.push({ startMs, endMs });
  }
  const [first, last] = [merged[0], merged.at(-1)];
  const few =
    merged.length > backlogMax && first !== undefined && last !== undefined
      ? [{ startMs: first.startMs, endMs: last.endMs }]
      : merged;
  return few.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs, nextMs: startMs }));
}

/** After all before `nextMs` of the oldest stretch was sent; undefined: all of it. */
export function withBacklogTo(mark: SinkMark, nextMs: number | undefined): SinkMark {
  const [oldest, ...others] = mark.backlog;
  const isOver = oldest === undefined || nextMs === undefined || nextMs >= oldest.toMs;
  return { ...mark, backlog: isOver ? others : [{ ...oldest, nextMs }, ...others] };
}
