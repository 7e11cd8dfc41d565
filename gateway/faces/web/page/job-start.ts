import type { Job } from './job-types.ts';

const openStates: readonly Job['state'][] = ['queued', 'waiting', 'running'];

export function isOpen({ state }: Job): boolean {
  return openStates.includes(state);
}

/** When it began, is to begin, or begins at the latest. */
export function plannedStartMs({ run, slots, latestStartMs }: Job): number {
  return run?.startedMs ?? slots[0]?.startMs ?? latestStartMs;
}

/** For people: its name, else its command. */
export function jobTitle({ name, command }: Job): string {
  return name ?? command;
}
