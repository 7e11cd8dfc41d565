import { monotonicMs } from '../../gateway/core/clock.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { seededRandom } from '../../gateway/core/random.ts';
import { Scheduler, type TaskEvent } from '../../gateway/engine/scheduler.ts';
import type { TaskContext, TaskDefinition } from '../../gateway/engine/task.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

export const startWallMs = Date.UTC(2026, 0, 1);

export interface Bench {
  readonly clock: SimulatedClock;
  readonly scheduler: Scheduler;
  readonly events: TaskEvent[];
  /** Milliseconds at which the task started. */
  starts(task: string): number[];
}

export function bench(): Bench {
  const clock = new SimulatedClock(startWallMs);
  const events: TaskEvent[] = [];
  const scheduler = new Scheduler({
    clock,
    alarm: clock,
    random: seededRandom(1),
    logger: silentLogger,
    trace: (event) => events.push(event),
  });
  scheduler.start();
  return {
    clock,
    scheduler,
    events,
    starts: (task) =>
      events.filter((event) => event.kind === 'start' && event.task === task).map((event) => event.atMs),
  };
}

export function task(name: string, definition: Partial<TaskDefinition> = {}): TaskDefinition {
  return { name, group: 'test', priority: 'acquire', deadlineMs: 1_000, run: () => undefined, ...definition };
}

/** A run that takes virtual time, and ends early with its signal's reason. */
export async function busy(clock: SimulatedClock, context: TaskContext, forMs: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    clock.at(monotonicMs(clock.monotonic() + forMs), resolve);
    context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true });
  });
}
