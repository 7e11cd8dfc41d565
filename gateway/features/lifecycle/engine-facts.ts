import type { Clock } from '../../core/clock.ts';
import type { Lane } from '../../engine/lane.ts';
import type { LaneBound } from '../../engine/latency-bound.ts';
import type { Scheduler } from '../../engine/scheduler.ts';
import type { EnginePort, LaneFacts, TaskFacts } from './engine-commands.ts';

/** By lane: the worst age of any reading allowed, and seen. null where there is none. */
export type LaneAges = ReadonlyMap<
  string,
  { readonly boundMs: number | null; readonly measuredMs: number | null }
>;

export interface EngineFactsParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  lanes(): readonly Lane[];
  bounds(): ReadonlyMap<string, LaneBound>;
  ages(): LaneAges;
}

/** What the engine tells of its work, for the faces. */
export function engineFacts(parts: EngineFactsParts): EnginePort {
  return {
    tasks: () => taskFacts(parts).sort((a, b) => a.name.localeCompare(b.name, 'en')),
    lanes: () => laneFacts(parts).sort((a, b) => a.name.localeCompare(b.name, 'en')),
  };
}

function taskFacts({ scheduler, clock }: EngineFactsParts): TaskFacts[] {
  const nowMs = clock.wall();
  return scheduler
    .tasks()
    .filter((task) => task.state !== 'gone')
    .map((task) => ({
      name: task.name,
      group: task.group,
      priority: task.priority,
      lane: task.lane ?? null,
      state: task.state === 'gone' ? 'waiting' : task.state,
      periodMs: task.periodMs ?? null,
      nextDueMs: task.state === 'waiting' ? nowMs + task.dueInMs : null,
      runs: task.runs,
      failures: task.failures,
      beatsSkipped: task.beatsSkipped,
      lastDurationMs: task.lastDurationMs ?? null,
      lateMs: task.lastLatenessMs ?? null,
      lastError: task.failuresInRow > 0 ? (task.lastError ?? null) : null,
    }));
}

function laneFacts(parts: EngineFactsParts): LaneFacts[] {
  const { clock } = parts;
  const bounds = parts.bounds();
  const nowMs = clock.monotonic();
  const ageByLane = parts.ages();
  return parts.lanes().map((lane) => {
    const report = lane.report(nowMs);
    const bound = bounds.get(lane.name);
    return {
      name: lane.name,
      state: report.running === undefined ? 'idle' : 'busy',
      tasks: bound?.tasks.length ?? 0,
      queued: report.waiting + report.held,
      ageBoundMs: ageByLane.get(lane.name)?.boundMs ?? null,
      ageMeasuredMs: ageByLane.get(lane.name)?.measuredMs ?? null,
      utilisation: bound?.utilisation ?? 0,
      busyShare: report.utilisation,
      deadShare: report.deadShare,
    };
  });
}
