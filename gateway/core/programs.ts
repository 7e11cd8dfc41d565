/** A program of the machine, by its name in PATH. Arguments go to it as they are: there is no shell between. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
}

export interface ProgramEnd {
  /** 127 when there is no such program and 128 + signal when it was ended, as shells have it. */
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs programs, in English and in UTC. Nothing rejects: a program that fails is an answer. */
export interface Programs {
  /** Until its end: what it printed, up to a megabyte. One that does not end within a minute is ended. */
  run(call: ProgramCall): Promise<ProgramEnd>;
  /** Until its end, or until the signal ends it. Each line as it comes, without its end; `output` is empty. */
  follow(call: ProgramCall, onLine: (line: string) => void, signal: AbortSignal): Promise<ProgramEnd>;
}

/** As one would type it. */
export function commandLineOf({ program, args }: ProgramCall): string {
  return [program, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
