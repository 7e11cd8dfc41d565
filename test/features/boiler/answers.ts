import type { boilerCommands } from '../../../gateway/features/boiler/boiler-commands.ts';

type Answer<Index extends 0 | 1 | 2 | 3 | 4> = Awaited<ReturnType<(typeof boilerCommands)[Index]['run']>>;

/** What the commands answer, by the second word of their id. */
export interface Answers {
  readonly status: Answer<0>;
  readonly phases: Answer<1>;
  readonly minutes: Answer<2>;
  readonly events: Answer<3>;
  readonly recompute: Answer<4>;
}

/** Lines, in minutes from the start: `0-3 combustion 6`. */
export function phasesAnswer({ phases }: Answers['phases'], startMs: number): readonly string[] {
  return phases.map(({ phase, code, isProvisional, ...span }) =>
    line([range(span, startMs), phase, code, ...provisional(isProvisional)]),
  );
}

/** Lines with the number of samples: `0-1 combustion 48`. */
export function minutesAnswer({ rows }: Answers['minutes'], startMs: number): readonly string[] {
  return rows.map(({ phase, n, isProvisional, ...span }) =>
    line([range(span, startMs), phase, n, ...provisional(isProvisional)]),
  );
}

function range(span: { readonly startMs: number; readonly endMs: number }, startMs: number): string {
  return `${(span.startMs - startMs) / 60_000}-${(span.endMs - startMs) / 60_000}`;
}

function provisional(isProvisional: boolean): readonly string[] {
  return isProvisional ? ['provisional'] : [];
}

function line(words: readonly (string | number)[]): string {
  return words.join(' ');
}
