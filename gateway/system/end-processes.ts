import { pause, type Timers } from './pause.ts';
import { findProcess, type ProcessEntry } from './process-table.ts';

const roundsMax = 400;
const betweenMs = 25;
const never = new AbortController().signal;

/**
 * SIGKILL to what `find` finds, until it finds nothing: one that is killed may have started another. Answers how many
 * are left after ten seconds, as they wait for a device that does not answer.
 */
export async function endProcesses(
  timers: Timers,
  find: () => Promise<readonly number[]> | readonly number[],
): Promise<number> {
  for (let round = 0; round < roundsMax; round += 1) {
    const left = await find();
    if (left.length === 0) return 0;
    for (const id of left) if (id !== process.pid) kill(id);
    await pause(timers, Math.min(betweenMs, 1 + round), never);
  }
  return (await find()).length;
}

/** Whether it is that very process. */
export function isAlive({ id, startTicks }: ProcessEntry): boolean {
  return findProcess(id)?.startTicks === startTicks;
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
