import { readFile } from 'node:fs/promises';
import type { JobLimits } from '../core/job-process.ts';
import { limits } from '../core/limits.ts';
import type { HardLimits } from './job-chain.ts';
import { countThreads } from './process-table.ts';

/**
 * The limits of a job as the kernel takes them: none above ours, as only root may raise one. Processes are counted for
 * a user, so those that he has already come on top.
 */
export async function hardLimits(asked: JobLimits, userId: number): Promise<HardLimits> {
  const ours = await ownLimits();
  const processes = asked.processesMax ?? limits.jobProcessesMax;
  return {
    ...asked,
    processesMax: Math.min(processes + (await countThreads(userId)), ours('Max processes')),
    ...(asked.filesMax !== undefined && { filesMax: Math.min(asked.filesMax, ours('Max open files')) }),
    ...(asked.memoryBytes !== undefined && {
      memoryBytes: Math.min(asked.memoryBytes, ours('Max address space')),
    }),
    ...(asked.fileBytesMax !== undefined && {
      fileBytesMax: Math.min(asked.fileBytesMax, ours('Max file size')),
    }),
  };
}

/** proc_pid_limits(5): name, soft and hard limit, unit. */
async function ownLimits(): Promise<(name: string) => number> {
  const text = await readFile('/proc/self/limits', 'latin1').catch(() => '');
  return (name) => {
    const hard = new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(text)?.[1];
    return hard === undefined ? Infinity : Number(hard);
  };
}
