import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { runVirtualHome, type VirtualRunOptions, type VirtualRunResult } from '../../sim/virtual-home.ts';

/** Virtual days take seconds, and more on a busy machine. */
export const patienceMs = 600_000;

/** A run in a directory of its own, in memory where there is a place for it. */
export async function live(
  t: Test,
  options: Omit<VirtualRunOptions, 'directory'>,
): Promise<VirtualRunResult> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-sim-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return await runVirtualHome({ directory, ...options });
}
