import type { ButtonEdge } from '../core/push-button.ts';
import type { ProgramCall, ProgramEnd, Programs } from '../core/programs.ts';

/** Why a button cannot be seen, for people. */
export interface ButtonProblem {
  readonly message: string;
  readonly hint: string;
}

/** What a line of the program says: an edge; nothing of interest; or that it is not what it should be. */
export type ButtonLine = ButtonEdge | 'nothing' | 'garbled';

/** A way to see a button: a program that says its edges, a line each. */
export interface ButtonSource {
  /** What to follow. Asked before each start of it, as programs and devices come and go. */
  call(programs: Programs): Promise<ProgramCall | ButtonProblem>;
  /** Of one start of the program: what was pressed before says nothing to it. */
  reader(): (line: string) => ButtonLine;
  /** Why it ended. */
  explain(end: ProgramEnd): ButtonProblem;
}

/** The last thing that a program complained of, without its own name. */
export function complaintOf({ errors, exitCode }: ProgramEnd): string {
  const last = errors.trim().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? `it ended with code ${exitCode}` : last.replace(/^[\w/.-]+: /, '').slice(0, 200);
}
