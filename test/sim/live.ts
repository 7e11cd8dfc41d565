import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Test } from 'tap';
import type { VirtualFleetOptions, VirtualFleetResult } from '../../sim/virtual-fleet.ts';
import type { HouseholdRunOptions, HouseholdRunResult } from '../../sim/household-run.ts';
import type { VirtualRunOptions, VirtualRunResult } from '../../sim/virtual-home.ts';

/** Virtual days take seconds, and more on a busy machine. */
export const patienceMs = 600_000;

/**
 * A run in a directory of its own, in memory where there is a place for it, and in another thread: the test
 * runner follows every promise of its own, and a virtual day has tens of millions.
 */
export async function live(
  t: Test,
  options: Omit<VirtualRunOptions, 'directory'>,
): Promise<VirtualRunResult> {
  return (await inThread(t, new URL('./live-worker.ts', import.meta.url), options)) as VirtualRunResult;
}

/** The same, of a fleet of meters. */
export async function liveFleet(
  t: Test,
  options: Omit<VirtualFleetOptions, 'directory'>,
): Promise<VirtualFleetResult> {
  return (await inThread(t, new URL('./fleet-worker.ts', import.meta.url), options)) as VirtualFleetResult;
}

/** The same, of a home with sources and sinks. */
export async function liveHousehold(
  t: Test,
  options: Omit<HouseholdRunOptions, 'directory'>,
): Promise<HouseholdRunResult> {
  return (await inThread(
    t,
    new URL('./household-worker.ts', import.meta.url),
    options,
  )) as HouseholdRunResult;
}

/** By program: the thread that has loaded the whole firmware, which takes longer than many a run. */
const threads = new Map<string, Worker>();

async function inThread(t: Test, program: URL, options: object): Promise<unknown> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-sim-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const thread = threads.get(program.href) ?? new Worker(program);
  threads.set(program.href, thread);
  thread.ref();
  try {
    thread.postMessage({ directory, ...options });
    const [result] = (await once(thread, 'message')) as [unknown];
    return result;
  } catch (error) {
    threads.delete(program.href);
    throw error;
  } finally {
    // Idle, it keeps nobody from ending.
    thread.unref();
  }
}
