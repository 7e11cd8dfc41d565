import type { RunChoice } from './choose-run.ts';
import type { WorkFrame } from './work-frame.ts';

/** What is to become of one job. */
export interface Draft {
  readonly frame: WorkFrame;
  /** If it were alone. */
  readonly alone: RunChoice;
  choice: RunChoice;
}

export function startsAt(choice: RunChoice, nowMs: number): boolean {
  return (choice.slots[0]?.startMs ?? Infinity) <= nowMs;
}
